package org.lamp4j.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.CheckpointFiles;
import org.lamp4j.generation.pipeline.FrozenModel;
import org.lamp4j.media.FrameSize;
import org.lamp4j.progress.Decision;
import org.lamp4j.spi.MotionTrainer.Batch;
import org.lamp4j.spi.TrainingCheckpoint;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.testing.FakeBackboneModel;
import org.lamp4j.testing.FakeMediaFiles;
import org.lamp4j.testing.FakeMotionTrainer;
import org.lamp4j.testing.Fixture;
import org.lamp4j.training.CheckpointFolder;
import org.lamp4j.training.LearningRateSchedule;
import org.lamp4j.training.TrainingClip;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingOptionsBuilder;
import org.lamp4j.training.TrainingProgress;

class ResumptionTest {

    private static final FrameSize SIZE = new FrameSize(8, 4);

    @TempDir
    private Path folder;

    private final FakeBackboneModel model = new FakeBackboneModel();
    private MotionTraining training;
    private NoiseSchedule schedule;

    @BeforeEach
    void createTraining() throws IOException {
        schedule = NoiseSchedule.read(Fixture.open("sd14-mini").model("scheduler"));
        training = new MotionTraining(
                new FrozenModel(model, schedule, prompt -> FloatTensor.of(Shape.of(1, 1, 1), prompt.length())));
    }

    private static TrainingOptionsBuilder options() {
        return TrainingOptions.newBuilder().frameSize(SIZE).frameCount(3);
    }

    private static TrainingClips clips(String... captions) {
        return TrainingClips.of(IntStream.range(0, captions.length)
                .mapToObj(
                        index -> TrainingClip.of("clip" + index, FakeMediaFiles.clip(index, 5, SIZE), captions[index]))
                .toList());
    }

    /** Trains for so many steps and leaves a checkpoint after the last. */
    private void stopAfter(int steps, TrainingOptionsBuilder options) throws IOException {
        training.run(
                clips("a", "bb"),
                options.checkpoint(folder)
                        .checkpointEvery(1000)
                        .listener(progress ->
                                progress instanceof TrainingProgress.TrainingStep && progress.step() == steps
                                        ? Decision.STOP
                                        : Decision.CONTINUE)
                        .build());
    }

    private FakeMotionTrainer trainer() {
        return model.trainers().get(model.trainers().size() - 1);
    }

    private static List<List<Object>> drawn(FakeMotionTrainer trainer) {
        List<List<Object>> all = new ArrayList<>();
        for (Batch batch : trainer.batches()) {
            all.add(List.of(
                    List.of(batch.timesteps()[0]),
                    batch.noisyLatents().values(),
                    batch.target().values(),
                    batch.context().values()));
        }
        return all;
    }

    @Test
    void run_resumed_takesTheStepsThatAreLeftAndNoOther() throws IOException {
        model.losses(batch -> 0.25f * (batch + 1));
        TrainedMotion uninterrupted = training.run(
                clips("a", "bb"), options().steps(5).gradientAccumulation(2).build());
        List<List<Object>> batches = drawn(trainer());
        stopAfter(2, options().steps(5).gradientAccumulation(2));

        TrainedMotion resumed = training.run(
                clips("a", "bb"),
                options()
                        .steps(5)
                        .gradientAccumulation(2)
                        .checkpoint(folder)
                        .checkpointEvery(1000)
                        .resume(folder)
                        .build());

        assertThat(drawn(trainer())).isEqualTo(batches.subList(4, 10));
        assertThat(trainer().restored().updateCount()).isEqualTo(2);
        assertThat(trainer().restored().lossScale().value()).isEqualTo(4);
        assertThat(resumed.weights().parameters().get(0).values().get(0)).isEqualTo(5);
        assertThat(resumed.metadata().steps()).isEqualTo(OptionalInt.of(5));
        assertThat(resumed.metadata().entries().keySet())
                .isEqualTo(uninterrupted.metadata().entries().keySet());
        Path newest = CheckpointFolder.of(folder).newest().orElseThrow();
        assertThat(model.storage().readCheckpoint(newest).losses().toArray())
                .containsExactly(0.375f, 0.875f, 0.375f, 0.875f, 1.375f);
    }

    @Test
    void run_resumed_learningRatesGoOn() throws IOException {
        stopAfter(2, options().steps(4).learningRateSchedule(LearningRateSchedule.cosineTo(0)));
        List<Double> rates = new ArrayList<>();
        List<Integer> steps = new ArrayList<>();

        training.run(
                clips("a", "bb"),
                options()
                        .steps(4)
                        .learningRateSchedule(LearningRateSchedule.cosineTo(0))
                        .resume(folder)
                        .listener(progress -> {
                            if (progress instanceof TrainingProgress.TrainingStep taken) {
                                rates.add(taken.learningRate());
                                steps.add(progress.step());
                            }
                            return Decision.CONTINUE;
                        })
                        .build());

        assertThat(steps).containsExactly(3, 4);
        assertThat(rates.get(0)).isEqualTo((double) (float) (3e-5f * 0.5));
    }

    @Test
    void run_resumedFromAFile_goesOnFromThatStep() throws IOException {
        training.run(
                clips("a", "bb"),
                options().steps(6).checkpoint(folder).checkpointEvery(2).build());

        training.run(
                clips("a", "bb"),
                options().steps(6).resume(saved("step-00000002-loss-1.000000")).build());

        assertThat(trainer().updates()).hasSize(4);
    }

    @Test
    void run_resumedWhenAllIsDone_givesThePatternAndTakesNoStep() throws IOException {
        stopAfter(2, options().steps(2));

        TrainedMotion trained = training.run(
                clips("a", "bb"),
                options()
                        .steps(2)
                        .checkpoint(folder)
                        .checkpointEvery(1)
                        .resume(folder)
                        .build());

        assertThat(trainer().updates()).isEmpty();
        assertThat(trained.weights().parameters().get(0).values().get(0)).isEqualTo(2);
        assertThat(model.writes()).containsExactly(2);
    }

    @Test
    void run_resumedAndStoppedWhileEncoding_givesBackWhatWasLearned() throws IOException {
        stopAfter(2, options().steps(9));

        TrainedMotion trained = training.run(
                clips("a", "bb"),
                options()
                        .steps(9)
                        .resume(folder)
                        .listener(progress -> Decision.STOP)
                        .build());

        assertThat(trained.metadata().steps()).isEqualTo(OptionalInt.of(2));
        assertThat(trained.weights().parameters().get(0).values().get(0)).isEqualTo(2);
    }

    @Test
    void run_newRunInAFolderWithCheckpoints_isRefused() throws IOException {
        stopAfter(2, options().steps(9));

        assertThatThrownBy(() -> stopAfter(2, options().steps(9)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("expected no checkpoint beyond step 0, which training goes on from, but was"
                        + " step-00000002-loss-1.000000-run-");
    }

    @Test
    void run_resumedFromAnEmptyFolder_isRefused() {
        assertThatThrownBy(
                        () -> training.run(clips("a"), options().resume(folder).build()))
                .isInstanceOf(IOException.class)
                .hasMessage("expected a checkpoint to go on from, but found none (" + folder + ")");
    }

    @Test
    void run_otherOptions_areAllNamedBeforeAnythingIsEncoded() throws IOException {
        stopAfter(2, options().steps(9));
        int encoded = model.fakeCodec().encodedImages();
        TrainingOptions other = options()
                .steps(9)
                .seed(7)
                .learningRate(1e-4f)
                .trainableModules(List.of("conv1d"))
                .resume(folder)
                .build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> training.run(clips("a", "bb"), other))
                .withMessage("expected what the checkpoint was trained with, seed 0, learning_rate 3.0E-5,"
                        + " trainable_modules [\"conv1d\",\"conv_gate\",\"attn_temp\",\"attn1.to_q\"], but was seed 7,"
                        + " learning_rate 1.0E-4, trainable_modules [\"conv1d\"] ("
                        + saved("step-00000002-loss-1.000000") + ")");
        assertThat(model.fakeCodec().encodedImages()).isEqualTo(encoded);
    }

    @Test
    void run_otherClip_isNamed() throws IOException {
        stopAfter(2, options().steps(9));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> training.run(
                        clips("a", "ccc"), options().steps(9).resume(folder).build()))
                .withMessageContaining("expected what the checkpoint was trained with, clip 2 {\"name\":\"clip1\","
                        + "\"caption\":\"bb\",\"hash\":\"sha256:")
                .withMessageContaining("but was clip 2 {\"name\":\"clip1\",\"caption\":\"ccc\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> training.run(
                        clips("a"), options().steps(9).resume(folder).build()))
                .withMessageStartingWith("expected what the checkpoint was trained with, number of clips 2, but was"
                        + " number of clips 1 (");
    }

    @Test
    void run_otherBaseModel_isRefusedWithBothFingerprints() throws IOException {
        String before = model.baseFingerprint(schedule).value();
        stopAfter(2, options().steps(9));
        model.fingerprint("sha256:another");

        assertThatExceptionOfType(ModelFormatException.class)
                .isThrownBy(() -> training.run(
                        clips("a", "bb"), options().steps(9).resume(folder).build()))
                .withMessageStartingWith("expected a checkpoint of the base model "
                        + model.baseFingerprint(schedule).value() + ", but was one of " + before
                        + " with another network (");
    }

    /** Before, checkpoints knew their base model by its network alone. */
    @Test
    void run_checkpointOfTheFirstVersion_goesOn() throws IOException {
        stopAfter(2, options().steps(5));
        Path file = CheckpointFolder.of(folder).newest().orElseThrow();
        TrainingCheckpoint saved = model.storage().readCheckpoint(file);
        Map<String, String> entries = new HashMap<>(saved.metadata());
        entries.keySet().removeIf(key -> key.startsWith("base_"));
        entries.put("format_version", "1");
        entries.put("base_fingerprint", model.fingerprint());
        model.put(file, new TrainingCheckpoint(saved.state(), saved.losses(), entries));

        TrainedMotion resumed =
                training.run(clips("a", "bb"), options().steps(5).resume(folder).build());

        assertThat(resumed.metadata().steps()).isEqualTo(OptionalInt.of(5));
        assertThat(resumed.metadata().entries()).containsEntry("format_version", "2");
    }

    // --- damaged checkpoints ---

    /** Leaves checkpoints after steps 1, 2 and 3, and returns the newest first. */
    private List<Path> saveThree() throws IOException {
        training.run(
                clips("a", "bb"),
                options()
                        .steps(3)
                        .checkpoint(folder)
                        .checkpointEvery(1)
                        .keepCheckpoints(3)
                        .build());
        return CheckpointFiles.newestFirst(folder);
    }

    /** Leaves whole checkpoints after steps 1 and 2 and a damaged one after step 3. */
    private List<Path> damageTheNewest() throws IOException {
        List<Path> files = saveThree();
        model.damage(files.get(0), "expected content, but was other (file)");
        return files;
    }

    @Test
    void run_newestIsDamaged_isRefusedWithTheNewestThatIsWhole() throws IOException {
        List<Path> files = damageTheNewest();

        assertThatThrownBy(() -> training.run(
                        clips("a", "bb"), options().steps(5).resume(folder).build()))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "expected content, but was other (file); to lose the steps after it and go on from an older one"
                                + " that is whole, resume from " + files.get(1));

        model.damage(files.get(1), "another");
        assertThatThrownBy(() -> training.run(
                        clips("a", "bb"), options().steps(5).resume(folder).build()))
                .hasMessage(
                        "expected content, but was other (file); to lose the steps after it and go on from an older one"
                                + " that is whole, resume from " + files.get(2));

        model.damage(files.get(2), "another");
        assertThatThrownBy(() -> training.run(
                        clips("a", "bb"), options().steps(5).resume(folder).build()))
                .hasMessage("expected content, but was other (file); no older checkpoint is whole");
    }

    @Test
    void run_olderIsAskedFor_goesOnFromItAndSetsTheDamagedAside() throws IOException {
        List<Path> files = damageTheNewest();

        TrainedMotion resumed = training.run(
                clips("a", "bb"),
                options()
                        .steps(5)
                        .checkpoint(folder)
                        .checkpointEvery(1)
                        .keepCheckpoints(9)
                        .resume(files.get(1))
                        .build());

        assertThat(trainer().restored().updateCount()).isEqualTo(2);
        assertThat(resumed.metadata().steps()).isEqualTo(OptionalInt.of(5));
        Path damaged = files.get(0);
        assertThat(damaged.resolveSibling(damaged.getFileName() + ".damaged")).exists();
        assertThat(CheckpointFiles.newestFirst(folder)).hasSize(5);
    }

    @Test
    void run_olderIsAskedForAndALaterIsWhole_isRefused() throws IOException {
        List<Path> files = damageTheNewest();
        TrainingOptions older = options()
                .steps(5)
                .checkpoint(folder)
                .checkpointEvery(1)
                .resume(files.get(2))
                .build();

        assertThatThrownBy(() -> training.run(clips("a", "bb"), older))
                .hasMessageStartingWith("expected no checkpoint beyond step 1, which training goes on from, but was "
                        + files.get(1).getFileName());
        assertThat(files).allMatch(Files::exists);
    }

    @Test
    void run_newestCannotBeOpened_isNoDamage() throws IOException {
        List<Path> files = damageTheNewest();
        IOException busy = new IOException("too many open files");
        model.refuse(files.get(0), busy);

        assertThatThrownBy(() -> training.run(
                        clips("a", "bb"), options().steps(5).resume(folder).build()))
                .isSameAs(busy);
    }

    @Test
    void run_olderIsAskedForAndALaterCannotBeOpened_leavesItInItsPlace() throws IOException {
        List<Path> files = damageTheNewest();
        IOException busy = new IOException("too many open files");
        model.refuse(files.get(0), busy);
        TrainingOptions older = options()
                .steps(5)
                .checkpoint(folder)
                .checkpointEvery(1)
                .resume(files.get(1))
                .build();

        assertThatThrownBy(() -> training.run(clips("a", "bb"), older)).isSameAs(busy);
        assertThat(files).allMatch(Files::exists);
    }

    // --- interrupts while a training starts ---

    private static TrainedMotion interrupted(Callable<TrainedMotion> run) throws Exception {
        Thread.currentThread().interrupt();
        try {
            return run.call();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void run_interruptedBeforeItReadsTheCheckpoint_givesBackWhatWasLearned() throws Exception {
        stopAfter(2, options().steps(9));
        TrainingOptions options =
                options().steps(9).checkpoint(folder).resume(folder).build();

        TrainedMotion trained = interrupted(() -> training.run(clips("a", "bb"), options));

        assertThat(trained.metadata().steps()).isEqualTo(OptionalInt.of(2));
        assertThat(trained.weights().parameters().get(0).values().get(0)).isEqualTo(2);
    }

    @Test
    void run_interruptedBeforeItLooksAtLaterCheckpoints_leavesThoseThatAreWhole() throws Exception {
        List<Path> files = saveThree();
        TrainingOptions older =
                options().steps(5).checkpoint(folder).resume(files.get(1)).build();

        assertThatThrownBy(() -> interrupted(() -> training.run(clips("a", "bb"), older)))
                .hasMessageStartingWith("expected no checkpoint beyond step 2, which training goes on from, but was "
                        + files.get(0).getFileName());
        assertThat(files).allMatch(Files::exists);
    }

    @ParameterizedTest
    @CsvSource({"constant, 20", "constant, 3", "warm-up, 20"})
    void run_otherNumberOfStepsThatChangedNothing_isAllowed(String schedule, int steps) throws IOException {
        UnaryOperator<TrainingOptionsBuilder> scheduled = builder ->
                schedule.equals("warm-up") ? builder.learningRateSchedule(LearningRateSchedule.warmUp(5)) : builder;
        stopAfter(3, scheduled.apply(options().steps(9)));

        TrainedMotion trained = training.run(
                clips("a", "bb"),
                scheduled.apply(options().steps(steps).resume(folder)).build());

        assertThat(trained.metadata().steps()).isEqualTo(OptionalInt.of(steps));
    }

    @Test
    void run_otherNumberOfStepsUnderACosine_isRefused() throws IOException {
        stopAfter(3, options().steps(9).learningRateSchedule(LearningRateSchedule.cosineTo(0)));
        TrainingOptions longer = options()
                .steps(20)
                .learningRateSchedule(LearningRateSchedule.cosineTo(0))
                .resume(folder)
                .build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> training.run(clips("a", "bb"), longer))
                .withMessageStartingWith("expected what the checkpoint was trained with, steps 9, but was steps 20 (");
    }

    @Test
    void run_fewerStepsThanDone_isRefused() throws IOException {
        stopAfter(3, options().steps(9));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> training.run(
                        clips("a", "bb"), options().steps(2).resume(folder).build()))
                .withMessageStartingWith("expected at least the 3 steps that are done, but was 2 (");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "steps|7|expected the loss of each of 7 steps, but was 3 (",
                "steps|x|expected a number of steps, but was 'x' (",
                "format|x|expected format 'lamp4j motion pattern', but was 'x' (",
                "options|{|expected JSON for options, but was "
            })
    void run_damagedCheckpoint_isRefusedWithItsName(String key, String value, String message) throws IOException {
        stopAfter(3, options().steps(9));
        Path file = CheckpointFolder.of(folder).newest().orElseThrow();
        TrainingCheckpoint good = model.storage().readCheckpoint(file);
        Map<String, String> metadata = new HashMap<>(good.metadata());
        metadata.put(key, value);
        model.put(file, new TrainingCheckpoint(good.state(), good.losses(), metadata));

        assertThatThrownBy(() -> training.run(
                        clips("a", "bb"), options().steps(9).resume(folder).build()))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(message)
                .hasMessageContaining(file.toString());
    }

    @Test
    void run_checkpointCannotBeWritten_endsTheRunAndLeavesTheOneBefore() throws IOException {
        stopAfter(3, options().steps(9));
        TrainingOptions options = options()
                .steps(9)
                .checkpoint(folder)
                .checkpointEvery(2)
                .resume(folder)
                .listener(progress -> {
                    if (progress instanceof TrainingProgress.TrainingStep && progress.step() == 5) {
                        blockTheNextCheckpoint();
                    }
                    return Decision.CONTINUE;
                })
                .build();

        assertThatThrownBy(() -> training.run(clips("a", "bb"), options)).isInstanceOf(IOException.class);

        assertThat(CheckpointFolder.of(folder).newest()).contains(saved("step-00000004-loss-1.000000"));
        assertThat(trainer().isClosed()).isTrue();
    }

    /** Finds a checkpoint by what its name begins with; the run's digits differ. */
    private Path saved(String beginning) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(beginning + "-run-"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String runOf(Path checkpoint) {
        return checkpoint.getFileName().toString().replaceAll(".*-run-|\\.safetensors", "");
    }

    @Test
    void run_resumed_keepsItsDigitsInNamesAndCheckpointsButNotInThePattern() throws IOException {
        stopAfter(2, options().steps(9));
        Path first = CheckpointFolder.of(folder).newest().orElseThrow();

        TrainedMotion trained = training.run(
                clips("a", "bb"),
                options()
                        .steps(9)
                        .checkpoint(folder)
                        .checkpointEvery(1000)
                        .resume(folder)
                        .build());

        Path last = CheckpointFolder.of(folder).newest().orElseThrow();
        assertThat(last).isNotEqualTo(first);
        assertThat(runOf(last)).matches("[0-9a-f]{8}").isEqualTo(runOf(first));
        assertThat(model.storage().readCheckpoint(last).metadata()).containsEntry("run", runOf(first));
        assertThat(trained.metadata().entries()).doesNotContainKey("run");
    }

    @Test
    void run_resumedIntoTheFolderOfAnotherRun_isRefusedAndChangesNothingThere() throws IOException {
        stopAfter(1, options().steps(9));
        Path ofAnother = CheckpointFolder.of(folder).newest().orElseThrow();
        Path other = folder.resolve("other");
        training.run(
                clips("a", "bb"),
                options().steps(4).checkpoint(other).checkpointEvery(2).build());

        assertThatThrownBy(() -> training.run(
                        clips("a", "bb"),
                        options()
                                .steps(9)
                                .checkpoint(folder)
                                .checkpointEvery(1)
                                .resume(other)
                                .build()))
                .isInstanceOf(IOException.class)
                .hasMessage("expected no checkpoint of another run, but was " + ofAnother.getFileName()
                        + "; resume from it or choose another folder (" + folder + ")");
        assertThat(CheckpointFolder.of(folder).newest()).contains(ofAnother);
    }

    private void blockTheNextCheckpoint() {
        try {
            String last = saved("step-00000004-loss-1.000000").getFileName().toString();
            Files.createDirectory(folder.resolve(last.replace("step-00000004", "step-00000006")));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
