package org.lamp4j.motion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

class MotionWeightsTest {

    private static Parameter parameter(String name, int... sizes) {
        Shape shape = Shape.of(sizes);
        return new Parameter(name, shape, FloatBuffer.allocate((int) shape.elementCount()));
    }

    @Test
    void of_parameters_keepsTheirOrder() {
        MotionWeights weights = MotionWeights.of(List.of(parameter("b", 2, 3), parameter("a", 4)));

        assertThat(weights.names()).containsExactly("b", "a");
        assertThat(weights.parameters()).extracting(Parameter::name).containsExactly("b", "a");
        assertThat(weights.parameter("a").shape()).isEqualTo(Shape.of(4));
        assertThat(weights.elementCount()).isEqualTo(10);
    }

    @Test
    void of_sameNameTwice_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MotionWeights.of(List.of(parameter("a", 1), parameter("a", 2))))
                .withMessage("expected each parameter once, but a came twice");
    }

    @Test
    void parameter_unknownName_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MotionWeights.of(List.of(parameter("a", 1))).parameter("b"))
                .withMessage("expected one of the pattern's parameters, but was b");
    }

    @Test
    void values_readTwice_beginAtTheirOwnPosition() {
        Parameter parameter = new Parameter("a", Shape.of(2), FloatBuffer.wrap(new float[] {1, 2}));

        assertThat(parameter.values().get()).isEqualTo(1);
        assertThat(parameter.values().get()).isEqualTo(1);
        assertThat(parameter.values().isReadOnly()).isTrue();
    }

    @Test
    void constructor_wrongNumberOfValues_isRefused() {
        assertThatThrownBy(() -> new Parameter("a", Shape.of(3), FloatBuffer.allocate(2)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected 3 values for a [3], but was 2 (MotionWeights)");
    }

    @Test
    void batch_targetOfAnotherShape_isRefused() {
        FloatTensor latents = FloatTensor.zeros(Shape.of(1, 4, 2, 2, 2));

        assertThatThrownBy(() -> new MotionTrainer.Batch(
                        latents, new int[] {1}, FloatTensor.zeros(Shape.of(1, 3, 8)), latents.slice(2, 0, 1)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected target [1, 4, 2, 2, 2], but was [1, 4, 1, 2, 2] (MotionTrainer.Batch)");
    }
}
