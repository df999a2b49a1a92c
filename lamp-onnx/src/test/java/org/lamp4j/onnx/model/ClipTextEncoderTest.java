package org.lamp4j.onnx.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.ClipTextConfig.Activation;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.layer.RandomParameters;
import org.lamp4j.onnx.layer.Scope;
import org.lamp4j.onnx.op.Layout;
import org.lamp4j.onnx.runtime.GraphRun;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

class ClipTextEncoderTest {

    private static final int WIDTH = 8;

    @ParameterizedTest
    @EnumSource(Activation.class)
    void laterTokens_changed_leaveEarlierHiddenStatesAsTheyAre(Activation activation) {
        float[] first = encode(activation, 3, 1, 4, 1, 5);
        float[] second = encode(activation, 3, 1, 4, 9, 2);

        for (int index = 0; index < 3 * WIDTH; index++) {
            assertThat(second[index]).isCloseTo(first[index], within(1e-6f));
        }
        assertThat(second[3 * WIDTH]).isNotCloseTo(first[3 * WIDTH], within(1e-3f));
    }

    @Test
    void sameTokenAtTwoPlaces_differsByItsPosition() {
        float[] states = encode(Activation.QUICK_GELU, 7, 7, 7, 7, 7);

        assertThat(states[0]).isNotCloseTo(states[WIDTH], within(1e-3f));
    }

    /** The two agree within 0.02 for each activation, so the networks are close but not the same. */
    @Test
    void activations_areTwoDifferentFunctionsThatAreClose() {
        float[] quick = encode(Activation.QUICK_GELU, 3, 1, 4, 1, 5);
        float[] exact = encode(Activation.GELU, 3, 1, 4, 1, 5);

        double squares = 0;
        double difference = 0;
        for (int index = 0; index < quick.length; index++) {
            squares += exact[index] * exact[index];
            difference += Math.pow(exact[index] - quick[index], 2);
        }
        assertThat(Math.sqrt(difference / squares)).isBetween(1e-4, 5e-2);
    }

    private static float[] encode(Activation activation, long... ids) {
        ClipTextConfig config = new ClipTextConfig(10, 5, WIDTH, 16, 2, 2, 1e-5f, activation);
        Graph graph = new Graph("text");
        Value input = graph.input("ids", ElementType.INT64, Shape.of(ids.length));
        Value output = new ClipTextEncoder(config)
                .apply(
                        Scope.root(graph, RandomParameters.ofKeys(), ElementType.FLOAT),
                        Layout.reshape(input, 1, ids.length));
        graph.output("states", output);
        FloatTensor states = GraphRun.of(graph).with("ids", ids).output("states");
        assertThat(states.shape()).isEqualTo(Shape.of(1, ids.length, WIDTH));
        return states.toArray();
    }
}
