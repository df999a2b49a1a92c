package org.lamp4j.onnx.training;

import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Reductions.sum;

import java.util.List;
import java.util.Map;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.TensorMemory;

/** The Euclidean norm of all gradients together, by which they are clipped (Pascanu et al., arXiv 1211.5063). */
final class GradientNorm implements AutoCloseable {

    private final BlockwiseGraph squares;

    /** Makes what computes norms of gradients in a memory. */
    GradientNorm(TensorMemory memory) {
        squares = new BlockwiseGraph(GradientNorm::graph, memory);
    }

    /** Returns the square root of the sum of squares of all elements; not finite if one of them is not. */
    double of(ParameterBuffers gradients) {
        List<Float> sums = squares.mapBlocks(Map.of("x", gradients), (session, blocks) -> {
            try (NativeTensor square = session.run(blocks, "square")) {
                return square.floats().get(0);
            }
        });
        return Math.sqrt(sums.stream().mapToDouble(Float::doubleValue).reduce(0, Double::sum));
    }

    private static Graph graph(int size) {
        Graph graph = new Graph("sum of squares of " + size);
        Value x = BlockwiseGraph.block(graph, "x", size);
        graph.output("square", sum(mul(x, x), 0));
        return graph;
    }

    @Override
    public void close() {
        squares.close();
    }
}
