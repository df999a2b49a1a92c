package org.lamp4j.onnx.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Node;
import org.lamp4j.onnx.graph.Subgraph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.op.Convolution;

/**
 * The kernels of convolutions with channels last, which ONNX Runtime takes on a GPU as weights only. Checkpoints have
 * them in another order, so they are computed when a session is opened.
 */
final class FixedKernels {

    private FixedKernels() {}

    /**
     * Computes them on the CPU.
     *
     * @param graph a graph
     * @return the same with weights in their place, which lie in memory that is free when the graph is
     */
    static Graph computedIn(Graph graph) {
        Map<String, Value> kernels = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            if (Convolution.wantsFixedKernel(node) && node.input(1).producer().isPresent()) {
                kernels.put(node.input(1).name(), node.input(1));
            }
        }
        return kernels.isEmpty() ? graph : Subgraph.withComputed(graph, computed(graph.name(), kernels));
    }

    private static Map<Value, ByteBuffer> computed(String name, Map<String, Value> kernels) {
        Graph graph = Subgraph.of("kernels of " + name, kernels, value -> false);
        Map<Value, ByteBuffer> data = new LinkedHashMap<>();
        Map<String, NativeTensor> results = new LinkedHashMap<>();
        try (NativeScope natives = new NativeScope();
                OnnxSession session =
                        OnnxSession.load(graph, ComputeDevice.cpu().mapped())) {
            kernels.forEach((kernelName, kernel) -> {
                ByteBuffer bytes = ByteBuffer.allocateDirect(
                                Math.toIntExact(kernel.type().byteSize()))
                        .order(ByteOrder.LITTLE_ENDIAN);
                data.put(kernel, bytes);
                results.put(kernelName, natives.own(NativeTensor.over(kernel.type(), bytes)));
            });
            session.run(Map.of(), results);
        }
        return data;
    }
}
