package org.lamp4j.onnx.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lamp4j.onnx.autodiff.Gradients;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Target;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.runtime.GraphRun;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

class NormalizationTest {

    private static final float EPSILON = 1e-5f;

    /** Sums of some dozen float32 near 1, in another order. */
    private static final float ROUNDING = 2e-5f;

    @Test
    void layerNormalization_onACpu_hasTheValuesAndGradientsOfTheOperator() {
        Map<String, FloatTensor> expected =
                GraphRun.of(graph(Target.ANY)).withRandomInputs(1).outputs();

        Map<String, FloatTensor> found =
                GraphRun.of(graph(Target.CPU)).withRandomInputs(1).outputs();

        assertThat(found.keySet()).isEqualTo(expected.keySet()).contains("y", "d input0", "d input1", "d input2");
        expected.forEach((name, values) ->
                assertThat(found.get(name).toArray()).as(name).containsExactly(values.toArray(), within(ROUNDING)));
    }

    @Test
    void layerNormalization_isTheOperatorItselfButOnACpu() {
        assertThat(operators(Target.CPU)).contains("InstanceNormalization").doesNotContain("LayerNormalization");
        assertThat(operators(Target.GPU)).contains("LayerNormalization").doesNotContain("InstanceNormalization");
        assertThat(operators(Target.ANY)).contains("LayerNormalization").doesNotContain("InstanceNormalization");
    }

    private static List<String> operators(Target target) {
        return graph(target).nodes().stream()
                .map(node -> node.operator().name())
                .toList();
    }

    private static Graph graph(Target target) {
        Graph graph = new Graph("normalization", target);
        List<Value> inputs = new ArrayList<>();
        for (Shape shape : List.of(Shape.of(2, 5, 12), Shape.of(12), Shape.of(12))) {
            inputs.add(graph.input("input" + inputs.size(), ElementType.FLOAT, shape));
        }
        Value y = Normalization.layerNormalization(inputs.get(0), inputs.get(1), inputs.get(2), EPSILON);
        graph.output("y", y);
        Value seed = graph.input("seed", ElementType.FLOAT, y.shape());
        Gradients.of(y, seed, inputs).forEach((input, gradient) -> graph.output("d " + input.name(), gradient));
        return graph;
    }
}
