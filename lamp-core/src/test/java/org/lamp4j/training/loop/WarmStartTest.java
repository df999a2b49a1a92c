package org.lamp4j.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.generation.pipeline.FrozenModel;
import org.lamp4j.media.FrameSize;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.motion.PatternMetadata;
import org.lamp4j.progress.Decision;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.testing.FakeBackboneModel;
import org.lamp4j.testing.FakeMediaFiles;
import org.lamp4j.testing.Fixture;
import org.lamp4j.training.TrainingClip;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingOptionsBuilder;
import org.lamp4j.training.TrainingProgress;

class WarmStartTest {

    private static final FrameSize SIZE = new FrameSize(8, 4);
    private static final Path PATTERN = Path.of("pattern.safetensors");
    private static final MotionWeights LEARNED = weights("conv_in.conv1d.bias", 7, 8);

    @TempDir
    private Path folder;

    private final FakeBackboneModel model = new FakeBackboneModel();
    private NoiseSchedule schedule;
    private MotionTraining training;

    @BeforeEach
    void createTraining() throws IOException {
        schedule = NoiseSchedule.read(Fixture.open("sd14-mini").model("scheduler"));
        training = new MotionTraining(
                new FrozenModel(model, schedule, prompt -> FloatTensor.of(Shape.of(1, 1, 1), prompt.length())));
    }

    private static MotionWeights weights(String name, float... values) {
        return MotionWeights.of(List.of(new Parameter(name, Shape.of(values.length), FloatBuffer.wrap(values))));
    }

    private void put(MotionWeights weights) {
        model.put(
                PATTERN,
                weights,
                PatternMetadata.of(model.baseFingerprint(schedule), OptionalInt.of(900), Map.of())
                        .entries());
    }

    private static TrainingOptionsBuilder options() {
        return TrainingOptions.newBuilder().frameSize(SIZE).frameCount(3).steps(4);
    }

    private static TrainingClips clips() {
        return TrainingClips.of(List.of(TrainingClip.of("clip", FakeMediaFiles.clip(0, 5, SIZE), "a")));
    }

    private TrainedMotion run(TrainingOptions options) throws IOException {
        return training.run(clips(), options);
    }

    @Test
    void run_startFrom_beginsWithItsParametersAtStepZeroWithAFreshOptimiser() throws IOException {
        put(LEARNED);

        TrainedMotion trained = run(options().startFrom(PATTERN).build());

        assertThat(model.startedFrom()).isEqualTo(LEARNED);
        assertThat(model.trainers().get(0).restored()).isNull();
        assertThat(trained.metadata().steps()).hasValue(4);
        assertThat(trained.metadata().entries()).containsEntry("start_from", LEARNED.hash());
        assertThat(run(options().build()).metadata().entries()).doesNotContainKey("start_from");
        assertThat(model.startedFrom()).isNotEqualTo(LEARNED);
    }

    @Test
    void run_resumedAfterAWarmStart_notesWhatItStartedFrom() throws IOException {
        put(LEARNED);
        TrainedMotion whole = run(options().startFrom(PATTERN).build());
        run(options()
                .startFrom(PATTERN)
                .checkpoint(folder)
                .listener(progress -> progress instanceof TrainingProgress.TrainingStep && progress.step() == 2
                        ? Decision.STOP
                        : Decision.CONTINUE)
                .build());

        TrainedMotion resumed = run(options().resume(folder).build());

        assertThat(resumed.metadata().entries()).isEqualTo(whole.metadata().entries());
    }

    @Test
    void run_patternOfAnotherBase_isRefused() throws IOException {
        put(LEARNED);
        model.fingerprint("sha256:" + "1".repeat(64));

        assertThatThrownBy(() -> run(options().startFrom(PATTERN).build()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("with another network (pattern.safetensors)");
        assertThat(model.trainers()).isEmpty();
    }

    @Test
    void run_otherParameters_areRefusedByName() {
        String expected =
                "expected a pattern of the modules to train, conv1d, attn_temp, without a rank, to start from,"
                        + " but was ";
        TrainingOptions options = options()
                .trainableModules(List.of("conv1d", "attn_temp"))
                .startFrom(PATTERN)
                .build();

        put(weights("other", 1, 2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(options))
                .withMessage(expected + "one without conv_in.conv1d.bias (pattern.safetensors)");
        put(weights("conv_in.conv1d.bias", 1, 2, 3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(options))
                .withMessage(expected + "conv_in.conv1d.bias [3] in place of [2] (pattern.safetensors)");
        put(MotionWeights.of(List.of(
                LEARNED.parameters().get(0), weights("other", 1).parameters().get(0))));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(options))
                .withMessage(expected + "one with other (pattern.safetensors)");
    }

    /** The fake's low-rank patterns have a parameter without axes, as α is. */
    @Test
    void run_otherAlpha_isRefused() {
        put(model.freshMotion(List.of(), new org.lamp4j.motion.LowRank(3, 3), 0));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(options()
                        .trainableModules(List.of("conv1d"))
                        .rank(2)
                        .startFrom(PATTERN)
                        .build()))
                .withMessage(
                        "expected a pattern of the modules to train, conv1d, of rank 2 and alpha 2.0, to start from,"
                                + " but was rank 3.0 in place of 2.0 (pattern.safetensors)");
    }

    @Test
    void run_folderOfAWholeNetwork_isTakenAsItIs() throws IOException {
        Path whole = Files.createDirectory(folder.resolve("whole"));
        model.put(whole, LEARNED, Map.of());

        run(options().startFrom(whole).build());

        assertThat(model.startedFrom()).isEqualTo(LEARNED);
    }

    @Test
    void run_clipOfAnotherWeight_isNotTheSameRun() throws IOException {
        run(options()
                .checkpoint(folder)
                .listener(progress -> progress instanceof TrainingProgress.TrainingStep && progress.step() == 2
                        ? Decision.STOP
                        : Decision.CONTINUE)
                .build());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> training.run(
                        TrainingClips.of(List.of(clips().clips().get(0).withWeight(2.5))),
                        options().resume(folder).build()))
                .withMessageContaining("\"weight\":2.5");
    }

    @Test
    void run_interruptedBeforeItReadsThePattern_givesItBackAsItWas() throws IOException {
        put(LEARNED);
        Thread.currentThread().interrupt();

        TrainedMotion trained = run(options().startFrom(PATTERN).build());

        assertThat(Thread.interrupted()).isTrue();
        assertThat(trained.weights()).isEqualTo(LEARNED);
        assertThat(trained.metadata().steps()).hasValue(0);
    }
}
