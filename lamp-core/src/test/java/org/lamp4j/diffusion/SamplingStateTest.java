package org.lamp4j.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

class SamplingStateTest {

    private static final FloatTensor LATENTS = FloatTensor.zeros(Shape.of(2, 3));
    private static final FloatTensor OTHER_SHAPE = FloatTensor.zeros(Shape.of(3, 2));

    @Test
    void withLatents_sameShape_keepsStepAndMemory() {
        FloatTensor changed = FloatTensor.zeros(Shape.of(2, 3));
        SamplingState state = new SamplingState(3, LATENTS, Optional.of(LATENTS)).withLatents(changed);

        assertThat(state.latents()).isSameAs(changed);
        assertThat(state.stepIndex()).isEqualTo(3);
        assertThat(state.previousClean()).containsSame(LATENTS);
    }

    @Test
    void withLatents_otherShape_namesBoth() {
        assertThatThrownBy(() -> SamplingState.of(0, LATENTS).withLatents(OTHER_SHAPE))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected latents [2, 3], but was [3, 2] (SamplingState.withLatents)");
    }

    @Test
    void constructor_memoryOfAnotherShape_namesBoth() {
        assertThatThrownBy(() -> new SamplingState(1, LATENTS, Optional.of(OTHER_SHAPE)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected previous clean latents [2, 3], but was [3, 2] (SamplingState)");
    }

    @Test
    void of_negativeStep_isRefused() {
        assertThatThrownBy(() -> SamplingState.of(-1, LATENTS))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("expected a step index of 0 or more, but was -1");
    }
}
