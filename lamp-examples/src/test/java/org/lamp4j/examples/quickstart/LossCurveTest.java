package org.lamp4j.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LossCurveTest {

    @Test
    void svg_fallingLoss_fromTopLeftToTheAxis() {
        assertThat(LossCurve.svg(List.of(2f, 1f, 0f)))
                .contains("points=\"48.0,8.0 344.0,92.0 640.0,176.0\"")
                .contains("points=\"48.0,8.0 344.0,50.0 640.0,92.0\"")
                .contains(">2.000<")
                .contains("step 3");
    }

    @Test
    void svg_oneStepWithoutLoss_noInvalidNumber() {
        assertThat(LossCurve.svg(List.of(0f))).doesNotContain("NaN");
    }
}
