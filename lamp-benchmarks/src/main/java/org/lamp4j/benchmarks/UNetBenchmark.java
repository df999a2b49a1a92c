package org.lamp4j.benchmarks;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.lamp4j.Backbone;
import org.lamp4j.testing.EmbeddedModel;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.MotionTrainer.Batch;
import org.lamp4j.spi.MotionTrainer.Update;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.training.TrainingOptions;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The embedded model's video UNet, forward and in training. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class UNetBenchmark {

    private static final Shape LATENTS = Shape.of(1, 4, 16, 16, 16);

    private static final Update UPDATE = new Update(1e-5f, 0.9f, 0.999f, 1e-8f, 1e-2f, 1);

    private Path folder;
    private Backbone backbone;
    private List<String> modules;
    private MotionWeights motion;
    private NoisePredictor predictor;
    private MotionTrainer trainer;
    private Batch batch;

    /** Copies and opens the model. */
    @Setup
    public void open() throws IOException {
        folder = Files.createTempDirectory("lamp-benchmarks");
        EmbeddedModel.copyTo(folder.resolve("model"));
        backbone = Backbone.load(folder.resolve("model"));
        modules = TrainingOptions.newBuilder().build().parameters().trainableModules();
        motion = backbone.model().freshMotion(modules, 0);
        predictor = backbone.model().noisePredictor(motion, LATENTS);
        trainer = backbone.model().motionTrainer(motion, modules, LATENTS);
        RandomSource random = RandomSource.stream(0, "batch", 0);
        FloatTensor context = backbone.encodePrompt("");
        batch = new Batch(random.gaussian(LATENTS), new int[] {500}, context, random.gaussian(LATENTS));
    }

    /** One forward pass. */
    @Benchmark
    public FloatTensor forward() {
        return predictor.predict(batch.noisyLatents(), batch.timesteps(), batch.context());
    }

    /** Loss and all gradients of one batch. */
    @Benchmark
    public float lossAndGradients() {
        return trainer.accumulate(batch);
    }

    /** Norm, clipping and AdamW of the gradients of one batch. */
    @Benchmark
    public float update(Accumulated gradients) {
        return trainer.update(UPDATE);
    }

    /** What a training waits for before its first step. */
    @Benchmark
    public void openTrainer() {
        backbone.model().motionTrainer(motion, modules, LATENTS).close();
    }

    /** An update wants gradients, whose making is not timed. */
    @State(Scope.Benchmark)
    public static class Accumulated {

        /** Computes gradients. */
        @Setup(Level.Invocation)
        public void accumulate(UNetBenchmark benchmark) {
            benchmark.trainer.accumulate(benchmark.batch);
        }
    }

    /** Closes and deletes the model. */
    @TearDown
    public void close() throws IOException {
        trainer.close();
        predictor.close();
        backbone.close();
        MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    }
}
