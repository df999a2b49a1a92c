package org.lamp4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.config.JsonOptions;
import org.lamp4j.device.Device;
import org.lamp4j.evaluation.MotionStatistics;
import org.lamp4j.files.ContentHash;
import org.lamp4j.media.VideoClip;
import org.lamp4j.motion.LoraFile;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.clip.ClipModel;
import org.lamp4j.onnx.pretraining.RandomClipModel;
import org.lamp4j.testing.DrawnClips;
import org.lamp4j.training.CheckpointFolder;
import org.lamp4j.training.TrainingClip;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;

/** Batches in Spark's local mode with two threads, which run two tasks at once. */
class LampSparkTest {

    private static final String TRAINING =
            "{\"steps\": 4, \"frameCount\": 2, \"frameSize\": \"64x64\", \"checkpointEvery\": 2, \"seed\": 3}";

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private static ClusterFiles files;
    private static SparkSession spark;

    @BeforeAll
    static void start() throws IOException {
        files = ClusterFiles.in(shared);
        spark = ClusterFiles.session("local[2]");
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private List<GeneratedClip> generate(List<GenerationRequest> requests, int partitions, ClipOutput output) {
        return LampSpark.generate(
                        spark.createDataset(requests, GenerationRequest.encoder())
                                .repartition(partitions),
                        files.clusterModel(),
                        output)
                .collectAsList();
    }

    private static Map<String, GeneratedClip> byId(List<GeneratedClip> clips) {
        return clips.stream().collect(Collectors.toMap(GeneratedClip::id, Function.identity()));
    }

    private static List<Path> filesIn(Path place) throws IOException {
        try (Stream<Path> content = Files.list(place)) {
            return content.sorted().toList();
        }
    }

    @Test
    void generate_sixRequestsOneOfWhichFails_sameBytesAsALoopAndARowThatSaysWhy() throws IOException {
        List<GenerationRequest> requests = files.sixRequests();
        Map<String, String> expected = files.hashesOfALoop(requests.stream()
                .filter(request -> !request.id().equals("missing"))
                .toList());
        Path clips = folder.resolve("clips");

        Map<String, GeneratedClip> made =
                byId(generate(requests, 3, ClipOutput.inFolder(clips.toUri().toString())));

        assertThat(made).hasSize(6);
        assertThat(made.get("missing").error())
                .contains("expected a file, but there is none ("
                        + shared.resolve("nothing.png").toUri() + ")");
        assertThat(made.get("missing").uri()).isEmpty();
        Map<String, String> hashes = new HashMap<>();
        made.values().stream()
                .filter(clip -> clip.error().isEmpty())
                .forEach(clip -> hashes.put(clip.id(), clip.sha256().orElseThrow()));
        assertThat(hashes).isEqualTo(expected);
        assertThat(made.get("in-row").seed()).isEqualTo(7);
        assertThat(made.get("seeded").seed()).isEqualTo(11);
        assertThat(made.get("ball-0").seed()).isNotEqualTo(made.get("ball-1").seed());
        assertThat(made.values())
                .noneMatch(GeneratedClip::kept)
                .allMatch(clip -> !clip.host().isEmpty());
        assertThat(filesIn(clips)).hasSize(5); // and nothing half-written beside them
        for (Path file : filesIn(clips)) {
            String id = file.getFileName().toString().replaceAll("-[0-9a-f]{16}\\.mp4$", "");
            assertThat(new ContentHash().add(file).finish()).isEqualTo(expected.get(id));
        }

        Map<Path, FileTime> times = new HashMap<>();
        for (Path file : filesIn(clips)) {
            times.put(file, Files.getLastModifiedTime(file));
        }
        Map<String, GeneratedClip> again =
                byId(generate(requests, 1, ClipOutput.inFolder(clips.toUri().toString())));
        assertThat(again.values().stream().filter(GeneratedClip::kept)).hasSize(5);
        again.forEach(
                (id, clip) -> assertThat(clip.sha256()).isEqualTo(made.get(id).sha256()));
        for (Path file : filesIn(clips)) {
            assertThat(Files.getLastModifiedTime(file)).isEqualTo(times.get(file));
        }
    }

    @Test
    void generate_inRows_clipAndFiguresOfIt() throws IOException {
        List<GenerationRequest> requests = List.of(
                files.request("one", "a ball"),
                files.request("no/path", "a ball"),
                files.request("typing-error", "a ball").withOptions("{\"step\": 2}"));

        List<GeneratedClip> made = generate(requests, 1, ClipOutput.inRows());
        List<ClipEvaluation> figures = LampSpark.evaluate(
                        spark.createDataset(made, GeneratedClip.encoder()), Optional.empty())
                .collectAsList();

        GeneratedClip clip = byId(made).get("one");
        assertThat(clip.error()).isEmpty();
        byte[] bytes = clip.clip().orElseThrow();
        assertThat(clip.sha256())
                .contains(new ContentHash().add(ByteBuffer.wrap(bytes)).finish());
        assertThat(byId(made).get("no/path").error())
                .contains("expected an id of 1 to 100 letters, digits, dots, hyphens and underscores, but was no/path");
        assertThat(byId(made).get("typing-error").error().orElseThrow())
                .startsWith("expected one of adaInStart, ")
                .endsWith("but was step, the nearest is steps (options)");
        MotionStatistics motion = MotionStatistics.of(VideoClip.read(Files.write(folder.resolve("one.mp4"), bytes)));
        assertThat(figures)
                .filteredOn(row -> row.id().equals("one"))
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.magnitude()).hasValue(motion.magnitude());
                    assertThat(row.movingShare()).hasValue(motion.movingShare());
                    assertThat(row.alignment()).isEmpty();
                    assertThat(row.error()).isEmpty();
                });
        assertThat(figures).filteredOn(row -> row.error().isPresent()).hasSize(2);
    }

    @Test
    void generate_anotherModelThanExpected_theJobFails() {
        ClusterModel other = files.clusterModel().withFingerprint("v2:sha256:0");

        assertThatThrownBy(() -> LampSpark.generate(
                                spark.createDataset(List.of(files.request("a", "a ball")), GenerationRequest.encoder()),
                                other,
                                ClipOutput.inRows())
                        .collectAsList())
                .hasStackTraceContaining("expected a model with the fingerprint v2:sha256:0, but was v2:sha256:");
    }

    @Test
    void generate_loras_sameBytesAsALoopAndAnotherFileThanWithout() throws IOException {
        List<GenerationRequest> requests = List.of(files.request("ball", "a ball"));
        Path lora = files.lora("ink.safetensors");
        spark.sparkContext().addFile(lora.toString());
        ClipOutput output = ClipOutput.inFolder(folder.resolve("clips").toUri().toString());
        ClusterModel plain = files.clusterModel();

        GeneratedClip without = generateOne(requests, plain, output);
        GeneratedClip with = generateOne(requests, plain.withLora(new LoraFile(lora, 0.5)), output);
        GeneratedClip sent =
                generateOne(requests, plain.withLoraSentBySpark(LoraFile.parse("ink.safetensors=0.5")), output);
        GeneratedClip more = generateOne(requests, plain.withLora(new LoraFile(lora, 1)), output);

        assertThat(with.sha256())
                .contains(files.hashesOfALoop(requests, List.of(new LoraFile(lora, 0.5)))
                        .get("ball"))
                .isNotEqualTo(without.sha256());
        assertThat(sent.kept()).isTrue();
        assertThat(sent.uri()).isEqualTo(with.uri());
        assertThat(List.of(without, with, more))
                .noneMatch(GeneratedClip::kept)
                .extracting(GeneratedClip::uri)
                .doesNotHaveDuplicates();
    }

    private static GeneratedClip generateOne(List<GenerationRequest> requests, ClusterModel model, ClipOutput output) {
        List<GeneratedClip> clips = LampSpark.generate(
                        spark.createDataset(requests, GenerationRequest.encoder()), model, output)
                .collectAsList();
        assertThat(clips)
                .singleElement()
                .satisfies(clip -> assertThat(clip.error()).isEmpty());
        return clips.get(0);
    }

    @Test
    void evaluate_clipModelWithALora_isRefused() {
        ClusterModel model = files.clusterModel().withLora(new LoraFile(Path.of("ink.safetensors"), 1));

        assertThatThrownBy(() ->
                        LampSpark.evaluate(spark.createDataset(List.of(), GeneratedClip.encoder()), Optional.of(model)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a CLIP model without LoRAs, but was one with some");
    }

    @Test
    void evaluate_clipModel_scoresWhereItIsTheExpectedOne() throws IOException {
        Path clip = folder.resolve("clip");
        RandomClipModel.smallVitB32(StoredPrecision.FLOAT16, 3).write(clip);
        ClusterModel model = ClusterModel.onEveryHost(clip);
        Dataset<GeneratedClip> made = spark.createDataset(
                generate(List.of(files.request("one", "a ball")), 1, ClipOutput.inRows()), GeneratedClip.encoder());
        String fingerprint;
        try (ClipModel open = ClipModel.open(clip, Device.cpu())) {
            fingerprint = open.fingerprint();
        }

        List<ClipEvaluation> figures = LampSpark.evaluate(made, Optional.of(model.withFingerprint(fingerprint)))
                .collectAsList();

        assertThat(figures)
                .singleElement()
                .satisfies(row -> assertThat(row.alignment()).isPresent());
        assertThatThrownBy(() -> LampSpark.evaluate(made, Optional.of(model.withFingerprint("sha256:0")))
                        .collectAsList())
                .hasStackTraceContaining("expected a model with the fingerprint sha256:0, but was " + fingerprint);
    }

    @Test
    void from_tableWithoutOptionalColumns_requestsOfTheRest() {
        List<GenerationRequest> requests = GenerationRequest.from(
                        spark.sql(
                                "select 'a' as id, 'x' as prompt, 'p' as pattern, '3' as seed union all select null, 'y', 'p', null"))
                .collectAsList();

        assertThat(requests)
                .containsExactly(
                        new GenerationRequest(
                                "a", "x", Optional.empty(), Optional.empty(), "p", "{}", java.util.OptionalLong.of(3)),
                        new GenerationRequest(
                                "",
                                "y",
                                Optional.empty(),
                                Optional.empty(),
                                "p",
                                "{}",
                                java.util.OptionalLong.empty()));
    }

    @Test
    void train_checkpointOfALostExecutor_goesOnAndLearnsTheSame() throws IOException {
        Path clips = Files.createDirectory(folder.resolve("moves_right"));
        for (TrainingClip clip : DrawnClips.training().clips()) {
            clip.firstWindow(16, 1).write(clips.resolve(clip.name() + ".mp4"));
        }
        List<TrainingRequest> requests = List.of(
                new TrainingRequest("right", clips.toUri().toString(), TRAINING),
                new TrainingRequest("empty", folder.resolve("nothing").toUri().toString(), TRAINING));
        Path patterns = folder.resolve("patterns");

        TrainedPattern whole = train(requests, patterns).get("right");
        String expected = fingerprintAlone(clips, 4, folder.resolve("alone"));
        assertThat(whole.error()).isEmpty();
        assertThat(whole.fingerprint()).contains(expected);
        assertThat(whole.resumedFrom()).isZero();
        assertThat(filesIn(patterns)).hasSize(2); // the pattern, and a folder without this motion's checkpoints
        assertThat(filesIn(patterns.resolve("checkpoints"))).isEmpty();
        assertThat(train(requests, patterns).get("right").kept()).isTrue();
        assertThat(train(requests, patterns).get("empty").error().orElseThrow()).startsWith("expected a file, but");

        Path pattern = Path.of(java.net.URI.create(whole.uri().orElseThrow()));
        Files.delete(pattern);
        Path checkpoints = folder.resolve("checkpoints-of-the-lost");
        fingerprintAlone(clips, 2, checkpoints);
        Path newest = CheckpointFolder.of(checkpoints).newest().orElseThrow();
        Path place = patterns.resolve("checkpoints")
                .resolve(pattern.getFileName().toString().replace(".safetensors", ""));
        Files.createDirectories(place);
        Files.copy(newest, place.resolve(newest.getFileName()));

        TrainedPattern resumed = train(requests, patterns).get("right");

        assertThat(resumed.error()).isEmpty();
        assertThat(resumed.resumedFrom()).isEqualTo(2);
        assertThat(resumed.fingerprint()).contains(expected);
    }

    private Map<String, TrainedPattern> train(List<TrainingRequest> requests, Path patterns) {
        return LampSpark.train(
                        spark.createDataset(requests, TrainingRequest.encoder()).repartition(2),
                        files.clusterModel(),
                        patterns.toUri().toString())
                .collectAsList()
                .stream()
                .collect(Collectors.toMap(TrainedPattern::id, Function.identity()));
    }

    /** Learns on this machine alone, up to a step of the run. */
    private static String fingerprintAlone(Path clips, int stopAfter, Path checkpoints) throws IOException {
        TrainingOptions options = JsonOptions.training(TRAINING)
                .checkpoint(checkpoints)
                .listener(progress -> progress instanceof org.lamp4j.training.TrainingProgress.TrainingStep step
                                && step.step() == stopAfter
                        ? org.lamp4j.progress.Decision.STOP
                        : org.lamp4j.progress.Decision.CONTINUE)
                .build();
        try (Backbone backbone = Backbone.load(files.model(), Device.cpu().withThreads(1))) {
            return MotionPattern.train(backbone, TrainingClips.in(clips), options)
                    .fingerprint();
        } catch (org.lamp4j.TrainingStoppedException stopped) {
            return "";
        }
    }
}
