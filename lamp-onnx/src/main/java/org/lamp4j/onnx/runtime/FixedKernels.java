package org.lamp4j.onnx.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.lamp4j.files.ScratchFolder;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Node;
import org.lamp4j.onnx.graph.Subgraph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.op.Convolution;

/**
 * The kernels of convolutions with channels last, which ONNX Runtime takes on a GPU as weights only. Checkpoints have
 * them in another order, so they are computed when a session is opened, into a temporary file that is mapped and gone
 * from its folder: they may be larger than the memory that a JVM gives its buffers.
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
        Map<String, Value> kernels = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            if (Convolution.wantsFixedKernel(node) && node.input(1).producer().isPresent()) {
                kernels.put(node.input(1).name(), node.input(1));
            }
        }
        if (kernels.isEmpty()) {
            return graph;
        }
        try {
            return Subgraph.withComputed(graph, computed(graph.name(), kernels));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private static Map<Value, ByteBuffer> computed(String name, Map<String, Value> kernels) throws IOException {
        Map<Value, ByteBuffer> data = mapped(kernels.values());
        Graph graph = Subgraph.of("kernels of " + name, kernels, value -> false);
        try (NativeScope natives = new NativeScope();
                OnnxSession session =
                        OnnxSession.load(graph, ComputeDevice.cpu().mapped())) {
            Map<String, NativeTensor> results = new LinkedHashMap<>();
            data.forEach((kernel, bytes) ->
                    results.put(kernel.name(), natives.own(NativeTensor.over(kernel.type(), bytes))));
            session.run(Map.of(), results);
        }
        return data;
    }

    private static Map<Value, ByteBuffer> mapped(Iterable<Value> kernels) throws IOException {
        Map<Value, ByteBuffer> mapped = new LinkedHashMap<>();
        try (ScratchFolder scratch = ScratchFolder.ofSystem();
                FileChannel file = FileChannel.open(
                        scratch.path().resolve("kernels"),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            for (Value kernel : kernels) {
                ByteBuffer bytes =
                        file.map(MapMode.READ_WRITE, file.size(), kernel.type().byteSize());
                mapped.put(kernel, bytes.order(ByteOrder.LITTLE_ENDIAN));
            }
        }
        return mapped;
    }
}
