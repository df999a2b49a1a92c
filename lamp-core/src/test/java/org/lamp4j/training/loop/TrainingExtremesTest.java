package org.lamp4j.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.generation.pipeline.FrozenModel;
import org.lamp4j.media.FrameReader;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.progress.Decision;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.testing.FakeBackboneModel;
import org.lamp4j.testing.FakeMediaFiles;
import org.lamp4j.testing.Fixture;
import org.lamp4j.training.LearningRateSchedule;
import org.lamp4j.training.TimestepSampling;
import org.lamp4j.training.TrainingClip;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingOptionsBuilder;
import org.lamp4j.training.TrainingProgress;
import org.lamp4j.training.Validation;

/** Clips and numbers that no memory holds are refused before anything is encoded. */
class TrainingExtremesTest {

    private static final FrameSize SIZE = new FrameSize(8, 4);

    private final FakeBackboneModel model = new FakeBackboneModel();
    private MotionTraining training;

    @BeforeEach
    void createTraining() throws IOException {
        NoiseSchedule schedule = NoiseSchedule.read(Fixture.open("sd14-mini").model("scheduler"));
        training = new MotionTraining(new FrozenModel(model, schedule, prompt -> FloatTensor.of(Shape.of(1, 1, 1), 0)));
    }

    private static TrainingOptionsBuilder options() {
        return TrainingOptions.newBuilder().frameSize(SIZE).steps(1);
    }

    private static TrainingClips clip(int frameCount) {
        return TrainingClips.of(List.of(TrainingClip.of("c", FakeMediaFiles.clip(0, frameCount, SIZE), "x")));
    }

    private void assertRefused(String message, ThrowingCallable call) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessageMatching(message);
        assertThat(model.fakeCodec().encodedImages()).isZero();
        assertThat(model.trainers()).isEmpty();
    }

    private static String tooLong(int limit) {
        return Pattern.quote("expected a clip of at most " + limit
                + " frames, but was more (clip c); cut it to where the motion is, or allow more");
    }

    @Test
    void run_clipOfTooManyFrames_isRefusedBeforeAnythingIsEncoded() {
        assertRefused(tooLong(2048), () -> training.run(clip(2049), options().build()));
        assertRefused(
                tooLong(20),
                () -> training.run(clip(21), options().maxClipFrames(20).build()));
    }

    @Test
    void run_clipOfAsManyFramesAsAllowed_isTaken() throws IOException {
        training.run(clip(20), options().maxClipFrames(20).build());
        assertThat(model.fakeCodec().encodedImages()).isEqualTo(20);
    }

    @Test
    void run_windowLongerThanTheLimit_takesAClipOfItsLength() throws IOException {
        training.run(clip(16), options().maxClipFrames(1).build());

        assertThat(model.fakeCodec().encodedImages()).isEqualTo(16);
    }

    /** The clip would go on for ever: a limit that is looked at after reading would not be reached. */
    @Test
    void count_clipWithoutEnd_isReadUpToTheLimitOnly() throws IOException {
        List<RgbImage> frames = FakeMediaFiles.clip(0, 1, SIZE).frames();
        int[] read = new int[1];
        FrameReader endless = new FrameReader() {
            @Override
            public double framesPerSecond() {
                return 8;
            }

            @Override
            public Optional<RgbImage> next() {
                read[0]++;
                return Optional.of(frames.get(0));
            }

            @Override
            public void close() {}
        };
        VideoWalk walk = new VideoWalk(options().build());

        assertRefused(tooLong(2048), () -> walk.count(endless, clip(1).clips().get(0)));
        assertThat(read[0]).isEqualTo(2049);
    }

    @Test
    void run_latentsThatNoMemoryHolds_areRefusedBeforeTheLastClipIsReadAndAnythingIsEncoded() {
        List<TrainingClip> many = new ArrayList<>();
        for (int index = 0; index < 100; index++) {
            many.add(TrainingClip.of("c" + index, FakeMediaFiles.clip(0, 20, SIZE), "x"));
        }

        assertRefused(
                "expected training clips within half of the heap, .* GiB, but \\d+ frames of 1024x1024 in the first [1-9]\\d of"
                        + " them take .*",
                () -> training.run(
                        TrainingClips.of(many),
                        TrainingOptions.newBuilder()
                                .frameSize(new FrameSize(1024, 1024))
                                .frameCount(2)
                                .build()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1 << 16, 1 << 30, Integer.MAX_VALUE})
    void run_batchBeyondMemory_isRefusedBeforeAnythingIsEncoded(int batchSize) {
        assertRefused(
                "expected a batch within half of the heap, .* GiB, but " + batchSize + " clips of 16 frames of 8x4"
                        + " take .*",
                () -> training.run(clip(20), options().batchSize(batchSize).build()));
    }

    @ParameterizedTest
    @CsvSource({"2147483647, 1", "1073741824, 1", "16777216, 1"})
    void run_framesBeyondMemory_areRefusedBeforeAnythingIsRead(int frameCount, int frameStride) {
        assertRefused(
                "expected a batch within half of the heap, .*",
                () -> training.run(
                        clip(2),
                        options()
                                .frameCount(frameCount)
                                .frameStride(frameStride)
                                .build()));
    }

    @ParameterizedTest
    @CsvSource({"3, 2147483647", "2147483647, 2", "65537, 65536", "2147483647, 2147483647"})
    void build_windowBeyondAllNumbers_isRefused(int frameCount, int frameStride) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options()
                        .frameCount(frameCount)
                        .frameStride(frameStride)
                        .build())
                .withMessage("expected windows of at most 2147483647 frames, but " + frameCount + " frames at stride "
                        + frameStride + " take " + ((frameCount - 1L) * frameStride + 1));
    }

    @Test
    void run_strideBeyondAnyClip_saysHowManyFramesAreNeeded() {
        assertRefused(
                "expected at least 2147483647 frames for 2 frames at stride 2147483646, but was 2 \\(clip c\\)",
                () -> training.run(
                        clip(2), options().frameCount(2).frameStride(2147483646).build()));
    }

    @Test
    void run_numbersThatAreOnlyLarge_areTaken(@TempDir Path folder) throws IOException {
        TrainingOptions options = TrainingOptions.newBuilder()
                .frameSize(SIZE)
                .frameCount(2)
                .steps(Integer.MAX_VALUE)
                .seed(Long.MIN_VALUE)
                .maxClipFrames(Integer.MAX_VALUE)
                .checkpoint(folder.resolve("checkpoints"))
                .checkpointEvery(Integer.MAX_VALUE)
                .keepCheckpoints(Integer.MAX_VALUE)
                .rank(Integer.MAX_VALUE)
                .alpha(Float.MAX_VALUE)
                .learningRateSchedule(LearningRateSchedule.warmUp(Integer.MAX_VALUE)
                        .times(LearningRateSchedule.cosineTo(Double.MIN_VALUE)))
                .timestepSampling(TimestepSampling.withShareFrom(1, 999))
                .listener(progress -> progress.step() < 2 || !(progress instanceof TrainingProgress.TrainingStep)
                        ? Decision.CONTINUE
                        : Decision.STOP)
                .build();

        assertThat(training.run(clip(4), options).metadata().steps()).hasValue(2);
    }

    @Test
    void run_validationBeyondMemory_isRefusedBeforeAnythingIsEncoded() {
        for (OptionalInt inversion : List.of(OptionalInt.empty(), OptionalInt.of(2))) {
            Validation validation = new Validation(
                    Integer.MAX_VALUE,
                    List.of(new Validation.Example("x", RgbImage.of(new FrameSize(1, 1), new byte[3]))),
                    GenerationOptions.newBuilder()
                            .frameSize(SIZE)
                            .frameCount(Integer.MAX_VALUE)
                            .build(),
                    inversion,
                    (step, clips) -> {});

            assertRefused(
                    "expected a clip within half of the heap, .*",
                    () -> training.run(
                            clip(20), options().validation(validation).build()));
        }
    }
}
