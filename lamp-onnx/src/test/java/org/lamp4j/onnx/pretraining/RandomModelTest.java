package org.lamp4j.onnx.pretraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.Backbone;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.config.BaseModelConfig;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.model.NetworkParameters;
import org.lamp4j.onnx.model.TinyConfig;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

class RandomModelTest {

    private static final BaseModelConfig TINY = new BaseModelConfig(
            new ClipTextConfig(600, 7, 8, 16, 1, 2, 1e-5f, ClipTextConfig.Activation.QUICK_GELU),
            new VaeConfig(3, 4, List.of(8, 8), 1, 4, 0.18215f),
            new TinyConfig().contextWidth(8).build());

    /**
     * Uniform weights give an output whose size is about that of a layer's, well away from nothing and from overflow.
     */
    private static final double SMALLEST_OUTPUT = 1e-2;

    private static final double LARGEST_OUTPUT = 10;

    @TempDir
    private Path folder;

    private static RandomModel tiny(StoredPrecision precision, long seed) {
        return new RandomModel(TINY, precision, seed);
    }

    /** Counts published with the model: 859.5, 83.7 and 123.1 million. */
    @Test
    void parameterCount_stableDiffusion14_isThatOfTheRealOne() {
        BaseModelConfig config = BaseModelConfig.stableDiffusion14();

        assertThat(count(NetworkParameters.of(config.unet()))).isEqualTo(859_520_964);
        assertThat(count(NetworkParameters.of(config.vae()))).isEqualTo(83_653_863);
        assertThat(count(NetworkParameters.of(config.text()))).isEqualTo(123_060_480);
        assertThat(new RandomModel(config, StoredPrecision.FLOAT16, 0).parameterCount())
                .isEqualTo(1_066_235_307);
    }

    @Test
    void write_tiny_opensAndPredicts() throws IOException {
        tiny(StoredPrecision.FLOAT16, 1).write(folder.resolve("model"));

        Shape latents = Shape.of(1, 4, 3, 4, 4);
        try (Backbone backbone = Backbone.load(folder.resolve("model"))) {
            FloatTensor context = backbone.encodePrompt("ox");
            MotionWeights motion = backbone.model().freshMotion(List.of("attn_temp"), 0);
            try (NoisePredictor predictor = backbone.model().noisePredictor(motion, latents)) {
                FloatTensor noise = RandomSource.stream(0, "latents", 0).gaussian(latents);
                double size = rootMeanSquare(predictor.predict(noise, new int[] {500}, context));
                assertThat(size).isBetween(SMALLEST_OUTPUT, LARGEST_OUTPUT);
            }
        }
        assertThat(BaseModelConfig.read(folder.resolve("model"))).isEqualTo(TINY);
    }

    @Test
    void write_sameSeed_sameFiles() throws IOException {
        tiny(StoredPrecision.FLOAT32, 1).write(folder.resolve("a"));
        tiny(StoredPrecision.FLOAT32, 1).write(folder.resolve("b"));
        tiny(StoredPrecision.FLOAT32, 2).write(folder.resolve("c"));

        String unet = "unet/diffusion_pytorch_model.safetensors";
        assertThat(folder.resolve("b").resolve(unet))
                .hasSameBinaryContentAs(folder.resolve("a").resolve(unet));
        assertThat(Files.mismatch(
                        folder.resolve("a").resolve(unet), folder.resolve("c").resolve(unet)))
                .isNotNegative();
    }

    @Test
    void write_float16_halvesEveryTensor() throws IOException {
        tiny(StoredPrecision.FLOAT32, 1).write(folder.resolve("single"));
        tiny(StoredPrecision.FLOAT16, 1).write(folder.resolve("half"));

        assertThat(weights("half")).isEqualTo(weights("single") / 2).isPositive();
    }

    @Test
    void write_directoryThatHoldsSomething_isRefused() throws IOException {
        Files.writeString(folder.resolve("note.txt"), "mine");

        assertThatThrownBy(() -> tiny(StoredPrecision.FLOAT16, 1).write(folder))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessage(folder + ": expected a new or an empty folder for a model");
        assertThat(folder).isDirectoryContaining(path -> path.endsWith("note.txt"));
    }

    @Test
    void write_interrupted_nothingRemains() throws IOException {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> tiny(StoredPrecision.FLOAT16, 1).write(folder.resolve("model")))
                    .isInstanceOf(StoppedException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(folder).isEmptyDirectory();
    }

    private static long count(Map<String, Shape> shapes) {
        return shapes.values().stream().mapToLong(Shape::elementCount).sum();
    }

    private long weights(String model) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(folder.resolve(model))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".safetensors"))
                    .toList()) {
                try (Checkpoint checkpoint = Checkpoint.open(file)) {
                    bytes += checkpoint.names().stream()
                            .mapToLong(name -> checkpoint.tensor(name).data().remaining())
                            .sum();
                }
            }
        }
        return bytes;
    }

    private static double rootMeanSquare(FloatTensor tensor) {
        double sum = 0;
        for (float value : tensor.toArray()) {
            sum += value * value;
        }
        return Math.sqrt(sum / tensor.shape().elementCount());
    }
}
