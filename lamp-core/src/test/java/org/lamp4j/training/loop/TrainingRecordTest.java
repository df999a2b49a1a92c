package org.lamp4j.training.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.lamp4j.generation.pipeline.PromptEncoder;
import org.lamp4j.media.FrameSize;
import org.lamp4j.motion.BaseFingerprint;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.testing.FakeMediaFiles;
import org.lamp4j.training.HorizontalFlip;
import org.lamp4j.training.LearningRateSchedule;
import org.lamp4j.training.TimestepSampling;
import org.lamp4j.training.TrainingClip;
import org.lamp4j.training.TrainingOptions;

class TrainingRecordTest {

    private static final PromptEncoder PROMPTS = prompt -> FloatTensor.zeros(Shape.of(1, 1, 1));

    private static final List<ReadClip> CLIPS = List.of(new ReadClip(
            TrainingClip.of("a \"quoted\" name", FakeMediaFiles.clip(0, 3, new FrameSize(8, 4)), "a horse runs"),
            "sha256:0",
            Optional.empty(),
            Optional.empty()));

    private static final BaseFingerprint BASE =
            new BaseFingerprint("sha256:0", "epsilon", "linear 0.1 to 0.2 in 3 timesteps", 1);

    @Test
    void metadata_everyOptionSet_holdsAllThatDecideTheResult() throws IOException {
        TrainingOptions options = TrainingOptions.newBuilder()
                .steps(450)
                .frameCount(8)
                .frameSize(new FrameSize(64, 48))
                .frameStride(2)
                .batchSize(3)
                .gradientAccumulation(4)
                .learningRate(2e-3f)
                .learningRateSchedule(LearningRateSchedule.cosineTo(0.05))
                .beta1(0.8f)
                .beta2(0.9f)
                .epsilon(1e-6f)
                .weightDecay(0)
                .maxGradientNorm(2)
                .trainableModules(List.of("conv1d"))
                .rank(16)
                .alpha(8)
                .horizontalFlip(HorizontalFlip.RANDOM)
                .timestepSampling(TimestepSampling.withShareFrom(0.5, 400))
                .build();

        JsonNode json = new ObjectMapper()
                .readTree(TrainingRecord.start(BASE, CLIPS, options, PROMPTS)
                        .metadata()
                        .entries()
                        .get("options"));

        assertThat(json.get("steps").asInt()).isEqualTo(450);
        assertThat(json.get("frame_count").asInt()).isEqualTo(8);
        assertThat(json.get("frame_size").asText()).isEqualTo("64x48");
        assertThat(json.get("frame_stride").asInt()).isEqualTo(2);
        assertThat(json.get("batch_size").asInt()).isEqualTo(3);
        assertThat(json.get("gradient_accumulation").asInt()).isEqualTo(4);
        assertThat(json.get("learning_rate").floatValue()).isEqualTo(2e-3f);
        assertThat(json.get("learning_rate_schedule").asText()).isEqualTo("cosine to 0.05");
        assertThat(json.get("beta1").floatValue()).isEqualTo(0.8f);
        assertThat(json.get("beta2").floatValue()).isEqualTo(0.9f);
        assertThat(json.get("epsilon").floatValue()).isEqualTo(1e-6f);
        assertThat(json.get("weight_decay").floatValue()).isZero();
        assertThat(json.get("max_gradient_norm").floatValue()).isEqualTo(2);
        assertThat(json.get("trainable_modules").get(0).asText()).isEqualTo("conv1d");
        assertThat(json.get("rank").asInt()).isEqualTo(16);
        assertThat(json.get("alpha").floatValue()).isEqualTo(8);
        assertThat(json.get("horizontal_flip").asText()).isEqualTo("random");
        assertThat(json.get("timestep_share").asDouble()).isEqualTo(0.5);
        assertThat(json.get("timestep_from").asInt()).isEqualTo(400);
    }

    /** Checkpoints of whole matrices have had no such entry from the first version on. */
    @Test
    void metadata_wholeMatrices_haveNoRank() throws IOException {
        TrainingRecord log =
                TrainingRecord.start(BASE, CLIPS, TrainingOptions.newBuilder().build(), PROMPTS);

        assertThat(log.metadata().entries().get("options")).doesNotContain("rank", "alpha");
    }

    @Test
    void metadata_beforeTheFirstStep_hasNoLoss() throws IOException {
        TrainingRecord log =
                TrainingRecord.start(BASE, CLIPS, TrainingOptions.newBuilder().build(), PROMPTS);

        assertThat(log.metadata().steps()).isEqualTo(OptionalInt.of(0));
        assertThat(log.metadata().entries()).doesNotContainKey("final_loss");
        assertThat(new ObjectMapper()
                        .readTree(log.metadata().entries().get("clips"))
                        .get(0)
                        .get("name")
                        .asText())
                .isEqualTo("a \"quoted\" name");
    }

    @Test
    void metadata_afterAStep_isThatSteps() throws IOException {
        TrainingRecord log =
                TrainingRecord.start(BASE, CLIPS, TrainingOptions.newBuilder().build(), PROMPTS);

        log.stepDone(0.5f, 0);
        log.stepDone(0.125f, 3);

        assertThat(log.metadata().steps()).isEqualTo(OptionalInt.of(2));
        assertThat(log.metadata().entries())
                .containsEntry("final_loss", "0.125")
                .containsEntry("float16_overflows", "3");
    }
}
