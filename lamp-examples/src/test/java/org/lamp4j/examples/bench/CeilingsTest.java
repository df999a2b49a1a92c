package org.lamp4j.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lamp4j.onnx.graph.FlopCount;

class CeilingsTest {

    @Test
    void seconds_convolutionsAndProducts_eachAtItsOwnRate() {
        Ceilings ceilings = new Ceilings(100, 50, 10);

        FlopCount count = new FlopCount(Map.of(
                "Conv",
                200L,
                "ConvTranspose",
                100L,
                "MatMul",
                100L,
                "com.microsoft.MultiHeadAttention",
                50L,
                "Mul",
                1_000_000L));

        assertThat(ceilings.seconds(count)).isEqualTo(2 + 1 + 2 + 1);
    }

    @Test
    void secondsToMove_bytes_atTheRateOfACopy() {
        assertThat(new Ceilings(100, 50, 10).secondsToMove(25)).isEqualTo(2.5);
    }
}
