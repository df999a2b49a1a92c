package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.config.BaseModelConfig;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.model.LowRankUpdates;
import org.lamp4j.onnx.model.TinyConfig;
import org.lamp4j.onnx.model.UNetKeys;
import org.lamp4j.onnx.pretraining.RandomModel;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.spi.FeatureReuse;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.training.TrainingOptions;

/**
 * What the memory budget believes against what the system says a process holds that does nothing else. Each build looks
 * at the fastest and the most sparing way of each task; {@code -Dmemory.ways=all} at those between, too.
 */
class MemoryEstimateTest {

    private static final Path STATUS = Path.of("/proc/self/status");

    /** Above what was seen, below what would break a budget chosen from the estimate. */
    private static final double AT_MOST = 1.25;

    /** An estimate far above what is needed would refuse what fits. */
    private static final double AT_LEAST = 0.3;

    private static final boolean ALL_WAYS = "all".equals(System.getProperty("memory.ways"));

    @TempDir
    private static Path folder;

    @BeforeAll
    static void writeModel() throws IOException {
        new RandomModel(Program.CONFIG, StoredPrecision.FLOAT32, 0).write(folder.resolve("model"));
    }

    @ParameterizedTest
    @CsvSource({
        "PREDICT, 0, weights copied",
        "PREDICT, 1, weights mapped",
        "PREDICT, 2, 'weights mapped, in parts'",
        "REUSE, 1, weights mapped",
        "TRAIN, 0, weights copied",
        "TRAIN, 1, 'weights mapped, kernels flipped once'",
        "TRAIN, 2, weights mapped",
        "TRAIN, 3, 'weights mapped and recomputation below 64 operations a byte, kernels flipped once'",
        "TRAIN, 4, weights mapped and recomputation below 64 operations a byte",
        "TRAIN, 13, 'weights mapped and recomputation, kernels flipped once'",
        "TRAIN, 14, weights mapped and recomputation",
        "TRAIN, 15, 'weights mapped, recomputation below 64 operations a byte in parts'",
        "TRAIN, 17, 'weights mapped, recomputation below 512 operations a byte in parts'",
        "TRAIN, 20, 'weights mapped, recomputation in parts'"
    })
    void way_takesWhatIsEstimated(Program.Task task, int way, String name) throws Exception {
        assumeTrue(Files.isReadable(STATUS), "only Linux says how much memory is a process's own");
        assumeTrue(
                way == 0 || way == task.lastWay || ALL_WAYS,
                "a way between the fastest and the most sparing is tried with -Dmemory.ways=all");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms512m",
                        "-Xmx512m",
                        "-XX:+AlwaysPreTouch", // so that a heap that grows is not taken for the network's memory
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        folder.resolve("model").toString(),
                        task.name(),
                        Integer.toString(way))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        List<String> lines = output.lines().toList();
        double estimated = Double.parseDouble(lines.get(1));
        double taken = Double.parseDouble(lines.get(2));

        assertThat(lines.get(0)).isEqualTo(name);
        assertThat(taken / estimated)
                .as("%.0f of estimated %.0f MiB", taken / (1 << 20), estimated / (1 << 20))
                .isBetween(AT_LEAST, AT_MOST);
    }

    /** Runs one network in one way, and prints the way's name, its estimate and the memory that it took, in bytes. */
    static final class Program {

        private static final MotionWeights NONE = MotionWeights.of(List.of());

        enum Task {
            PREDICT(Shape.of(1, 4, 16, 48, 48), 2),
            REUSE(Shape.of(1, 4, 16, 48, 48), 2),
            TRAIN(Shape.of(1, 4, 16, 24, 24), 20);

            /** Large enough for portions of tokens and for what runs beside the network to matter little. */
            private final Shape latents;

            private final int lastWay;

            Task(Shape latents, int lastWay) {
                this.latents = latents;
                this.lastWay = lastWay;
            }
        }

        private static final BaseModelConfig CONFIG = new BaseModelConfig(
                new ClipTextConfig(600, 5, 8, 16, 1, 2, 1e-5f, ClipTextConfig.Activation.QUICK_GELU),
                new VaeConfig(3, 4, List.of(8, 8), 1, 4, 0.18215f),
                new TinyConfig()
                        .channels(96, 128)
                        .heads(8, 8)
                        .groups(32)
                        .contextWidth(8)
                        .build());

        private static final Shape SMALL = Shape.of(1, 4, 2, 8, 8);
        private static final FloatTensor CONTEXT =
                RandomSource.stream(0, "context", 0).gaussian(Shape.of(1, 5, 8));

        /** Buffers of a network of this size live some ten times as long. */
        private static final long BETWEEN_LOOKS = 2_000_000;

        private final VideoUNets unets;
        private final MotionWeights start;
        private final LowRankUpdates noUpdates;
        private final int way;
        private volatile boolean done;
        private volatile long most;

        private Program(Path model, int way) throws IOException {
            ModelFiles files = ModelFiles.open(model);
            UNetKeys keys = UNetKeys.of(files.unetConfig());
            this.unets = new VideoUNets(files, ComputeDevice.cpu(), MemoryBudget.ofMachine());
            this.start = new FreshMotion(keys, files.unet(), 0)
                    .of(keys.ofModules(
                            TrainingOptions.newBuilder().build().parameters().trainableModules()));
            this.noUpdates = LowRankUpdates.of(NONE, keys);
            this.way = way;
        }

        public static void main(String[] arguments) throws Exception {
            Task task = Task.valueOf(arguments[1]);
            Program program = new Program(Path.of(arguments[0]), Integer.parseInt(arguments[2]));
            program.run(task, SMALL); // loads libraries and classes
            program.measure(task);
        }

        private MemoryPlan<?> run(Task task, Shape latents) {
            return task == Task.TRAIN ? train(latents) : predict(latents, task == Task.REUSE ? 1 : 0);
        }

        private MemoryPlan<?> predict(Shape latents, int reuses) {
            MemoryPlan<NoisePredictor> plan = unets.waysToPredict(NONE, noUpdates, unets.inputs(latents, 1), reuses)
                    .get(way);
            try (NoisePredictor predictor = plan.open().get()) {
                if (reuses == 0) {
                    predictor.predict(noise(latents), new int[] {7}, CONTEXT);
                } else {
                    try (FeatureReuse reuse = predictor.reuseFeatures()) {
                        reuse.predictAndKeep(noise(latents), new int[] {7}, CONTEXT);
                        reuse.predictReusing(noise(latents), new int[] {7}, CONTEXT);
                    }
                }
            }
            return plan;
        }

        private MemoryPlan<?> train(Shape latents) {
            MemoryPlan<MotionTrainer> plan =
                    unets.waysToTrain(start, NONE, noUpdates, latents).all().get(way);
            try (MotionTrainer trainer = plan.open().get()) {
                trainer.accumulate(new MotionTrainer.Batch(noise(latents), new int[] {7}, CONTEXT, noise(latents)));
                trainer.update(new MotionTrainer.Update(1e-5f, 0.9f, 0.999f, 1e-8f, 1e-2f, 1));
            }
            return plan;
        }

        private static FloatTensor noise(Shape latents) {
            return RandomSource.stream(0, "latents", 0).gaussian(latents);
        }

        private void measure(Task task) throws InterruptedException {
            long before = anonymousBytes();
            most = before;
            Thread watch = new Thread(this::watch, "memory watch");
            watch.start();
            MemoryPlan<?> plan = run(task, task.latents);
            done = true;
            watch.join();
            System.out.println(plan.name());
            System.out.println(plan.bytes().getAsLong());
            System.out.println(most - before);
        }

        private void watch() {
            while (!done) {
                most = Math.max(most, anonymousBytes());
                LockSupport.parkNanos(BETWEEN_LOOKS);
            }
        }

        private static long anonymousBytes() {
            try {
                return Files.readAllLines(STATUS).stream()
                        .filter(line -> line.startsWith("RssAnon:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                        .findFirst()
                        .orElseThrow();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
