package org.lamp4j.benchmarks;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.lamp4j.Backbone;
import org.lamp4j.onnx.model.ClipTextConfig;
import org.lamp4j.onnx.model.VaeConfig;
import org.lamp4j.onnx.model.VideoUNetConfig;
import org.lamp4j.onnx.pretraining.BaseModelConfig;
import org.lamp4j.onnx.pretraining.RandomModel;
import org.lamp4j.onnx.weights.StoredType;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.MotionTrainer.Batch;
import org.lamp4j.spi.MotionWeights;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.training.TrainingOptions;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The video UNet, forward and with all gradients, on a random model of the embedded model's UNet sizes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class UNetBenchmark {

    private static final int TOKENS = 20;
    private static final int CONTEXT_WIDTH = 64;
    private static final Shape LATENTS = Shape.of(1, 4, 16, 16, 16);

    private static final BaseModelConfig CONFIG = new BaseModelConfig(
            new ClipTextConfig(
                    600, TOKENS, CONTEXT_WIDTH, 2 * CONTEXT_WIDTH, 1, 2, 1e-5f, ClipTextConfig.Activation.QUICK_GELU),
            new VaeConfig(3, 4, List.of(8, 8), 1, 4, 0.18215f),
            new VideoUNetConfig(
                    4,
                    4,
                    List.of(48, 64, 96),
                    1,
                    List.of(true, true, false),
                    List.of(false, true, true),
                    List.of(4, 4, 4),
                    CONTEXT_WIDTH,
                    8,
                    1e-5f,
                    false,
                    true,
                    0,
                    16));

    private Path directory;
    private Backbone backbone;
    private NoisePredictor predictor;
    private MotionTrainer trainer;
    private Batch batch;

    /** Writes and opens the model. */
    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory("lamp-benchmarks");
        new RandomModel(CONFIG, StoredType.F32, 0).write(directory.resolve("model"));
        backbone = Backbone.load(directory.resolve("model"));
        List<String> modules = TrainingOptions.newBuilder().build().trainableModules();
        MotionWeights motion = backbone.model().freshMotion(modules, 0);
        predictor = backbone.model().noisePredictor(motion, LATENTS);
        trainer = backbone.model().motionTrainer(motion, modules, LATENTS);
        RandomSource random = RandomSource.stream(0, "batch", 0);
        FloatTensor context = random.gaussian(Shape.of(1, TOKENS, CONTEXT_WIDTH));
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

    /** Closes and deletes the model. */
    @TearDown
    public void close() throws IOException {
        trainer.close();
        predictor.close();
        backbone.close();
        MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
    }
}
