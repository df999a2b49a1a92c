package org.lamp4j.onnx.pretraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.device.Device;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.PredictionType;
import org.lamp4j.onnx.backbone.ModelFiles;
import org.lamp4j.onnx.model.LowRankUpdate;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.onnx.weights.StoredType;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

class ConsistencyDistillationTest {

    private static final NetworkTraining.Optimizer OPTIMIZER = new NetworkTraining.Optimizer(0.9f, 0.99f, 1e-8f, 0, 1);

    private static final NetworkTraining.Start START =
            new NetworkTraining.Start(2, OPTIMIZER, InitialValues.random(3), Device.cpu());

    private static final int RANK = 2;

    @TempDir
    private Path folder;

    private static ConsistencyDistillation.Plan plan(float guidanceScale) {
        return new ConsistencyDistillation.Plan(RANK, guidanceScale, 2, START);
    }

    private static final NoiseSchedule SCHEDULE = NoiseSchedule.stableDiffusion(PredictionType.EPSILON);

    private ConsistencyDistillation open(float guidanceScale) throws IOException {
        FloatTensor empty = RandomSource.stream(4, "empty", 0).gaussian(Shape.of(1, 5, 6));
        return ConsistencyDistillation.open(
                ModelFiles.open(TinyFolder.write(folder.resolve("model"))), SCHEDULE, empty, plan(guidanceScale));
    }

    /** At low noise, where even a random network says nothing wild. */
    private static ConsistencyBatch batch(Shape latents, int shard) {
        RandomSource random = RandomSource.stream(5, "batch", shard);
        FloatTensor clean = random.gaussian(latents);
        int[] timesteps = {199, 399};
        FloatTensor noisy = SCHEDULE.addNoise(clean, random.gaussian(latents), timesteps);
        return new ConsistencyBatch(noisy, List.of(199, 399), random.gaussian(Shape.of(2, 5, 6)));
    }

    @Test
    void step_sameBatchAgainAndAgain_lossFalls() throws IOException {
        try (ConsistencyDistillation training = open(3)) {
            List<ConsistencyBatch> shards = List.of(batch(training.latents(), 0), batch(training.latents(), 1));
            float first = training.step(shards, 0, 0.9f);
            assertThat(written(training)).containsOnly(0);
            for (int step = 0; step < 15; step++) {
                training.step(shards, 3e-3f, 0.9f);
            }
            float last = training.step(shards, 0, 0.9f);

            assertThat(written(training)).doesNotContain(0);
            assertThat(first).isPositive();
            assertThat(last).isLessThan(0.8f * first);
        }
    }

    /** Returns one of the factors that are zero before anything has been learned. */
    private float[] written(ConsistencyDistillation training) throws IOException {
        Path file = folder.resolve("written.safetensors");
        training.write(file, Map.of());
        try (Checkpoint written = Checkpoint.open(file)) {
            return values(written, "lora_unet_mid_block_resnets_1_conv2.lora_up.weight");
        }
    }

    /** Guidance moves what the student is held to, so it is another loss. */
    @Test
    void step_guidance_isSeenByTheTeacherOnly() throws IOException {
        try (ConsistencyDistillation without = open(1);
                ConsistencyDistillation with = open(3)) {
            List<ConsistencyBatch> shards = List.of(batch(with.latents(), 0), batch(with.latents(), 1));

            assertThat(with.step(shards, 0, 0)).isNotEqualTo(without.step(shards, 0, 0));
        }
    }

    @Test
    void write_someSteps_namesOfKohya() throws IOException {
        Path file = folder.resolve("lora.safetensors");
        try (ConsistencyDistillation training = open(1)) {
            List<ConsistencyBatch> shards = List.of(batch(training.latents(), 0), batch(training.latents(), 1));
            for (int step = 0; step < 3; step++) {
                training.step(shards, 1e-2f, 0);
            }
            training.write(file, Map.of("ss_network_dim", "2"));
        }
        try (Checkpoint written = Checkpoint.open(file)) {
            assertThat(written.metadata()).containsEntry("ss_network_dim", "2");
            assertThat(written.names())
                    .contains(
                            "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q.lora_down.weight",
                            "lora_unet_mid_block_resnets_1_conv2.lora_up.weight",
                            "lora_unet_down_blocks_0_downsamplers_0_conv.alpha")
                    .noneMatch(name -> name.contains("conv_in") || name.contains("time_embedding"));
            assertThat(written.tensor("lora_unet_mid_block_resnets_1_conv2.lora_down.weight")
                            .shape())
                    .isEqualTo(Shape.of(RANK, 16, 3, 3));
            assertThat(written.tensor("lora_unet_mid_block_resnets_1_conv2.lora_up.weight")
                            .shape())
                    .isEqualTo(Shape.of(16, RANK, 1, 1));
            for (String name : written.names()) {
                assertThat(written.tensor(name).type()).isEqualTo(StoredType.F16);
            }
            assertThat(values(written, "lora_unet_mid_block_resnets_1_conv2.alpha"))
                    .containsExactly(RANK);
        }
    }

    private static float[] values(Checkpoint written, String name) {
        return written.tensor(name).toTensor().toArray();
    }

    @Test
    void stored_map_isTheProductsFactorsAndTheirRank() {
        LowRankUpdate update = new LowRankUpdate("mid_block.resnets.0.time_emb_proj.weight", Shape.of(16, 8), RANK);
        FloatTensor a = RandomSource.stream(6, "a", 0).gaussian(update.aShape());
        FloatTensor b = RandomSource.stream(6, "b", 0).gaussian(update.bShape());

        assertThat(KohyaNames.stored(update, Shape.of(16, 8), Map.of(update.aName(), a, update.bName(), b)))
                .extracting(tensor -> tensor.toTensor().toArray())
                .containsExactly(a.toArray(), b.toArray(), new float[] {RANK});
    }

    /** Stable Diffusion 1 stores these maps as 1×1 convolutions, and so are their updates stored. */
    @Test
    void stored_mapStoredAsConvolution_isAConvolution() {
        LowRankUpdate update = new LowRankUpdate("mid_block.attentions.0.proj_in.weight", Shape.of(16, 8), RANK);
        Map<String, FloatTensor> factors = Map.of(
                update.aName(), FloatTensor.zeros(update.aShape()), update.bName(), FloatTensor.zeros(update.bShape()));

        assertThat(KohyaNames.stored(update, Shape.of(16, 8, 1, 1), factors))
                .extracting(StoredTensor::name, StoredTensor::shape)
                .containsExactly(
                        tuple("lora_unet_mid_block_attentions_0_proj_in.lora_down.weight", Shape.of(RANK, 8, 1, 1)),
                        tuple("lora_unet_mid_block_attentions_0_proj_in.lora_up.weight", Shape.of(16, RANK, 1, 1)),
                        tuple("lora_unet_mid_block_attentions_0_proj_in.alpha", Shape.of()));
    }

    @Test
    void plan_impossibleNumbers_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ConsistencyDistillation.Plan(0, 1, 2, START))
                .withMessage("expected a rank, a shard's size and a number of shards of 1 or more, but was 0, 2 and 2"
                        + " (ConsistencyDistillation)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ConsistencyDistillation.Plan(1, Float.NaN, 2, START))
                .withMessage("expected a guidance scale of 0 or more, but was NaN (ConsistencyDistillation)");
    }
}
