package org.lamp4j.examples.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeTest {

    @ParameterizedTest
    @CsvSource({"64, 2, 32", "7, 1, 7", "1, 1, 1"})
    void withBatches_ofASize_haveTwoShardsIfTheyCan(int size, int shards, int shardSize) {
        Recipe.Schedule schedule = Recipe.embedded().withBatches(size, 2e-3f).denoiser();

        assertThat(schedule.shardCount()).isEqualTo(shards);
        assertThat(schedule.shardSize()).isEqualTo(shardSize);
        assertThat(schedule.learningRate()).isEqualTo(2e-3f);
    }

    @Test
    void inOneShard_hasTheSameBatches() {
        Recipe whole = Recipe.embedded().inOneShard();

        assertThat(whole.denoiser().shardCount()).isEqualTo(1);
        assertThat(whole.denoiser().batchSize())
                .isEqualTo(Recipe.embedded().denoiser().batchSize());
        assertThat(whole.autoencoder().batchSize())
                .isEqualTo(Recipe.embedded().autoencoder().batchSize());
    }

    @Test
    void withBatches_ofNothing_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recipe.embedded().withBatches(0, 1e-3f))
                .withMessage("expected 0 or more steps, 1 or more shards and samples, but was 60000, 2 and 0 (Recipe)");
    }

    @Test
    void withLengths_noStep_isTakenAndFewerRefused() {
        assertThat(Recipe.embedded().withLengths(0, 1, 1).autoencoder().steps()).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recipe.embedded().withLengths(-1, 1, 1))
                .withMessage("expected 0 or more steps, 1 or more shards and samples, but was -1, 2 and 4 (Recipe)");
    }

    @ParameterizedTest
    @ValueSource(floats = {0, -1e-3f, Float.NaN, Float.POSITIVE_INFINITY})
    void withBatches_otherLearningRate_isRefused(float rate) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recipe.embedded().withBatches(16, rate))
                .withMessage("expected a learning rate above 0, but was " + rate + " (Recipe)");
    }
}
