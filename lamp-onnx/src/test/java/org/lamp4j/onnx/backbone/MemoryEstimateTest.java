package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.MemoryBudget;
import org.lamp4j.onnx.model.ClipTextConfig;
import org.lamp4j.onnx.model.LowRankUpdates;
import org.lamp4j.onnx.model.TinyConfig;
import org.lamp4j.onnx.model.UNetKeys;
import org.lamp4j.onnx.model.VaeConfig;
import org.lamp4j.onnx.pretraining.BaseModelConfig;
import org.lamp4j.onnx.pretraining.RandomModel;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.weights.StoredType;
import org.lamp4j.spi.MotionWeights;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** What the memory budget believes against what the system says the process holds. */
class MemoryEstimateTest {

    private static final Path STATUS = Path.of("/proc/self/status");

    /** Large enough for portions of tokens and for the process's other memory to matter little. */
    private static final BaseModelConfig CONFIG = new BaseModelConfig(
            new ClipTextConfig(600, 5, 8, 16, 1, 2, 1e-5f, ClipTextConfig.Activation.QUICK_GELU),
            new VaeConfig(3, 4, List.of(8, 8), 1, 4, 0.18215f),
            new TinyConfig()
                    .channels(96, 128)
                    .heads(8, 8)
                    .groups(32)
                    .contextWidth(8)
                    .build());

    private static final Shape LATENTS = Shape.of(1, 4, 16, 48, 48);

    /** Above what was seen (0.6 to 0.9), below what would break a budget chosen from the estimate. */
    private static final double AT_MOST = 1.25;

    /** An estimate far above what is needed would refuse what fits. */
    private static final double AT_LEAST = 0.3;

    private volatile boolean done;
    private volatile long most;

    @Test
    void waysToPredict_eachInTurn_takesWhatIsEstimated(@TempDir Path directory) throws Exception {
        assumeTrue(Files.isReadable(STATUS), "only Linux says how much memory is a process's own");
        new RandomModel(CONFIG, StoredType.F32, 0).write(directory.resolve("model"));
        ModelFiles files = ModelFiles.open(directory.resolve("model"));
        VideoUNets unets = new VideoUNets(files, ComputeDevice.cpu(), MemoryBudget.ofMachine());
        MotionWeights nothing = MotionWeights.of(List.of());
        LowRankUpdates noUpdates = LowRankUpdates.of(nothing, UNetKeys.of(files.unetConfig()));
        List<MemoryPlan<NoisePredictor>> ways = unets.waysToPredict(nothing, noUpdates, LATENTS);

        assertThat(ways)
                .extracting(MemoryPlan::name)
                .containsExactly("weights copied", "weights mapped", "weights mapped, in parts");
        for (MemoryPlan<NoisePredictor> way : ways) {
            double taken = taken(way) / (double) way.bytes().getAsLong();
            assertThat(taken).as("share of the estimate, %s", way).isBetween(AT_LEAST, AT_MOST);
        }
    }

    private long taken(MemoryPlan<NoisePredictor> way) throws Exception {
        System.gc();
        long before = anonymousBytes();
        most = before;
        done = false;
        Thread watch = new Thread(this::watch, "memory watch");
        watch.start();
        try (NoisePredictor predictor = way.open().get()) {
            RandomSource random = RandomSource.stream(0, "latents", 0);
            predictor.predict(random.gaussian(LATENTS), new int[] {7}, random.gaussian(Shape.of(1, 5, 8)));
        } finally {
            done = true;
            watch.join();
        }
        return most - before;
    }

    private void watch() {
        while (!done) {
            most = Math.max(most, anonymousBytes());
            Thread.onSpinWait();
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
