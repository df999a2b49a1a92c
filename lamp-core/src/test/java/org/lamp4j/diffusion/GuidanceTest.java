package org.lamp4j.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

class GuidanceTest {

    @Test
    void combine_scaleAboveOne_exaggeratesTheDifference() {
        FloatTensor output = FloatTensor.of(Shape.of(4, 1), 1, 2, 3, 10);

        FloatTensor guided = new Guidance(2.5f).combine(output, 1);

        assertThat(guided.shape()).isEqualTo(Shape.of(2, 1));
        assertThat(guided.toArray()).containsExactly(1 + 2.5f * 2, 2 + 2.5f * 8);
    }

    @ParameterizedTest
    @CsvSource({"1.0, 10", "0.61, 10", "0.6, 16", "0.0, 16"})
    void combine_beforeTheStart_isWhatThePromptSays(double noisiness, float expected) {
        FloatTensor output = FloatTensor.of(Shape.of(2, 1), 7, 10);

        assertThat(new Guidance(3, 0.4).combine(output, noisiness).toArray()).containsExactly(expected);
    }

    @ParameterizedTest
    @ValueSource(floats = {0, 0.5f, 1})
    void combine_scaleUpToOne_hasOneBranch(float scale) {
        Guidance guidance = new Guidance(scale);
        FloatTensor output = FloatTensor.of(Shape.of(1, 2), 1, 2);

        assertThat(guidance.branches()).isEqualTo(1);
        assertThat(guidance.combine(output, 1)).isSameAs(output);
    }

    @Test
    void combine_oddNumberOfRows_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Guidance(2).combine(FloatTensor.zeros(Shape.of(3, 1)), 1))
                .withMessage("expected an even number of rows for guidance, but was [3, 1]");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void constructor_badStart_isRefused(double start) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Guidance(3, start))
                .withMessage("expected a guidance start from 0 to 1, but was " + start);
    }

    @ParameterizedTest
    @ValueSource(floats = {-0.1f, Float.NaN, Float.POSITIVE_INFINITY})
    void constructor_badScale_isRefused(float scale) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Guidance(scale))
                .withMessage("expected a guidance scale of 0 or more, but was " + scale);
    }
}
