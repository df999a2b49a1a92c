package org.lamp4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.MotionPattern.Share;
import org.lamp4j.device.Device;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.VideoClip;
import org.lamp4j.motion.LibraryVersion;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.progress.Decision;
import org.lamp4j.tensor.Shape;
import org.lamp4j.testing.FakeBackboneModel;
import org.lamp4j.testing.FakeMediaFiles;
import org.lamp4j.testing.Fixture;
import org.lamp4j.training.TrainingClip;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingProgress.TrainingStep;

class MotionPatternTest {

    private static final FrameSize SIZE = new FrameSize(8, 4);
    private static final VideoClip CLIP = FakeMediaFiles.clip(1, 4, SIZE);

    @TempDir
    Path folder;

    private final FakeBackboneModel model = new FakeBackboneModel();
    private Backbone backbone;

    @BeforeEach
    void openBackbone() throws IOException {
        backbone = open(model);
    }

    /** Returns the same network with another noise schedule. */
    private Backbone withScheduler(String key, String value) throws IOException {
        Path copy = folder.resolve("copy");
        Path original = Fixture.open("sd14-mini").model(".");
        for (String part : List.of("tokenizer", "scheduler")) {
            Files.createDirectories(copy.resolve(part));
            try (Stream<Path> files = Files.list(original.resolve(part))) {
                for (Path file : files.toList()) {
                    Files.copy(file, copy.resolve(part).resolve(file.getFileName()));
                }
            }
        }
        Path config = copy.resolve("scheduler/scheduler_config.json");
        ObjectMapper json = new ObjectMapper();
        ObjectNode entries = (ObjectNode) json.readTree(config.toFile());
        entries.set(key, json.readTree(value));
        Files.delete(config);
        json.writeValue(config.toFile(), entries);
        return Backbone.open(copy, Device.cpu(), (folder, device) -> model);
    }

    private static Backbone open(FakeBackboneModel model) throws IOException {
        return Backbone.open(Fixture.open("sd14-mini").model("."), Device.cpu(), (folder, device) -> model);
    }

    private MotionPattern train() throws IOException {
        TrainingClips clips = TrainingClips.of(List.of(TrainingClip.of("clip", CLIP, "a horse runs")));
        return MotionPattern.train(
                backbone,
                clips,
                TrainingOptions.newBuilder()
                        .frameCount(3)
                        .frameSize(SIZE)
                        .steps(2)
                        .build());
    }

    @Test
    void train_clips_givesAPatternThatKnowsItsOrigin() throws IOException {
        MotionPattern pattern = train();

        assertThat(pattern.trainedSteps()).isEqualTo(OptionalInt.of(2));
        assertThat(pattern.weights().parameters().get(0).values().get(0)).isEqualTo(2);
        assertThat(pattern.backbone()).isSameAs(backbone);
        assertThat(pattern.provenance())
                .containsEntry("library_version", LibraryVersion.current())
                .containsEntry("base_fingerprint", backbone.fingerprint())
                .containsKeys("clips", "options", "seed", "final_loss");
    }

    @Test
    void train_defaultOptions_refuseAClipOfFewerThan16Frames() {
        TrainingClips clips = TrainingClips.of(List.of(TrainingClip.of("clip", CLIP, "a horse runs")));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> MotionPattern.train(backbone, clips))
                .withMessage("expected at least 16 frames for 16 frames at stride 1, but was 4 (clip clip)");
    }

    @Test
    void untrained_backbone_hasSeenNoSteps() {
        MotionPattern pattern = MotionPattern.untrained(backbone);

        assertThat(pattern.trainedSteps()).isEqualTo(OptionalInt.of(0));
        assertThat(pattern.weights().names()).containsExactly("conv_in.conv1d.bias");
    }

    @Test
    void load_savedPattern_isTheSame() throws IOException {
        Path file = folder.resolve("pattern.safetensors");
        MotionPattern pattern = train();

        pattern.save(file);
        MotionPattern loaded = MotionPattern.load(backbone, file);

        assertThat(loaded.provenance()).isEqualTo(pattern.provenance());
        assertThat(loaded.trainedSteps()).isEqualTo(pattern.trainedSteps());
        assertThat(loaded.fingerprint()).isEqualTo(pattern.fingerprint());
        assertThat(Files.readString(file)).isEqualTo("FLOAT32");
    }

    @Test
    void save_float16_asksForIt() throws IOException {
        Path file = folder.resolve("pattern.safetensors");

        train().save(file, StoredPrecision.FLOAT16);

        assertThat(Files.readString(file)).isEqualTo("FLOAT16");
    }

    @Test
    void save_interrupted_writesAllTheSameAndKeepsTheFlag() throws IOException {
        Path file = folder.resolve("pattern.safetensors");
        MotionPattern pattern = train();
        Thread.currentThread().interrupt();

        pattern.save(file);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(Files.readString(file)).isEqualTo("FLOAT32");
    }

    @Test
    void load_onAnotherBase_isRefusedWithBothFingerprints() throws IOException {
        Path file = folder.resolve("pattern.safetensors");
        train().save(file);
        String before = backbone.fingerprint();
        model.fingerprint("sha256:" + "1".repeat(64));

        assertThatExceptionOfType(ModelFormatException.class)
                .isThrownBy(() -> MotionPattern.load(backbone, file))
                .withMessage("expected a pattern of the base model " + backbone.fingerprint() + ", but was one of "
                        + before + " with another network (" + file + ")");
    }

    /** The same weights mean something else. */
    @ParameterizedTest
    @CsvSource({
        "prediction_type, '\"v_prediction\"', prediction type epsilon instead of v_prediction",
        "beta_end, 0.02, noise schedule scaled_linear 8.5E-4 to 0.012 in 1000 timesteps instead of scaled_linear 8.5E-4 to"
                + " 0.02 in 1000 timesteps",
    })
    void load_onTheSameNetworkWithAnotherSchedule_isRefusedWithWhatDiffers(String key, String value, String difference)
            throws IOException {
        Path file = folder.resolve("pattern.safetensors");
        train().save(file);
        Backbone other = withScheduler(key, value);

        assertThatExceptionOfType(ModelFormatException.class)
                .isThrownBy(() -> MotionPattern.load(other, file))
                .withMessage("expected a pattern of the base model " + other.fingerprint() + ", but was one of "
                        + backbone.fingerprint() + " with " + difference + " (" + file + ")");
    }

    /** How sampling rounds its timesteps is no matter of the pattern. */
    @Test
    void load_onTheSameNetworkWithAnotherOffset_isAllowed() throws IOException {
        Path file = folder.resolve("pattern.safetensors");
        train().save(file);

        assertThat(MotionPattern.load(withScheduler("steps_offset", "0"), file).trainedSteps())
                .isEqualTo(OptionalInt.of(2));
    }

    /** Before, patterns knew their base model by its network alone. */
    @Test
    void load_patternOfTheFirstVersion_isComparedByItsNetworkAndStaysSo() throws IOException {
        Path file = folder.resolve("pattern.safetensors");
        MotionPattern pattern = train();
        Map<String, String> entries = new HashMap<>(pattern.provenance());
        entries.keySet().removeIf(key -> key.startsWith("base_"));
        entries.put("format_version", "1");
        entries.put("base_fingerprint", model.fingerprint());
        model.put(file, pattern.weights(), entries);

        MotionPattern loaded = MotionPattern.load(withScheduler("prediction_type", "\"v_prediction\""), file);
        loaded.save(file);

        assertThat(model.storage().readMotion(file).metadata())
                .containsEntry("format_version", "2")
                .containsEntry("base_fingerprint", model.fingerprint())
                .doesNotContainKey("base_prediction_type");
        model.fingerprint("sha256:" + "1".repeat(64));
        assertThatExceptionOfType(ModelFormatException.class)
                .isThrownBy(() -> MotionPattern.load(backbone, file))
                .withMessage("expected a pattern of the base model sha256:" + "1".repeat(64)
                        + ", but was one of sha256:" + "0".repeat(64) + " (" + file + ")");
    }

    @Test
    void load_folderWithALinkOutOfIt_isRefused(@TempDir Path elsewhere) throws IOException {
        Path pattern = Files.createDirectories(folder.resolve("pattern"));
        try {
            Files.createSymbolicLink(pattern.resolve("unet"), elsewhere);
        } catch (FileSystemException | UnsupportedOperationException e) {
            abort("no symbolic links here: " + e.getMessage());
        }

        assertThatThrownBy(() -> MotionPattern.load(backbone, pattern))
                .isInstanceOf(IOException.class)
                .hasMessage("expected links within the model folder, but was one to " + elsewhere.toRealPath() + " ("
                        + pattern.resolve("unet") + "); copy the file to its place if you trust it");
    }

    @Test
    void load_fileThatIsNoPattern_isRefused() {
        Path file = folder.resolve("other.safetensors");
        model.put(file, model.freshMotion(List.of(), 0), Map.of("format", "pt"));

        assertThatThrownBy(() -> MotionPattern.load(backbone, file))
                .isInstanceOf(IOException.class)
                .hasMessage("expected format 'lamp4j motion pattern', but was 'pt' (" + file + ")");
    }

    @Test
    void load_wholeVideoUNet_knowsItsSourceButNotItsSteps() throws IOException {
        Path unet = folder.resolve("horse_run");
        train().saveVideoUNet(unet);

        MotionPattern loaded = MotionPattern.load(backbone, unet);

        assertThat(loaded.trainedSteps()).isEmpty();
        assertThat(loaded.provenance()).containsEntry("source", unet.toString());
        assertThat(loaded.weights().parameters().get(0).values().get(0)).isEqualTo(2);
    }

    @Test
    void load_patternFromAWholeVideoUNet_survivesSaving() throws IOException {
        Path unet = folder.resolve("horse_run");
        Path file = folder.resolve("pattern.safetensors");
        train().saveVideoUNet(unet);

        MotionPattern.load(backbone, unet).save(file);

        assertThat(MotionPattern.load(backbone, file).trainedSteps()).isEmpty();
        assertThat(MotionPattern.load(backbone, file).provenance()).containsEntry("source", unet.toString());
    }

    @Test
    void generate_prompt_givesAClipThatKnowsItsPattern() throws IOException {
        MotionPattern pattern = train();

        VideoClip clip = pattern.generate(
                "a horse runs",
                CLIP.frames().get(0),
                GenerationOptions.newBuilder()
                        .frameCount(3)
                        .frameSize(SIZE)
                        .steps(2)
                        .build());

        assertThat(clip.frameCount()).isEqualTo(3);
        assertThat(clip.provenance())
                .containsEntry("prompt", "a horse runs")
                .containsEntry("pattern", pattern.fingerprint())
                .containsEntry("pattern_steps", "2")
                .containsEntry("base_fingerprint", backbone.fingerprint())
                .containsEntry("library_version", LibraryVersion.current());
    }

    @Test
    void generate_defaultOptions_givesThePapersFormat() throws IOException {
        VideoClip clip = train().generate("a horse runs", CLIP.frames().get(0));

        assertThat(clip.frameCount()).isEqualTo(16);
        assertThat(clip.frameSize()).isEqualTo(new FrameSize(512, 320));
    }

    @Test
    void generate_promptAlone_drawsTheFirstFrameFirst() throws IOException {
        VideoClip clip = train().generate(
                        "a horse runs",
                        GenerationOptions.newBuilder()
                                .frameCount(3)
                                .frameSize(SIZE)
                                .steps(2)
                                .build());

        assertThat(model.predictorShapes()).extracting(shape -> shape.size(2)).containsExactly(1, 3);
        assertThat(clip.provenance()).containsEntry("first_frame", "generated from the prompt");
        assertThat(clip.frameCount()).isEqualTo(3);
    }

    @Test
    void enlarge_clipThatKnowsItsPrompt_isSignedAndOneThatDoesNotIsRefused() throws IOException {
        MotionPattern pattern = train();
        FrameSize size = new FrameSize(16, 8);

        VideoClip large = pattern.enlarge(CLIP.withProvenance(Map.of("prompt", "a horse")), size);

        assertThat(large.frameSize()).isEqualTo(size);
        assertThat(large.provenance())
                .containsEntry("prompt", "a horse")
                .containsEntry("pattern", pattern.fingerprint())
                .containsEntry("steps", "50");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pattern.enlarge(CLIP, size))
                .withMessage("expected a clip whose provenance holds its prompt, but was one without; give the prompt"
                        + " (enlarge)");
    }

    // --- low-rank updates; the fake has one parameter more with them, the rank ---

    private MotionPattern untrainedLowRankPattern() throws IOException {
        TrainingOptions options = TrainingOptions.newBuilder()
                .frameCount(3)
                .frameSize(SIZE)
                .rank(4)
                .listener(progress -> Decision.STOP)
                .build();
        return stopped(options).pattern();
    }

    private TrainingStoppedException stopped(TrainingOptions options) throws IOException {
        try {
            MotionPattern.train(
                    backbone, TrainingClips.of(List.of(TrainingClip.of("clip", CLIP, "a horse runs"))), options);
            throw new AssertionError("the training was not stopped");
        } catch (TrainingStoppedException stopped) {
            return stopped;
        }
    }

    @Test
    void train_listenerSaysStop_endsWithThePatternSoFarAndWhereItIsKept(@TempDir Path checkpoints) throws IOException {
        TrainingOptions options = TrainingOptions.newBuilder()
                .frameCount(3)
                .frameSize(SIZE)
                .steps(5)
                .checkpoint(checkpoints)
                .checkpointEvery(100)
                .listener(progress ->
                        progress instanceof TrainingStep && progress.step() == 2 ? Decision.STOP : Decision.CONTINUE)
                .build();

        TrainingStoppedException stopped = stopped(options);

        assertThat(stopped)
                .isInstanceOf(StoppedException.class)
                .hasMessage("stopped after 2 of 5 steps; they are kept in " + checkpoints);
        assertThat(stopped.stepsDone()).isEqualTo(2);
        assertThat(stopped.checkpoints()).contains(checkpoints);
        assertThat(stopped.pattern().trainedSteps()).hasValue(2);
        assertThat(stopped.pattern().weights().parameters().get(0).values().get(0))
                .isEqualTo(2);
        assertThat(checkpoints).isNotEmptyDirectory();
    }

    /** Two of five steps are kept in a folder; whoever goes on from there is stopped before the next step. */
    private TrainingStoppedException stoppedBeforeTheNextStep(Path from, Path checkpoints) throws IOException {
        TrainingOptions options = TrainingOptions.newBuilder()
                .frameCount(3)
                .frameSize(SIZE)
                .steps(5)
                .checkpoint(from)
                .listener(progress ->
                        progress instanceof TrainingStep && progress.step() == 2 ? Decision.STOP : Decision.CONTINUE)
                .build();
        assertThat(stopped(options).checkpoints()).contains(from);
        return stopped(TrainingOptions.newBuilder()
                .frameCount(3)
                .frameSize(SIZE)
                .steps(5)
                .resume(from)
                .checkpoint(checkpoints)
                .listener(progress -> Decision.STOP)
                .build());
    }

    @Test
    void train_resumedIntoAnotherFolderAndStoppedBeforeAStep_namesNoFolderThatHasNothing() throws IOException {
        Path empty = folder.resolve("b");

        TrainingStoppedException stopped = stoppedBeforeTheNextStep(folder.resolve("a"), empty);

        assertThat(stopped).hasMessage("stopped after 2 of 5 steps; nothing was saved");
        assertThat(stopped.checkpoints()).isEmpty();
        assertThat(stopped.pattern().trainedSteps()).hasValue(2);
    }

    @Test
    void train_resumedInItsFolderAndStoppedBeforeAStep_namesIt() throws IOException {
        Path same = folder.resolve("a");

        TrainingStoppedException stopped = stoppedBeforeTheNextStep(same, same);

        assertThat(stopped).hasMessage("stopped after 2 of 5 steps; they are kept in " + same);
        assertThat(stopped.checkpoints()).contains(same);
    }

    @Test
    void train_interrupted_endsWithThePatternAndKeepsTheFlag() throws IOException {
        TrainingOptions options = TrainingOptions.newBuilder()
                .frameCount(3)
                .frameSize(SIZE)
                .steps(5)
                .listener(progress -> {
                    if (progress instanceof TrainingStep && progress.step() == 3) {
                        Thread.currentThread().interrupt();
                    }
                    return Decision.CONTINUE;
                })
                .build();

        TrainingStoppedException stopped = stopped(options);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(stopped).hasMessage("stopped after 3 of 5 steps; nothing was saved");
        assertThat(stopped.checkpoints()).isEmpty();
        assertThat(stopped.pattern().trainedSteps()).hasValue(3);
    }

    @Test
    void train_stoppedAfterTheLastStep_isDone() throws IOException {
        MotionPattern pattern = MotionPattern.train(
                backbone,
                TrainingClips.of(List.of(TrainingClip.of("clip", CLIP, "a horse runs"))),
                TrainingOptions.newBuilder()
                        .frameCount(3)
                        .frameSize(SIZE)
                        .rank(4)
                        .steps(2)
                        .listener(progress -> progress instanceof TrainingStep && progress.step() == 2
                                ? Decision.STOP
                                : Decision.CONTINUE)
                        .build());

        assertThat(pattern.trainedSteps()).hasValue(2);
    }

    @Test
    void merged_lowRankPattern_isWholeAndKnowsWhereItComesFrom() throws IOException {
        MotionPattern pattern = untrainedLowRankPattern();

        MotionPattern merged = pattern.merged();

        assertThat(pattern.weights().names()).containsExactly("conv_in.conv1d.bias", "rank");
        assertThat(pattern.weights().parameter("rank").values().get(0)).isEqualTo(4);
        assertThat(merged.weights().names()).containsExactly("conv_in.conv1d.bias");
        assertThat(merged.provenance())
                .containsEntry("merged_from", pattern.fingerprint())
                .containsEntry("options", pattern.provenance().get("options"));
        assertThat(merged.merged()).isSameAs(merged);
        assertThat(merged.trainedSteps()).isEqualTo(pattern.trainedSteps());
    }

    @Test
    void blend_lowRankAndWholePattern_isWhole() throws IOException {
        MotionPattern lowRank = untrainedLowRankPattern();

        MotionPattern blend = MotionPattern.blend(List.of(new Share(lowRank, 1), new Share(train(), 0.5f)));

        assertThat(blend.weights().names()).containsExactly("conv_in.conv1d.bias");
        assertThat(blend.weights().parameters().get(0).values().get(0)).isEqualTo(1);
    }

    // --- blends; the fake's one parameter is 0 untrained and 2 after two steps ---

    @Test
    void blend_severalPatterns_addsWhatEachLearned() throws IOException {
        MotionPattern blend = MotionPattern.blend(List.of(new Share(train(), 0.5f), new Share(train(), 0.25f)));

        assertThat(blend.weights().parameters().get(0).values().get(0)).isEqualTo(1.5f);
        assertThat(blend.trainedSteps()).isEmpty();
        assertThat(blend.provenance().get("blend"))
                .isEqualTo("0.5 x " + train().fingerprint() + " + 0.25 x " + train().fingerprint());
    }

    @Test
    void blend_ofOne_isThePattern() throws IOException {
        MotionPattern pattern = train();

        assertThat(MotionPattern.blend(List.of(new Share(pattern, 1))).fingerprint())
                .isEqualTo(pattern.fingerprint());
    }

    @Test
    void blend_nothing_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MotionPattern.blend(List.of()))
                .withMessage("expected a pattern, but was none (MotionPattern.blend)");
    }

    @Test
    void blend_weightThatIsNoNumber_isRefused() throws IOException {
        MotionPattern pattern = train();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Share(pattern, Float.NaN))
                .withMessage("expected a finite weight, but was NaN (MotionPattern.blend)");
    }

    @Test
    void blend_patternsOfTwoBases_isRefusedWithBothFingerprints() throws IOException {
        MotionPattern pattern = train();
        FakeBackboneModel otherModel = new FakeBackboneModel().fingerprint("sha256:" + "1".repeat(64));
        MotionPattern other = MotionPattern.untrained(open(otherModel));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> MotionPattern.blend(List.of(new Share(pattern, 1), new Share(other, 1))))
                .withMessage("expected patterns of the base model " + backbone.fingerprint() + ", but was one of "
                        + other.backbone().fingerprint() + " (MotionPattern.blend)");
    }

    @Test
    void generate_backboneClosed_isRefused() throws IOException {
        MotionPattern pattern = train();
        backbone.close();

        assertThatIllegalStateException()
                .isThrownBy(() -> pattern.generate("a horse runs", CLIP.frames().get(0)));
    }

    @Test
    void fingerprint_parameters_dependsOnNameShapeAndValues() throws IOException {
        String base = fingerprint("a", Shape.of(2, 2), 1, 2, 3, 4);

        assertThat(base).matches("sha256:[0-9a-f]{64}");
        assertThat(fingerprint("a", Shape.of(2, 2), 1, 2, 3, 4)).isEqualTo(base);
        assertThat(fingerprint("b", Shape.of(2, 2), 1, 2, 3, 4)).isNotEqualTo(base);
        assertThat(fingerprint("a", Shape.of(4), 1, 2, 3, 4)).isNotEqualTo(base);
        assertThat(fingerprint("a", Shape.of(2, 2), 1, 2, 3, 5)).isNotEqualTo(base);
    }

    /** More values than are hashed at once: the last must count as well. */
    @Test
    void fingerprint_manyValues_dependsOnTheLast() throws IOException {
        float[] values = new float[40_000];
        String base = fingerprint("a", Shape.of(values.length), values);
        values[values.length - 1] = 1;

        assertThat(fingerprint("a", Shape.of(values.length), values)).isNotEqualTo(base);
    }

    private String fingerprint(String name, Shape shape, float... values) throws IOException {
        Path unet = Files.createDirectories(folder.resolve("unet"));
        model.put(
                unet,
                MotionWeights.of(List.of(new MotionWeights.Parameter(name, shape, FloatBuffer.wrap(values.clone())))),
                Map.of());
        return MotionPattern.load(backbone, unet).fingerprint();
    }
}
