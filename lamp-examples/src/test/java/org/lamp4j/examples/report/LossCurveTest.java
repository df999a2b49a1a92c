package org.lamp4j.examples.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class LossCurveTest {

    @Test
    void svg_fallingLoss_fromTopLeftToTheAxis() {
        assertThat(LossCurve.svg(1, List.of(2f, 1f, 0f)))
                .contains("points=\"48.0,8.0 344.0,92.0 640.0,176.0\"")
                .contains("points=\"48.0,8.0 344.0,50.0 640.0,92.0\"")
                .contains(">2.000<")
                .contains("step 3");
    }

    @Test
    void svg_oneStepWithoutLoss_noInvalidNumber() {
        assertThat(LossCurve.svg(1, List.of(0f))).doesNotContain("NaN");
    }

    @Test
    void svg_resumedRun_namesItsSteps() {
        assertThat(LossCurve.svg(501, List.of(2f, 1f, 0f))).contains(">501<", "step 503");
    }

    @Test
    void svg_longRun_fewPointsButEveryPeak() {
        List<Float> losses = new ArrayList<>(Collections.nCopies(30_000, 1f));
        losses.set(12_345, 4f);

        String svg = LossCurve.svg(1, losses);

        assertThat(svg).hasSizeLessThan(15_000).contains(">4.000<").contains("291.6,8.0 ");
    }
}
