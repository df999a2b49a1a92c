package org.lamp4j.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

class GuidanceTest {

    @Test
    void combine_scaleAboveOne_exaggeratesTheDifference() {
        FloatTensor output = FloatTensor.of(Shape.of(4, 1), 1, 2, 3, 10);

        FloatTensor guided = new Guidance(2.5f).combine(output);

        assertThat(guided.shape()).isEqualTo(Shape.of(2, 1));
        assertThat(guided.toArray()).containsExactly(1 + 2.5f * 2, 2 + 2.5f * 8);
    }

    @ParameterizedTest
    @ValueSource(floats = {0, 0.5f, 1})
    void combine_scaleUpToOne_hasOneBranch(float scale) {
        Guidance guidance = new Guidance(scale);
        FloatTensor output = FloatTensor.of(Shape.of(1, 2), 1, 2);

        assertThat(guidance.branches()).isEqualTo(1);
        assertThat(guidance.combine(output)).isSameAs(output);
    }

    @Test
    void combine_oddNumberOfRows_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Guidance(2).combine(FloatTensor.zeros(Shape.of(3, 1))))
                .withMessage("expected an even number of rows for guidance, but was [3, 1]");
    }

    @ParameterizedTest
    @ValueSource(floats = {-0.1f, Float.NaN, Float.POSITIVE_INFINITY})
    void constructor_badScale_isRefused(float scale) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Guidance(scale))
                .withMessage("expected a guidance scale of 0 or more, but was " + scale);
    }
}
