package org.lamp4j.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LossScaleTest {

    private static LossScale afterGoodBatches(LossScale scale, int batches) {
        LossScale after = scale;
        for (int batch = 0; batch < batches; batch++) {
            after = after.afterGoodBatch();
        }
        return after;
    }

    @Test
    void afterOverflow_isHalvedAndCounted() {
        LossScale scale = afterGoodBatches(LossScale.initial(), 7).afterOverflow();

        assertThat(scale).isEqualTo(new LossScale(32_768, 0, 1));
    }

    @Test
    void afterOverflow_atOne_staysAndCannotShrink() {
        LossScale scale = new LossScale(1, 5, 16).afterOverflow();

        assertThat(scale).isEqualTo(new LossScale(1, 0, 17));
        assertThat(scale.canShrink()).isFalse();
    }

    @Test
    void afterGoodBatch_twoThousandInARow_isDoubled() {
        LossScale scale = new LossScale(512, 0, 3);

        assertThat(afterGoodBatches(scale, 1999)).isEqualTo(new LossScale(512, 1999, 3));
        assertThat(afterGoodBatches(scale, 2000)).isEqualTo(new LossScale(1024, 0, 3));
        assertThat(afterGoodBatches(scale.afterOverflow(), 1999).value()).isEqualTo(256);
    }

    @Test
    void afterGoodBatch_atTheBound_staysThere() {
        LossScale scale = afterGoodBatches(LossScale.initial(), 2000 * 20);

        assertThat(scale.value()).isEqualTo(1 << 24);
    }

    @Test
    void lossScale_nan_isRefused() {
        assertThatThrownBy(() -> new LossScale(Float.NaN, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected a loss scale of 1 to 1.6777216E7");
    }
}
