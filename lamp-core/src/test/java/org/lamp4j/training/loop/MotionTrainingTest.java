package org.lamp4j.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.errors.NonFiniteException;
import org.lamp4j.errors.TrainingDivergedException;
import org.lamp4j.generation.pipeline.FrozenModel;
import org.lamp4j.media.FrameSize;
import org.lamp4j.progress.Decision;
import org.lamp4j.spi.MotionTrainer.Batch;
import org.lamp4j.spi.MotionTrainer.Update;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.testing.FakeBackboneModel;
import org.lamp4j.testing.FakeMediaFiles;
import org.lamp4j.testing.FakeMotionTrainer;
import org.lamp4j.testing.Fixture;
import org.lamp4j.training.CheckpointFolder;
import org.lamp4j.training.HorizontalFlip;
import org.lamp4j.training.LearningRateSchedule;
import org.lamp4j.training.TimestepSampling;
import org.lamp4j.training.TrainingClip;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingOptionsBuilder;
import org.lamp4j.training.TrainingProgress;
import org.lamp4j.training.TrainingProgress.EncodingClips;
import org.lamp4j.training.TrainingProgress.TrainingStep;

class MotionTrainingTest {

    private static final FrameSize SIZE = new FrameSize(8, 4);
    private static final int FRAMES = 3;

    @TempDir
    Path folder;

    private final FakeBackboneModel model = new FakeBackboneModel();
    private final List<String> prompts = new ArrayList<>();
    private NoiseSchedule schedule;
    private MotionTraining training;

    @BeforeEach
    void createTraining() throws IOException {
        schedule = NoiseSchedule.read(Fixture.open("sd14-mini").model("scheduler"));
        training = new MotionTraining(new FrozenModel(model, schedule, prompt -> {
            prompts.add(prompt);
            return FloatTensor.of(Shape.of(1, 1, 1), prompt.length());
        }));
    }

    private static TrainingOptionsBuilder options() {
        return TrainingOptions.newBuilder().frameSize(SIZE).frameCount(FRAMES);
    }

    /** Clips 0, 1, …; clip k has a caption of k + 1 letters. */
    private static TrainingClips clips(int... frameCounts) {
        return TrainingClips.of(IntStream.range(0, frameCounts.length)
                .mapToObj(clip -> TrainingClip.of(
                        "clip" + clip, FakeMediaFiles.clip(clip, frameCounts[clip], SIZE), "x".repeat(clip + 1)))
                .toList());
    }

    private FakeMotionTrainer trainer() {
        return model.trainers().get(model.trainers().size() - 1);
    }

    /** Returns the batch's clean latents: what is under the noise. */
    private FloatTensor clean(Batch batch) {
        double alpha = schedule.alphaCumprod(batch.timesteps()[0]);
        return batch.noisyLatents()
                .weighted((float) (1 / Math.sqrt(alpha)), (float) -Math.sqrt((1 - alpha) / alpha), batch.target());
    }

    /** Returns which frames of the clip a batch shows; their green value tells. Frame 0 is the clean one. */
    private List<Integer> frames(Batch batch, int row) {
        List<Integer> frames = new ArrayList<>();
        FloatTensor clean = clean(batch);
        for (int frame = 0; frame < FRAMES; frame++) {
            FloatTensor latents = frame == 0 ? batch.noisyLatents() : clean;
            float green = latents.get(row, 1, frame, 0, 0) / 0.5f;
            frames.add(Math.round((green + 1) * 127.5f / 8));
        }
        return frames;
    }

    private static List<Float> values(Batch batch) {
        List<Float> values = new ArrayList<>();
        for (float value : batch.noisyLatents().toArray()) {
            values.add(value);
        }
        return values;
    }

    @Test
    void run_batch_hasTheShapesOfTheOptions() throws IOException {
        training.run(clips(5, 6), options().steps(1).batchSize(2).build());

        Batch batch = trainer().batches().get(0);
        assertThat(trainer().latents()).isEqualTo(Shape.of(2, 4, FRAMES, 2, 4));
        assertThat(batch.noisyLatents().shape()).isEqualTo(Shape.of(2, 4, FRAMES, 2, 4));
        assertThat(batch.timesteps()).hasSize(2);
        assertThat(batch.context().shape()).isEqualTo(Shape.of(2, 1, 1));
        assertThat(trainer().isClosed()).isTrue();
    }

    @Test
    void run_gradientCheckpointing_isHandedOnAndNotPartOfWhatDecidesTheResult() throws IOException {
        TrainedMotion without = training.run(clips(5), options().steps(1).build());
        assertThat(trainer().checkpointing()).isEqualTo(GradientCheckpointing.AS_NEEDED);

        TrainedMotion with = training.run(
                clips(5),
                options()
                        .steps(1)
                        .gradientCheckpointing(GradientCheckpointing.ALWAYS)
                        .build());
        assertThat(trainer().checkpointing()).isEqualTo(GradientCheckpointing.ALWAYS);
        assertThat(with.metadata().entries()).isEqualTo(without.metadata().entries());
    }

    @Test
    void run_batch_keepsFrame0CleanAndAddsTheTargetToTheOthers() throws IOException {
        training.run(
                clips(FRAMES),
                options()
                        .steps(20)
                        .timestepSampling(TimestepSampling.withShareFrom(0, 0))
                        .build());

        for (Batch batch : trainer().batches()) {
            // At the noisiest timesteps dividing by sqrt(ᾱ) makes rounding visible.
            if (batch.timesteps()[0] < 700) {
                assertThat(frames(batch, 0)).containsExactly(0, 1, 2);
            }
            // Red and blue of clip 0, frame 0: 0 and 0, 10, 20, 30 from the left.
            FloatTensor first = batch.noisyLatents().slice(2, 0, 1);
            assertThat(first.get(0, 0, 0, 0, 0)).isCloseTo(-0.5f, within(1e-4f));
            assertThat(first.get(0, 2, 0, 0, 3)).isCloseTo((30 / 127.5f - 1) * 0.5f, within(1e-4f));
        }
    }

    @Test
    void run_longClip_drawsEveryWindowThatFits() throws IOException {
        training.run(
                clips(6),
                options().steps(60).timestepSampling(TimestepSampling.uniform()).build());

        TreeSet<Integer> starts = new TreeSet<>();
        for (Batch batch : trainer().batches()) {
            List<Integer> frames = frames(batch, 0);
            starts.add(frames.get(0));
            if (batch.timesteps()[0] < 500) {
                assertThat(frames.get(2)).isEqualTo(frames.get(0) + 2);
            }
        }
        assertThat(starts).containsExactly(0, 1, 2, 3);
    }

    @Test
    void run_stride_skipsFrames() throws IOException {
        training.run(clips(6), options().steps(40).frameStride(2).build());

        for (Batch batch : trainer().batches()) {
            List<Integer> frames = frames(batch, 0);
            assertThat(frames.get(0)).isBetween(0, 1);
            if (batch.timesteps()[0] < 500) {
                assertThat(frames).containsExactly(frames.get(0), frames.get(0) + 2, frames.get(0) + 4);
            }
        }
    }

    @Test
    void run_manySteps_showsEveryClipOncePerRoundWithItsCaption() throws IOException {
        training.run(clips(3, 4, 5), options().steps(12).build());

        List<List<Integer>> rounds = new ArrayList<>();
        List<Batch> batches = trainer().batches();
        for (int step = 0; step < batches.size(); step++) {
            if (step % 3 == 0) {
                rounds.add(new ArrayList<>());
            }
            int clip = Math.round((batches.get(step).noisyLatents().get(0, 0, 0, 0, 0) / 0.5f + 1) * 127.5f / 16);
            assertThat(batches.get(step).context().valueAt(0)).isEqualTo(clip + 1);
            rounds.get(step / 3).add(clip);
        }
        assertThat(rounds).allSatisfy(round -> assertThat(round).containsExactlyInAnyOrder(0, 1, 2));
        assertThat(new TreeSet<>(rounds.stream().map(List::toString).toList())).hasSizeGreaterThan(1);
    }

    @Test
    void run_clips_areEncodedOnce() throws IOException {
        training.run(clips(3, 4), options().steps(10).build());

        assertThat(model.fakeCodec().encodedImages()).isEqualTo(7);
        assertThat(model.fakeCodec().largestBatch()).isEqualTo(1);
        assertThat(prompts).containsExactly("x", "xx");
    }

    @Test
    void run_sharedCaption_isEncodedOnce() throws IOException {
        TrainingClip clip = TrainingClip.of("a", FakeMediaFiles.clip(0, 3, SIZE), "a horse runs");

        training.run(TrainingClips.of(List.of(clip, clip)), options().steps(1).build());

        assertThat(prompts).containsExactly("a horse runs");
    }

    @Test
    void run_posterior_isDrawnAfreshEachStep() throws IOException {
        model.fakeCodec().spread(0);

        training.run(clips(3), options().steps(2).build());

        FloatTensor one = trainer().batches().get(0).noisyLatents().slice(2, 0, 1);
        FloatTensor other = trainer().batches().get(1).noisyLatents().slice(2, 0, 1);
        assertThat(one.toArray()).isNotEqualTo(other.toArray());
    }

    @Test
    void run_sameSeed_drawsTheSameBatches() throws IOException {
        training.run(clips(6, 7), options().steps(3).seed(4).build());
        training.run(clips(6, 7), options().steps(6).seed(4).build());
        training.run(clips(6, 7), options().steps(3).seed(5).build());

        for (int step = 0; step < 3; step++) {
            List<Float> expected = values(model.trainers().get(0).batches().get(step));
            assertThat(values(model.trainers().get(1).batches().get(step))).isEqualTo(expected);
            assertThat(values(model.trainers().get(2).batches().get(step))).isNotEqualTo(expected);
        }
    }

    @Test
    void run_clipOfAnotherSize_isCoveredAndCropped() throws IOException {
        TrainingClip wide = TrainingClip.of("a", FakeMediaFiles.clip(5, 3, new FrameSize(20, 4)), "x");

        training.run(TrainingClips.of(List.of(wide)), options().steps(1).build());

        FloatTensor first = trainer().batches().get(0).noisyLatents();
        // Columns 6 to 13 of 20 are kept; the blue value of a column is five times its number.
        assertThat(first.get(0, 2, 0, 0, 0)).isCloseTo((30 / 127.5f - 1) * 0.5f, within(1e-4f));
    }

    @Test
    void run_randomFlips_showSomeClipsMirrored() throws IOException {
        training.run(
                clips(3),
                options().steps(40).horizontalFlip(HorizontalFlip.RANDOM).build());

        long mirrored = trainer().batches().stream()
                .map(Batch::noisyLatents)
                .filter(latents -> latents.get(0, 2, 0, 0, 0) > latents.get(0, 2, 0, 0, 3))
                .count();
        assertThat(mirrored).isBetween(5L, 35L);
        assertThat(model.fakeCodec().encodedImages()).isEqualTo(6);
    }

    @Test
    void run_byDefault_neverFlips() throws IOException {
        training.run(clips(3), options().steps(40).build());

        assertThat(trainer().batches())
                .allSatisfy(batch -> assertThat(batch.noisyLatents().get(0, 2, 0, 0, 0))
                        .isLessThan(batch.noisyLatents().get(0, 2, 0, 0, 3)));
    }

    @Test
    void run_update_carriesTheOptimisersNumbers() throws IOException {
        training.run(
                clips(3),
                options()
                        .steps(4)
                        .learningRate(0.5f)
                        .learningRateSchedule(LearningRateSchedule.warmUp(2))
                        .beta1(0.8f)
                        .beta2(0.9f)
                        .epsilon(1e-6f)
                        .weightDecay(0.1f)
                        .maxGradientNorm(3)
                        .build());

        assertThat(trainer().updates())
                .hasSize(4)
                .startsWith(
                        new Update(0.25f, 0.8f, 0.9f, 1e-6f, 0.1f, 3), new Update(0.5f, 0.8f, 0.9f, 1e-6f, 0.1f, 3));
    }

    @Test
    void run_gradientAccumulation_takesSeveralBatchesAStep() throws IOException {
        model.losses(batch -> batch);
        List<TrainingProgress> heard = new ArrayList<>();

        training.run(
                clips(6, 6),
                options()
                        .steps(2)
                        .gradientAccumulation(3)
                        .listener(progress -> {
                            heard.add(progress);
                            return Decision.CONTINUE;
                        })
                        .build());

        assertThat(trainer().batches()).hasSize(6);
        assertThat(trainer().batches().stream().map(MotionTrainingTest::values).distinct())
                .hasSize(6);
        assertThat(trainer().updates()).hasSize(2);
        assertThat(((TrainingStep) heard.get(2)).loss()).isEqualTo(1);
        assertThat(((TrainingStep) heard.get(3)).loss()).isEqualTo(4);
    }

    @Test
    void run_listener_hearsOfClipsThenSteps() throws IOException {
        List<TrainingProgress> heard = new ArrayList<>();

        training.run(
                clips(3, 3),
                options()
                        .steps(3)
                        .learningRate(0.1f)
                        .listener(progress -> {
                            heard.add(progress);
                            return Decision.CONTINUE;
                        })
                        .build());

        assertThat(heard)
                .hasExactlyElementsOfTypes(
                        EncodingClips.class,
                        EncodingClips.class,
                        TrainingStep.class,
                        TrainingStep.class,
                        TrainingStep.class);
        assertThat(heard).extracting(TrainingProgress::step).containsExactly(1, 2, 1, 2, 3);
        TrainingStep last = (TrainingStep) heard.get(4);
        assertThat(last.steps()).isEqualTo(3);
        assertThat(last.loss()).isEqualTo(1);
        assertThat(last.gradientNorm()).isEqualTo(10);
        assertThat(last.learningRate()).isEqualTo(0.1f);
        assertThat(last.stepsPerSecond()).isPositive();
        assertThat(last.remaining()).isZero();
        assertThat(heard.get(3).remaining()).isPositive();
    }

    @Test
    void run_tooShortClip_isNamedBeforeAnythingIsEncoded() {
        TrainingClips clips = clips(9, 4);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> training.run(clips, options().frameStride(2).build()))
                .withMessage("expected at least 5 frames for 3 frames at stride 2, but was 4 (clip clip1)");
        assertThat(model.fakeCodec().encodedImages()).isZero();
        assertThat(model.trainers()).isEmpty();
    }

    @Test
    void run_unreadableClip_isNamed() {
        TrainingClips clips = TrainingClips.of(List.of(TrainingClip.of(folder.resolve("missing.clip"), "x")));

        assertThatThrownBy(() -> training.run(clips, options().build()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("missing.clip");
    }

    @Test
    void run_sizeOffTheGrid_namesTheNearest() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> training.run(
                        clips(3),
                        TrainingOptions.newBuilder()
                                .frameSize(new FrameSize(8, 5))
                                .build()))
                .withMessageContaining("such as 8x4 or 8x6, but was 8x5");
    }

    @Test
    void run_timestepsBeyondTheSchedule_areRefusedBeforeAnythingIsEncoded() {
        TrainingOptions options = options()
                .timestepSampling(TimestepSampling.withShareFrom(1, 1000))
                .build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> training.run(clips(3), options))
                .withMessage("expected a lowest timestep below 1000, but was 1000");
        assertThat(model.fakeCodec().encodedImages()).isZero();
    }

    @Test
    void run_lossIsNaN_saysAtWhichStepAndLeavesTheCheckpoint() {
        model.losses(batch -> batch == 3 ? Float.NaN : 1);

        assertThatThrownBy(() -> training.run(
                        clips(3),
                        options().steps(9).checkpoint(folder).checkpointEvery(2).build()))
                .isInstanceOfSatisfying(
                        TrainingDivergedException.class,
                        e -> assertThat(e.step()).isEqualTo(4))
                .hasMessageStartingWith("expected a finite loss, but was NaN at training step 4");
        assertThat(model.writes()).containsExactly(2);
        assertThat(trainer().isClosed()).isTrue();
    }

    @Test
    void run_weightIsNaN_namesTheTensor() {
        model.losses(batch -> Float.NaN).damagedWeight("tensor conv_in.bias of unet.bin, whose element 3 is NaN");

        assertThatThrownBy(() -> training.run(clips(3), options().build()))
                .isInstanceOf(TrainingDivergedException.class)
                .hasMessage(
                        "expected a finite loss, but was NaN at training step 1; the cause is tensor conv_in.bias of"
                                + " unet.bin, whose element 3 is NaN");
    }

    @Test
    void run_encoderGivesNaN_namesTheClip() {
        model.fakeCodec().damage();

        assertThatThrownBy(() -> training.run(clips(3), options().build()))
                .isInstanceOf(NonFiniteException.class)
                .hasMessage(
                        "expected finite latents of clip clip0, but was NaN; no damaged weight was found, so numbers have overflowed, as they do with float16 where a model's are too large for it");
        assertThat(model.trainers()).isEmpty();
    }

    @Test
    void run_gradientIsInfinite_saysAtWhichStep() {
        model.losses(batch -> batch == 1 ? Float.MAX_VALUE : 1);

        assertThatThrownBy(() -> training.run(clips(3), options().steps(9).build()))
                .isInstanceOf(TrainingDivergedException.class)
                .hasMessageStartingWith("expected a finite gradient norm, but was Infinity at training step 2");
    }

    @Test
    void run_checkpoint_isWrittenAtItsIntervalAndAtTheEnd() throws IOException {
        training.run(
                clips(3),
                options().steps(5).checkpoint(folder).checkpointEvery(2).build());

        assertThat(model.writes()).containsExactly(2, 4, 5);
        Path newest = CheckpointFolder.of(folder).newest().orElseThrow();
        assertThat(newest.getFileName().toString())
                .matches("step-00000005-loss-1\\.000000-run-[0-9a-f]{8}\\.safetensors");
        assertThat(model.storage().readCheckpoint(newest).metadata()).containsEntry("steps", "5");
        assertThat(model.storage().readCheckpoint(newest).losses().toArray()).containsExactly(1, 1, 1, 1, 1);
    }

    @Test
    void run_endsOnACheckpoint_writesItOnce() throws IOException {
        training.run(
                clips(3),
                options().steps(4).checkpoint(folder).checkpointEvery(2).build());

        assertThat(model.writes()).containsExactly(2, 4);
    }

    @Test
    void run_manyCheckpoints_keepsTheNewestAndTheBest() throws IOException {
        model.losses(batch -> batch < 2 ? 0.5f : 1);

        training.run(
                clips(3),
                options()
                        .steps(6)
                        .checkpoint(folder)
                        .checkpointEvery(1)
                        .keepCheckpoints(2)
                        .build());

        assertThat(Stream.of(folder.toFile().list()).map(name -> name.replaceAll("-run-.*", "")))
                .containsExactlyInAnyOrder(
                        "step-00000002-loss-0.500000", "step-00000005-loss-1.000000", "step-00000006-loss-1.000000");
    }

    @Test
    void run_severalCheckpoints_areComparedByTheSameBatchesThatTrainingDoesNotSee() throws IOException {
        training.run(
                clips(5, 6),
                options().steps(20).checkpoint(folder).checkpointEvery(10).build());

        List<Batch> compared = trainer().comparedBy();
        assertThat(compared).hasSize(2 * ComparisonLoss.BATCHES);
        List<List<Float>> first = compared.subList(0, ComparisonLoss.BATCHES).stream()
                .map(MotionTrainingTest::values)
                .toList();
        List<List<Float>> second = compared.subList(ComparisonLoss.BATCHES, compared.size()).stream()
                .map(MotionTrainingTest::values)
                .toList();
        assertThat(second).isEqualTo(first).doesNotHaveDuplicates();
        assertThat(trainer().batches().stream().map(MotionTrainingTest::values)).doesNotContainAnyElementsOf(first);
    }

    @Test
    void run_withAndWithoutCheckpoints_drawsTheSameBatches() throws IOException {
        training.run(
                clips(5, 6),
                options().steps(4).checkpoint(folder).checkpointEvery(1).build());
        List<List<Float>> with =
                trainer().batches().stream().map(MotionTrainingTest::values).toList();
        training.run(clips(5, 6), options().steps(4).build());

        assertThat(trainer().batches().stream().map(MotionTrainingTest::values)).containsExactlyElementsOf(with);
        assertThat(trainer().comparedBy()).isEmpty();
    }

    @Test
    void run_checkpointFolderIsAFile_isRefusedBeforeAnythingIsEncoded() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        TrainingOptions options = options().checkpoint(file).checkpointEvery(2).build();

        assertThatThrownBy(() -> training.run(clips(3), options))
                .isInstanceOf(IOException.class)
                .hasMessage("expected a folder for checkpoints, but " + file + " is a file");
        assertThat(model.fakeCodec().encodedImages()).isZero();
    }

    @Test
    void run_checkpointFolderBelowAFile_isRefusedBeforeAnythingIsEncoded() throws IOException {
        Path below = Files.createFile(folder.resolve("file")).resolve("checkpoints");
        TrainingOptions options = options().checkpoint(below).checkpointEvery(2).build();

        assertThatThrownBy(() -> training.run(clips(3), options))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("expected a folder for checkpoints, but " + below + " cannot be made: ");
        assertThat(model.fakeCodec().encodedImages()).isZero();
    }

    @Test
    void run_listenerStops_keepsWhatWasLearnedAndSavesIt() throws IOException {
        TrainingOptions options = options()
                .steps(100)
                .checkpoint(folder)
                .checkpointEvery(50)
                .listener(progress -> progress instanceof TrainingProgress.TrainingStep && progress.step() == 3
                        ? Decision.STOP
                        : Decision.CONTINUE)
                .build();

        TrainedMotion trained = training.run(clips(3), options);

        assertThat(trained.metadata().steps()).isEqualTo(OptionalInt.of(3));
        assertThat(trained.weights().parameters().get(0).values().get(0)).isEqualTo(3);
        assertThat(model.writes()).containsExactly(3);
        assertThat(trainer().isClosed()).isTrue();
    }

    @Test
    void run_whileAnotherTrainsIntoTheFolder_isRefusedAndLeavesTheOthersFiles() throws IOException {
        List<Throwable> refusals = new ArrayList<>();
        TrainingOptions second =
                options().steps(3).checkpoint(folder).checkpointEvery(1).build();
        TrainingOptions first = options()
                .steps(3)
                .checkpoint(folder)
                .checkpointEvery(1)
                .keepCheckpoints(5)
                .listener(progress -> {
                    refusals.add(catchThrowable(() -> training.run(clips(3), second)));
                    return Decision.CONTINUE;
                })
                .build();

        training.run(clips(3), first);

        assertThat(refusals)
                .isNotEmpty()
                .allSatisfy(refusal -> assertThat(refusal)
                        .isInstanceOf(IOException.class)
                        .hasMessageMatching(
                                "expected a checkpoint folder that no other training uses, but pid \\d+ on host \\S+"
                                        + " has been using it since \\S+ \\(.*\\)"));
        assertThat(folder.toFile().list()).hasSize(3).allMatch(name -> name.endsWith(".safetensors"));
    }

    @Test
    void run_interrupted_savesAtOnceAndKeepsTheFlag() throws IOException {
        TrainingOptions options = options()
                .steps(100)
                .checkpoint(folder)
                .checkpointEvery(50)
                .listener(progress -> {
                    if (progress instanceof TrainingProgress.TrainingStep && progress.step() == 2) {
                        Thread.currentThread().interrupt();
                    }
                    return Decision.CONTINUE;
                })
                .build();

        TrainedMotion trained = training.run(clips(3), options);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(trained.metadata().steps()).isEqualTo(OptionalInt.of(2));
        assertThat(CheckpointFolder.of(folder)
                        .newest()
                        .orElseThrow()
                        .getFileName()
                        .toString())
                .matches("step-00000002-run-[0-9a-f]{8}\\.safetensors");
        assertThat(trainer().comparedBy()).isEmpty();
    }

    @Test
    void run_stoppedWhileEncoding_givesAFreshPatternAndNoCheckpoint() throws IOException {
        TrainingOptions options = options()
                .checkpoint(folder)
                .checkpointEvery(2)
                .listener(progress -> Decision.STOP)
                .build();

        TrainedMotion trained = training.run(clips(3, 3), options);

        assertThat(trained.metadata().steps()).isEqualTo(OptionalInt.of(0));
        assertThat(model.fakeCodec().encodedImages()).isEqualTo(3);
        assertThat(model.trainers()).isEmpty();
        assertThat(model.writes()).isEmpty();
    }

    @Test
    void run_metadata_holdsOptionsClipsAndLoss() throws IOException {
        model.losses(batch -> 0.25f * batch);

        Map<String, String> metadata = training.run(
                        clips(3, 4), options().steps(3).seed(9).build())
                .metadata()
                .entries();

        JsonNode clips = new ObjectMapper().readTree(metadata.get("clips"));
        assertThat(metadata)
                .containsEntry("format", "lamp4j motion pattern")
                .containsEntry(
                        "base_fingerprint", model.baseFingerprint(schedule).value())
                .containsEntry("base_network", model.fingerprint())
                .containsEntry("base_prediction_type", "epsilon")
                .containsEntry("base_noise_schedule", "scaled_linear 8.5E-4 to 0.012 in 1000 timesteps")
                .containsEntry("steps", "3")
                .containsEntry("seed", "9")
                .containsEntry("final_loss", "0.5");
        assertThat(new ObjectMapper()
                        .readTree(metadata.get("options"))
                        .get("frame_size")
                        .asText())
                .isEqualTo("8x4");
        assertThat(clips).hasSize(2);
        assertThat(clips.get(1).get("name").asText()).isEqualTo("clip1");
        assertThat(clips.get(1).get("caption").asText()).isEqualTo("xx");
        assertThat(clips.get(1).get("hash").asText()).matches("sha256:[0-9a-f]{64}");
    }
}
