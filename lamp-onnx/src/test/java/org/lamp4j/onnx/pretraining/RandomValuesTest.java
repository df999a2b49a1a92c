package org.lamp4j.onnx.pretraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lamp4j.tensor.Shape;

class RandomValuesTest {

    private static final String EMBEDDING = "text_model.embeddings.token_embedding.weight";

    private static float[] initial(String key, int... sizes) {
        return RandomValues.initial(key, Shape.of(sizes), 0).toArray();
    }

    private static double deviation(float[] values) {
        return Math.sqrt(IntStream.range(0, values.length)
                .mapToDouble(index -> values[index] * values[index])
                .average()
                .orElseThrow());
    }

    @Test
    void initial_kernel_uniformByFanIn() {
        float[] values = initial("mid_block.resnets.0.conv1.weight", 64, 32, 3, 3);
        double bound = 1 / Math.sqrt(32 * 9);

        for (float value : values) {
            assertThat(Math.abs(value)).isLessThanOrEqualTo((float) bound);
        }
        // 18 432 draws: the estimate's own deviation is half a percent
        assertThat(deviation(values)).isCloseTo(bound / Math.sqrt(3), within(0.02 * bound));
    }

    @Test
    void initial_embedding_normal() {
        assertThat(deviation(initial(EMBEDDING, 500, 64))).isCloseTo(0.02, within(0.0005));
    }

    @Test
    void initial_endOfResidualBranch_zero() {
        assertThat(initial("down_blocks.0.resnets.0.conv2.weight", 8, 8, 3, 3)).containsOnly(0);
        assertThat(initial("mid_block.attentions.0.proj_out.weight", 8, 8, 1, 1))
                .containsOnly(0);
        assertThat(initial("conv_out.weight", 4, 8, 3, 3)).containsOnly(0);
    }

    @Test
    void initial_outputOfAutoencoder_notZero() {
        assertThat(initial("decoder.conv_out.weight", 3, 8, 3, 3)).doesNotContain(0);
    }

    @Test
    void initial_vectors_onesAndZeros() {
        assertThat(initial("norm1.weight", 8)).containsOnly(1);
        assertThat(initial("norm1.bias", 8)).containsOnly(0);
    }

    @Test
    void initial_otherKeyOrSeed_otherValues() {
        float[] values = initial("a.weight", 4, 4);

        assertThat(initial("a.weight", 4, 4)).containsExactly(values);
        assertThat(initial("b.weight", 4, 4)).isNotEqualTo(values);
        assertThat(RandomValues.initial("a.weight", Shape.of(4, 4), 1).toArray())
                .isNotEqualTo(values);
    }
}
