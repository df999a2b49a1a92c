package org.lamp4j.onnx.training;

import static org.lamp4j.onnx.op.Elementwise.add;

import java.util.Map;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.runtime.TensorMemory;

/** The sum of the gradients of several batches, or of the shards of one. */
final class GradientSum implements AutoCloseable {

    private final BlockwiseGraph sums;

    /** Makes what adds gradients in a memory. */
    GradientSum(TensorMemory memory) {
        sums = new BlockwiseGraph(GradientSum::graph, memory);
    }

    /** Adds the second gradients to the first, in place. */
    void addTo(ParameterBuffers totals, ParameterBuffers added) {
        sums.eachBlock(
                Map.of("a", totals, "b", added),
                (session, blocks) -> session.run(blocks, Map.of("sum", blocks.get("a"))));
    }

    private static Graph graph(int size) {
        Graph graph = new Graph("sum of " + size);
        graph.output("sum", add(BlockwiseGraph.block(graph, "a", size), BlockwiseGraph.block(graph, "b", size)));
        return graph;
    }

    @Override
    public void close() {
        sums.close();
    }
}
