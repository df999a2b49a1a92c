package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.device.Device;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.config.BaseModelConfig;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.model.TinyConfig;
import org.lamp4j.onnx.pretraining.RandomModel;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.standin.StandIn;
import org.lamp4j.standin.StandIn.Counts;
import org.lamp4j.tensor.Shape;

/** What networks do to a GPU: where nodes run, what memory they take, what is copied; on a {@link StandIn}. */
@Tag(StandIn.TAG)
class StandInTest {

    private static final BaseModelConfig CONFIG = config(new TinyConfig()
            .channels(64, 128) // heads of a multiple of eight, as flash attention wants them
            .heads(8, 8)
            .groups(32));

    private static final BaseModelConfig THREE_CHANNELS_A_GROUP =
            config(new TinyConfig().channels(48, 96).heads(2, 2).groups(16));

    /** Large enough for activations to outweigh the weights. */
    private static final Shape LATENTS = Shape.of(1, 4, 16, 32, 32);

    private static final Shape GUIDED = LATENTS.with(0, 2);

    /** Latents, timesteps, text and losses. */
    private static final long SMALL_BYTES = 2 << 20;

    /** What fragments and kernels take is not in an estimate. */
    private static final double TOLERANCE = 0.15;

    /** Without lamp-cuda, kept buffers are used again more often than estimates count on. */
    private static final double USED_AGAIN = 0.05;

    @TempDir
    private static Path folder;

    private static Path model;

    private static BaseModelConfig config(TinyConfig unet) {
        return new BaseModelConfig(
                new ClipTextConfig(600, 5, 8, 16, 1, 2, 1e-5f, ClipTextConfig.Activation.QUICK_GELU),
                new VaeConfig(3, 4, List.of(8, 8), 1, 4, 0.18215f),
                unet.contextWidth(8).build());
    }

    @BeforeAll
    static void load() throws IOException, InterruptedException {
        StandIn.assumeLoaded();
        model = folder.resolve("model");
        new RandomModel(CONFIG, StoredPrecision.FLOAT16, 0).write(model);
    }

    @BeforeEach
    @AfterEach
    void makeLargeAgain() {
        StandIn.setTotalBytes(80L << 30);
    }

    private static StandInRun onGpu() {
        return new StandInRun(model, Device.cuda(0));
    }

    @Test
    void everyNode_ofEveryNetwork_runsOnTheDevice() throws IOException {
        StandInRun run = new StandInRun(model, Device.cuda(0).withProfilesIn(folder));
        run.encodeText();
        run.encode(Shape.of(1, 3, 64, 64));
        run.decode(Shape.of(1, 4, 32, 32));
        run.predict(GUIDED);
        run.train(LATENTS, GradientCheckpointing.AS_NEEDED);
        run.train(LATENTS, GradientCheckpointing.ALWAYS);

        NodeProfile profile = NodeProfile.in(folder);
        assertThat(profile.count("Conv")).isPositive();
        assertThat(profile.count("ConvTranspose")).isPositive();
        assertThat(profile.ran().keySet()).allMatch(node -> node.startsWith("CUDA "));
        assertThat(profile.ran().keySet()).noneMatch(node -> node.contains("Memcpy"));
    }

    /** ONNX Runtime's norm takes two channels at a time. */
    @Test
    void prediction_groupsOfThreeChannels_runs(@TempDir Path other) throws IOException {
        new RandomModel(THREE_CHANNELS_A_GROUP, StoredPrecision.FLOAT16, 0).write(other);

        Counts counts = new StandInRun(other, Device.cuda(0)).predict(LATENTS).next();

        assertThat(counts.launches()).isPositive();
    }

    @Test
    void prediction_copiesLatentsAndTextOnly() throws IOException {
        Counts counts = onGpu().predict(GUIDED).next();

        assertThat(counts.uploadedBytes()).isLessThan(SMALL_BYTES);
        assertThat(counts.downloadedBytes()).isEqualTo(GUIDED.elementCount() * Float.BYTES);
    }

    @Test
    void trainingStep_copiesParametersAndGradientsOnce() throws IOException {
        StandInRun.Taken taken = onGpu().train(LATENTS, GradientCheckpointing.ALWAYS);

        long parameters = parameterBytes();
        assertThat(taken.next().uploadedBytes()).isBetween(parameters, parameters + SMALL_BYTES);
        assertThat(taken.next().downloadedBytes()).isBetween(parameters, parameters + SMALL_BYTES);
    }

    private static long parameterBytes() throws IOException {
        try (BackboneModel backbone = new OnnxBackboneProvider().open(model, Device.cuda(0))) {
            return Float.BYTES * backbone.freshMotion(StandInRun.MODULES, 0).elementCount();
        }
    }

    @Test
    void session_closed_givesAllMemoryBack() throws IOException {
        onGpu().predict(LATENTS);
        long before = StandIn.counts().bytes();
        onGpu().train(LATENTS, GradientCheckpointing.ALWAYS);

        assertThat(StandIn.counts().bytes()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({
        "TRAIN, 0, activations kept",
        "TRAIN, 1, recomputation below 64 operations a byte",
        "TRAIN, 6, recomputation",
        "TRAIN_LOW_RANK, 0, activations kept",
        "TRAIN_LOW_RANK, 6, recomputation",
    })
    void wayToTrain_takesWhatIsEstimated(StandInWays.Task task, int way, String name) throws IOException {
        assertTaken(task, way, name, 1 - TOLERANCE - USED_AGAIN);
    }

    /** Kept buffers are used again more often in a forward pass than estimates count on. */
    @ParameterizedTest
    @CsvSource({"0, all clips together", "1, one clip after another"})
    void wayToPredict_takesNoMoreThanIsEstimated(int way, String name) throws IOException {
        assertTaken(StandInWays.Task.PREDICT, way, name, 0.5);
    }

    private static void assertTaken(StandInWays.Task task, int way, String name, double least) throws IOException {
        StandInWays ways = new StandInWays(model, task);
        long estimate = ways.estimate(way);

        StandIn.restart();
        ways.run(way);
        double taken = StandIn.counts().peakBytes();

        assertThat(ways.name(way)).isEqualTo(name);
        assertThat(taken / estimate)
                .as("%.0f of estimated %.0f MiB", taken / (1 << 20), (double) estimate / (1 << 20))
                .isBetween(least, 1 + TOLERANCE);
    }

    @Test
    void prediction_gpuIsFull_isAnErrorThatSaysSo() {
        StandIn.setTotalBytes(32 << 20);

        assertThatIllegalStateException()
                .isThrownBy(() -> onGpu().predict(GUIDED))
                .withMessageContaining("Failed to allocate memory");
    }

    @Test
    void training_activationsDoNotFit_recomputes() throws IOException {
        StandInWays ways = new StandInWays(model, StandInWays.Task.TRAIN);
        MemoryBudget budget = MemoryBudget.ofBytes((ways.estimate(0) + ways.estimate(1)) / 2);
        StandIn.setTotalBytes(budget.bytes());
        Device device = Device.cuda(0).withMemoryBudget(budget);

        assertThat(new StandInRun(model, device)
                        .train(LATENTS, GradientCheckpointing.AS_NEEDED)
                        .peakBytes())
                .isLessThan(ways.estimate(0));
    }

    @Test
    void training_nothingFits_isRefusedBeforeItBegins() throws IOException {
        Device device = Device.cuda(0).withMemoryBudget(MemoryBudget.parse("64M"));
        StandIn.restart();
        long before = StandIn.counts().bytes();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StandInRun(model, device).train(LATENTS, GradientCheckpointing.AS_NEEDED))
                .withMessageMatching(
                        "expected a memory budget that one of the ways to run this fits in, from recomputation .*"
                                + " GiB to activations kept .* GiB, but was 0\\.1 GiB .*");
        assertThat(StandIn.counts().peakBytes()).isEqualTo(before);
    }
}
