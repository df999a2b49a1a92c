package org.lamp4j.onnx.pretraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lamp4j.onnx.training.NetworkTrainer;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

class InitialValuesTest {

    private static final String EMBEDDING = "text_model.embeddings.token_embedding.weight";

    private static float[] initial(String key, int... sizes) {
        return InitialValues.of(Map.of(key, Shape.of(sizes)), 0).get(key).toArray();
    }

    private static double deviation(float[] values) {
        return Math.sqrt(IntStream.range(0, values.length)
                .mapToDouble(index -> values[index] * values[index])
                .average()
                .orElseThrow());
    }

    @Test
    void of_kernel_uniformByFanIn() {
        float[] values = initial("mid_block.resnets.0.conv1.weight", 64, 32, 3, 3);
        double bound = 1 / Math.sqrt(32 * 9);

        for (float value : values) {
            assertThat(Math.abs(value)).isLessThanOrEqualTo((float) bound);
        }
        // 18 432 draws: the estimate's own deviation is half a percent
        assertThat(deviation(values)).isCloseTo(bound / Math.sqrt(3), within(0.02 * bound));
    }

    @Test
    void of_embedding_normal() {
        assertThat(deviation(initial(EMBEDDING, 500, 64))).isCloseTo(0.02, within(0.0005));
    }

    @Test
    void of_endOfResidualBranch_zero() {
        assertThat(initial("down_blocks.0.resnets.0.conv2.weight", 8, 8, 3, 3)).containsOnly(0);
        assertThat(initial("mid_block.attentions.0.proj_out.weight", 8, 8, 1, 1))
                .containsOnly(0);
        assertThat(initial("conv_out.weight", 4, 8, 3, 3)).containsOnly(0);
    }

    @Test
    void of_outputOfAutoencoder_notZero() {
        assertThat(initial("decoder.conv_out.weight", 3, 8, 3, 3)).doesNotContain(0);
    }

    @Test
    void of_vectors_onesAndZeros() {
        assertThat(initial("norm1.weight", 8)).containsOnly(1);
        assertThat(initial("norm1.bias", 8)).containsOnly(0);
    }

    @Test
    void of_otherKeyOrSeed_otherValues() {
        float[] values = initial("a.weight", 4, 4);

        assertThat(initial("a.weight", 4, 4)).containsExactly(values);
        assertThat(initial("b.weight", 4, 4)).isNotEqualTo(values);
        assertThat(InitialValues.of(Map.of("a.weight", Shape.of(4, 4)), 1)
                        .get("a.weight")
                        .toArray())
                .isNotEqualTo(values);
    }

    @Test
    void groups_matricesDecay_vectorsAndEmbeddingsDoNot() {
        Map<String, FloatTensor> values = InitialValues.of(
                Map.of("a.weight", Shape.of(2, 2), "a.bias", Shape.of(2), EMBEDDING, Shape.of(3, 2)), 0);

        List<NetworkTrainer.Group> groups = InitialValues.groups(values, 0.1f);

        assertThat(groups).extracting(NetworkTrainer.Group::weightDecay).containsExactly(0.1f, 0f);
        assertThat(groups.get(0).start()).containsOnlyKeys("a.weight");
        assertThat(groups.get(1).start()).containsOnlyKeys("a.bias", EMBEDDING);
    }
}
