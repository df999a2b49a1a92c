package org.lamp4j.onnx.runtime;

import com.google.common.collect.Maps;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.lamp4j.files.ScratchMemory;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Subgraph;
import org.lamp4j.onnx.graph.Value;

/**
 * What nodes compute from weights and constants alone, computed before a session is opened. Most of it is weights whose
 * elements are in another order, which are copied side by side; what those are made from is computed first, one after
 * another.
 */
public final class ComputedWeights {

    /** In which order elements go where. */
    private record Copy(Rearrangement order, ByteBuffer target) {}

    private ComputedWeights() {}

    /**
     * Computes values into memory of a temporary file.
     *
     * @param values values that depend on no input of their graph, of 2 or 4 bytes an element
     * @return their data, little-endian
     * @throws IOException if there is no room for the file
     */
    public static Map<Value, ByteBuffer> of(Set<Value> values) throws IOException {
        Map<Value, ByteBuffer> data = mapped(values);
        Map<Value, List<Copy>> byOrigin = data.entrySet().stream()
                .map(entry -> new Copy(Rearrangement.of(entry.getKey()), entry.getValue()))
                .collect(Collectors.groupingBy(copy -> copy.order.origin()));
        byOrigin.entrySet().parallelStream()
                .filter(entry -> entry.getKey().data().isPresent())
                .forEach(entry -> copy(entry.getKey().data().orElseThrow(), entry.getValue()));
        byOrigin.forEach((origin, copies) -> {
            if (origin.data().isEmpty()) {
                copy(computed(origin), copies);
            }
        });
        return data;
    }

    private static void copy(ByteBuffer origin, List<Copy> copies) {
        copies.forEach(copy -> copy.order.copy(origin, copy.target));
    }

    private static ByteBuffer computed(Value value) {
        Graph graph = Subgraph.of("weights", Map.of("weight", value), other -> false);
        ByteBuffer data = ByteBuffer.allocateDirect(Math.toIntExact(value.type().byteSize()))
                .order(ByteOrder.LITTLE_ENDIAN);
        try (OnnxSession session = OnnxSession.load(graph, ComputeDevice.cpu().mapped());
                NativeTensor result = NativeTensor.over(value.type(), data)) {
            session.run(Map.of(), Map.of("weight", result));
        }
        return data;
    }

    private static Map<Value, ByteBuffer> mapped(Set<Value> values) throws IOException {
        Iterator<ByteBuffer> memory = ScratchMemory.of(
                        values.stream().map(value -> value.type().byteSize()).toList())
                .iterator();
        return Maps.toMap(values, value -> memory.next());
    }
}
