package org.lamp4j.onnx.runtime;

import com.google.common.collect.Maps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.lamp4j.files.ScratchMemory;
import org.lamp4j.onnx.graph.FixedInputs;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Subgraph;
import org.lamp4j.onnx.graph.Value;

/**
 * The kernels of convolutions with channels last, which ONNX Runtime takes on a GPU as weights only. Checkpoints have
 * them in another order, so they are computed when a session is opened, into memory of a temporary file.
 */
final class FixedKernels {

    private FixedKernels() {}

    /**
     * Computes them on the CPU.
     *
     * @param graph a graph
     * @return the same with weights in their place
     * @throws UncheckedIOException if there is no room for the file
     */
    static Graph computedIn(Graph graph) {
        Set<Value> kernels = FixedInputs.of(graph);
        if (kernels.isEmpty()) {
            return graph;
        }
        try {
            return Subgraph.withComputed(graph, rearranged(graph.name(), kernels));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private static Map<Value, ByteBuffer> rearranged(String name, Set<Value> kernels) throws IOException {
        Map<Value, Rearrangement> orders = Maps.toMap(kernels, Rearrangement::of);
        Map<Value, ByteBuffer> origins = origins(name, orders.values());
        Map<Value, ByteBuffer> data = mapped(kernels);
        orders.entrySet().parallelStream().forEach(entry -> {
            ByteBuffer origin =
                    Objects.requireNonNull(origins.get(entry.getValue().origin()));
            entry.getValue().copy(origin, Objects.requireNonNull(data.get(entry.getKey())));
        });
        return data;
    }

    /** Returns what kernels have their elements from: weights, or what is computed from weights. */
    private static Map<Value, ByteBuffer> origins(String name, Collection<Rearrangement> orders) throws IOException {
        Map<Value, ByteBuffer> origins = new LinkedHashMap<>();
        Set<Value> computed = new LinkedHashSet<>();
        for (Rearrangement order : orders) {
            order.origin()
                    .data()
                    .ifPresentOrElse(bytes -> origins.put(order.origin(), bytes), () -> computed.add(order.origin()));
        }
        if (!computed.isEmpty()) {
            origins.putAll(computed(name, computed));
        }
        return origins;
    }

    private static Map<Value, ByteBuffer> computed(String name, Set<Value> values) throws IOException {
        Map<Value, ByteBuffer> data = mapped(values);
        Graph graph = Subgraph.of("kernels of " + name, Maps.uniqueIndex(values, Value::name), value -> false);
        try (NativeScope natives = new NativeScope();
                OnnxSession session =
                        OnnxSession.load(graph, ComputeDevice.cpu().mapped())) {
            Map<String, NativeTensor> results = new LinkedHashMap<>();
            data.forEach(
                    (value, bytes) -> results.put(value.name(), natives.own(NativeTensor.over(value.type(), bytes))));
            session.run(Map.of(), results);
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
