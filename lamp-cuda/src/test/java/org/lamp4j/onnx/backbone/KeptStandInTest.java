package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lamp4j.device.Device;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.motion.LowRank;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.config.BaseModelConfig;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.model.LowRankUpdates;
import org.lamp4j.onnx.model.UNetKeys;
import org.lamp4j.onnx.pretraining.RandomModel;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.standin.StandIn;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.training.TrainingOptions;

/** What networks take of a GPU's memory with lamp-cuda, on a {@link StandIn}, beside what is estimated. */
@Tag(StandIn.TAG)
class KeptStandInTest {

    private static final VideoUNetConfig LARGE = VideoUNetConfig.stableDiffusion14();

    private static final BaseModelConfig CONFIG = new BaseModelConfig(
            new ClipTextConfig(600, 5, 8, 16, 1, 2, 1e-5f, ClipTextConfig.Activation.QUICK_GELU),
            new VaeConfig(3, 4, List.of(8, 8), 1, 4, 0.18215f),
            new VideoUNetConfig(
                    4,
                    4,
                    LARGE.levels().stream()
                            .map(level -> new VideoUNetConfig.Level(
                                    level.channels() / 5,
                                    level.heads(),
                                    level.attentionGoingDown(),
                                    level.attentionGoingUp()))
                            .toList(),
                    1,
                    8,
                    32,
                    LARGE.epsilon(),
                    LARGE.linearProjection(),
                    LARGE.cosineFirst(),
                    LARGE.frequencyShift(),
                    LARGE.sampleSize()));

    /** Large enough for activations to outweigh the weights. */
    private static final Shape LATENTS = Shape.of(1, 4, 16, 40, 64);

    private static final double TOLERANCE = 0.15;

    private static final int RUNS = 2;

    private static final String MODEL = System.getProperty("stand-in.model", "");

    /** What the UNet is run for. */
    enum Task {
        PREDICT,
        TRAIN,
        TRAIN_LOW_RANK
    }

    @TempDir
    private static Path folder;

    @BeforeAll
    static void load() throws IOException, InterruptedException {
        StandIn.assumeLoaded();
        new RandomModel(CONFIG, StoredPrecision.FLOAT16, 0).write(folder.resolve("model"));
    }

    private static List<Arguments> namedWays() {
        return List.of(
                arguments(Task.PREDICT, 0, "all clips together"),
                arguments(Task.PREDICT, 1, "one clip after another"),
                arguments(Task.TRAIN, 0, "activations kept"),
                arguments(Task.TRAIN, 1, "recomputation below 64 operations a byte"),
                arguments(Task.TRAIN, 3, "recomputation below 512 operations a byte"),
                arguments(Task.TRAIN, 6, "recomputation"),
                arguments(Task.TRAIN_LOW_RANK, 6, "recomputation"));
    }

    @ParameterizedTest
    @MethodSource("namedWays")
    void way_takesWhatIsEstimated(Task task, int way, String name) throws IOException {
        assertTaken(folder.resolve("model"), task, way, name);
    }

    /** Prints the figures of docs/gpu.md. {@code -Dstand-in.model=DIR} is a model as large as Stable Diffusion. */
    @ParameterizedTest
    @MethodSource("namedWays")
    void way_atFullSize_takesWhatIsEstimated(Task task, int way, String name) throws IOException {
        assumeTrue(!MODEL.isEmpty(), "-Dstand-in.model=DIR names the model that the figures are taken with");
        assertTaken(Path.of(MODEL), task, way, name);
    }

    private static void assertTaken(Path model, Task task, int way, String name) throws IOException {
        try (ModelFiles files = ModelFiles.open(model)) {
            ComputeDevice device = ComputeDevice.of(Device.cuda(0));
            MemoryPlan<?> plan = ways(task, files, device).get(way);
            double estimate = plan.bytes().getAsLong();

            StandIn.restart();
            long start = System.nanoTime();
            Object opened = plan.open().get();
            double openingSeconds = (System.nanoTime() - start) * 1e-9;
            run(opened, files);
            StandIn.Counts counts = StandIn.counts();
            close(opened);

            System.out.printf(
                    Locale.ROOT,
                    "%s, %s: estimate %.2f GB, peak %.2f GB, opened in %.1f s, %d launches in %d runs%n",
                    task,
                    name,
                    estimate * 1e-9,
                    counts.peakBytes() * 1e-9,
                    openingSeconds,
                    counts.launches(),
                    RUNS);
            assertThat(plan.name()).isEqualTo(name);
            assertThat(device.freesBuffersAtOnce()).isTrue();
            assertThat(counts.peakBytes() / estimate).isBetween(1 - TOLERANCE, 1 + TOLERANCE);
        }
    }

    private static List<? extends MemoryPlan<?>> ways(Task task, ModelFiles files, ComputeDevice device) {
        VideoUNets unets = new VideoUNets(files, device, MemoryBudget.ofMachine());
        UNetKeys keys = UNetKeys.of(files.unetConfig());
        FreshMotion fresh = new FreshMotion(keys, files.unet(), 0);
        Set<String> parameters = keys.ofModules(trainedModules());
        MotionWeights motion =
                task == Task.TRAIN_LOW_RANK ? fresh.of(parameters, new LowRank(16, 16)) : fresh.of(parameters);
        LowRankUpdates updates = LowRankUpdates.of(motion, keys);
        return task == Task.PREDICT
                ? unets.waysToPredict(motion, updates, unets.inputs(LATENTS.with(0, 2), 1), 0)
                : unets.waysToTrain(motion, MotionWeights.of(List.of()), updates, LATENTS)
                        .all();
    }

    private static List<String> trainedModules() {
        return TrainingOptions.newBuilder().build().parameters().trainableModules();
    }

    private static void run(Object opened, ModelFiles files) {
        for (int run = 0; run < RUNS; run++) {
            if (opened instanceof NoisePredictor predictor) {
                predictor.predict(FloatTensor.zeros(LATENTS.with(0, 2)), new int[2], context(files, 2));
            } else {
                MotionTrainer trainer = (MotionTrainer) opened;
                trainer.accumulate(new MotionTrainer.Batch(
                        FloatTensor.zeros(LATENTS), new int[1], context(files, 1), FloatTensor.zeros(LATENTS)));
                trainer.update(new MotionTrainer.Update(1e-5f, 0.9f, 0.999f, 1e-8f, 1e-2f, 1));
            }
        }
    }

    private static void close(Object opened) {
        if (opened instanceof NoisePredictor predictor) {
            predictor.close();
        } else {
            ((MotionTrainer) opened).close();
        }
    }

    private static FloatTensor context(ModelFiles files, int clips) {
        return FloatTensor.zeros(Shape.of(
                clips, files.textConfig().positions(), files.unetConfig().contextWidth()));
    }
}
