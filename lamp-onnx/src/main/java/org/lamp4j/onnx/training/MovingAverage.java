package org.lamp4j.onnx.training;

import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Elementwise.sub;

import java.util.HashMap;
import java.util.Map;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.TensorMemory;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/** The exponential moving average (EMA) of parameters. */
final class MovingAverage implements AutoCloseable {

    private final ParameterBuffers averages;
    private final BlockwiseGraph step;

    /** Begins at what the buffers hold, which lie in the memory; each step changes them. */
    MovingAverage(ParameterBuffers averages, TensorMemory memory) {
        this.averages = averages;
        step = new BlockwiseGraph(MovingAverage::graph, memory);
    }

    /** Takes one step, in place: {@code average ← decay · average + (1 - decay) · value}. */
    void moveTowards(ParameterBuffers values, float decay) {
        try (NativeTensor weight = NativeTensor.copyOf(FloatTensor.of(Shape.of(), 1 - decay))) {
            step.eachBlock(Map.of("average", averages, "value", values), (session, blocks) -> {
                Map<String, NativeTensor> given = new HashMap<>(blocks);
                given.put("weight", weight);
                session.run(given, Map.of("average'", blocks.get("average")));
            });
        }
    }

    private static Graph graph(int size) {
        Graph graph = new Graph("moving average of " + size);
        Value average = BlockwiseGraph.block(graph, "average", size);
        Value way = sub(BlockwiseGraph.block(graph, "value", size), average);
        Value weight = graph.input("weight", ElementType.FLOAT, Shape.of());
        graph.output("average'", add(average, mul(way, weight)));
        return graph;
    }

    @Override
    public void close() {
        step.close();
    }
}
