package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.device.Device;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.OnnxSession;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.PreviewDecoder;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

class OnnxPreviewDecoderTest {

    /** Rounding of sums of some fifty products near 1. */
    private static final float ROUNDING = 1e-5f;

    @TempDir
    Path folder;

    /** A decoder of one enlargement, with a block that changes its channels; layers as diffusers counts them. */
    private static Map<String, Shape> small() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        convolution(shapes, "0", 5, 4, true);
        block(shapes, "2", 5, 5);
        block(shapes, "3", 6, 5);
        convolution(shapes, "5", 6, 6, false);
        block(shapes, "6", 6, 6);
        convolution(shapes, "7", 3, 6, true);
        return shapes;
    }

    /** The published decoder, madebyollin/taesd: 64 channels, three enlargements after three blocks each. */
    private static Map<String, Shape> published() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        convolution(shapes, "0", 64, 4, true);
        for (int stage = 0; stage < 3; stage++) {
            for (int block = 0; block < 3; block++) {
                block(shapes, Integer.toString(2 + 5 * stage + block), 64, 64);
            }
            convolution(shapes, Integer.toString(6 + 5 * stage), 64, 64, false);
        }
        block(shapes, "17", 64, 64);
        convolution(shapes, "18", 3, 64, true);
        return shapes;
    }

    private static void convolution(Map<String, Shape> shapes, String layer, int outputs, int inputs, boolean bias) {
        shapes.put(layer + ".weight", Shape.of(outputs, inputs, 3, 3));
        if (bias) {
            shapes.put(layer + ".bias", Shape.of(outputs));
        }
    }

    private static void block(Map<String, Shape> shapes, String layer, int outputs, int inputs) {
        convolution(shapes, layer + ".conv.0", outputs, inputs, true);
        convolution(shapes, layer + ".conv.2", outputs, outputs, true);
        convolution(shapes, layer + ".conv.4", outputs, outputs, true);
        if (outputs != inputs) {
            shapes.put(layer + ".skip.weight", Shape.of(outputs, inputs, 1, 1));
        }
    }

    private static FloatTensor values(String key, Shape shape) {
        double fanIn = shape.rank() == 1 ? 16 : (double) shape.elementCount() / shape.size(0);
        return RandomSource.stream(3, key, 0).gaussian(shape).times((float) (1 / Math.sqrt(fanIn)));
    }

    /** Writes tensors under the names of a spelling, whose first layer may have another number. */
    private static Path write(Path file, Map<String, Shape> shapes, String prefix, int firstLayer) throws IOException {
        List<StoredTensor> tensors = new ArrayList<>();
        shapes.forEach((key, shape) -> {
            int dot = key.indexOf('.');
            int layer = Integer.parseInt(key.substring(0, dot)) + firstLayer;
            tensors.add(StoredTensor.copyOf(prefix + layer + key.substring(dot), values(key, shape)));
        });
        Files.createDirectories(file.getParent());
        SafetensorsWriter.write(file, tensors, Map.of());
        return file;
    }

    private static OnnxPreviewDecoder open(Path path) throws IOException {
        return OnnxPreviewDecoder.open(path, 4, ComputeDevice.cpu());
    }

    private static FloatTensor latents(int... sizes) {
        return RandomSource.stream(4, "latents", 0).gaussian(Shape.of(sizes)).times(2);
    }

    @Test
    void decode_smallDecoder_isWhatTheFormulasGive() throws IOException {
        FloatTensor latents = latents(2, 4, 3, 5);
        FloatTensor images;
        try (OnnxPreviewDecoder decoder = open(write(folder.resolve("taesd"), small(), "decoder.layers.", 0))) {
            images = decoder.decode(latents);
        }

        assertThat(images.shape()).isEqualTo(Shape.of(2, 3, 6, 10));
        int between = 0;
        for (int image = 0; image < 2; image++) {
            float[][][] expected = computed(latents.slice(0, image, image + 1));
            for (int index = 0; index < 180; index++) {
                float value = images.get(image, index / 60, index / 10 % 6, index % 10);
                assertThat(value).isCloseTo(expected[index / 60][index / 10 % 6][index % 10], within(ROUNDING));
                between += value > 0 && value < 1 ? 1 : 0;
            }
        }
        assertThat(between).as("values that no clamp decided").isGreaterThan(50);
    }

    @ParameterizedTest
    @CsvSource({"decoder., 1", "'', 1"})
    void decode_originalSpelling_isTheSame(String prefix, int firstLayer) throws IOException {
        FloatTensor latents = latents(1, 4, 3, 2);
        try (OnnxPreviewDecoder diffusers = open(write(folder.resolve("a"), small(), "decoder.layers.", 0));
                OnnxPreviewDecoder original = open(write(folder.resolve("b"), small(), prefix, firstLayer))) {
            assertThat(original.decode(latents).toArray())
                    .isEqualTo(diffusers.decode(latents).toArray());
        }
    }

    /** The files of the published folder, of which the decoder alone is preferred. */
    @Test
    void decode_publishedSizes_enlargesEightTimes() throws IOException {
        Map<String, Shape> published = published();
        assertThat(published).hasSize(2 + 10 * 6 + 3 + 2);
        write(folder.resolve("taesd/diffusion_pytorch_model.safetensors"), published, "decoder.layers.", 0);

        try (OnnxPreviewDecoder decoder = open(folder.resolve("taesd"))) {
            assertThat(decoder.decode(latents(1, 4, 2, 3)).shape()).isEqualTo(Shape.of(1, 3, 16, 24));
        }
    }

    @Test
    void open_otherNetworks_areRefusedByTheirKeys() throws IOException {
        Map<String, Shape> wide = small();
        wide.put("0.weight", Shape.of(5, 16, 3, 3));
        Path sixteen = write(folder.resolve("sixteen"), wide, "decoder.layers.", 0);
        assertThatThrownBy(() -> open(sixteen))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("expected decoder.layers.0.weight [5, 4, 3, 3], but was [5, 16, 3, 3] (" + sixteen + ")");

        Map<String, Shape> encoder = small();
        encoder.put("7.weight", Shape.of(4, 6, 3, 3));
        encoder.put("7.bias", Shape.of(4));
        Path four = write(folder.resolve("four"), encoder, "decoder.layers.", 0);
        assertThatThrownBy(() -> open(four))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("expected the decoder of TAESD, a row of convolutions and blocks from latents to 3 colours,"
                        + " but was something else at decoder.layers.7 (" + four + ")");

        Map<String, Shape> gap = small();
        gap.keySet().removeIf(key -> key.startsWith("2.") || key.startsWith("3."));
        Path gone = write(folder.resolve("gap"), gap, "decoder.layers.", 0);
        assertThatThrownBy(() -> open(gone)).hasMessageContaining("something else at decoder.layers.5");

        Path vae = TinyModel.in(folder.resolve("model")).folder().resolve("vae/diffusion_pytorch_model.safetensors");
        assertThatThrownBy(() -> open(vae)).hasMessageContaining("something else at decoder.layers.0.weight");
    }

    @Test
    void previewDecoder_ofABackbone_isClosedWithItAndRefusesOtherShapes() throws IOException {
        int sessions = OnnxSession.openCount();
        Path file = write(folder.resolve("taesd"), small(), "decoder.layers.", 0);
        PreviewDecoder decoder;
        try (BackboneModel model = new OnnxBackboneProvider()
                .open(TinyModel.in(folder.resolve("model")).folder(), Device.cpu())) {
            decoder = model.previewDecoder(file);
            decoder.decode(latents(1, 4, 2, 2));

            assertThatThrownBy(() -> decoder.decode(latents(1, 3, 2, 2)))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessage("expected latents [n, 4, h, w], but was [1, 3, 2, 2] (preview decoder)");
            assertThatThrownBy(() -> model.previewDecoder(folder.resolve("none")))
                    .isInstanceOfAny(NoSuchFileException.class, IOException.class)
                    .hasMessageContaining("none");
        }

        assertThat(OnnxSession.openCount()).isEqualTo(sessions);
        assertThatThrownBy(() -> decoder.decode(latents(1, 4, 2, 2)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected an open backbone, but it is closed (preview decoder)");
    }

    // --- the same network, with loops ---

    private static float[][][] computed(FloatTensor latents) {
        Shape shape = latents.shape();
        float[][][] x = new float[4][shape.size(2)][shape.size(3)];
        for (int channel = 0; channel < 4; channel++) {
            for (int row = 0; row < shape.size(2); row++) {
                for (int column = 0; column < shape.size(3); column++) {
                    x[channel][row][column] = (float) (3 * Math.tanh(latents.get(0, channel, row, column) / 3));
                }
            }
        }
        x = relu(convolved("0", x));
        x = blockOf("2", x);
        x = blockOf("3", x);
        x = convolved("5", enlarged(x));
        x = blockOf("6", x);
        x = convolved("7", x);
        for (float[][] plane : x) {
            for (float[] row : plane) {
                for (int column = 0; column < row.length; column++) {
                    row[column] = Math.min(1, Math.max(0, row[column]));
                }
            }
        }
        return x;
    }

    private static float[][][] blockOf(String layer, float[][][] x) {
        float[][][] y = relu(convolved(layer + ".conv.0", x));
        y = relu(convolved(layer + ".conv.2", y));
        y = convolved(layer + ".conv.4", y);
        float[][][] skip = small().containsKey(layer + ".skip.weight") ? convolved(layer + ".skip", x) : x;
        for (int channel = 0; channel < y.length; channel++) {
            for (int row = 0; row < y[0].length; row++) {
                for (int column = 0; column < y[0][0].length; column++) {
                    y[channel][row][column] += skip[channel][row][column];
                }
            }
        }
        return relu(y);
    }

    private static float[][][] convolved(String layer, float[][][] x) {
        Shape shape = small().get(layer + ".weight");
        FloatTensor kernel = values(layer + ".weight", shape);
        Shape biasShape = small().get(layer + ".bias");
        int reach = shape.size(2) / 2;
        float[][][] y = new float[shape.size(0)][x[0].length][x[0][0].length];
        for (int output = 0; output < y.length; output++) {
            for (int row = 0; row < y[0].length; row++) {
                for (int column = 0; column < y[0][0].length; column++) {
                    double sum = biasShape == null
                            ? 0
                            : values(layer + ".bias", biasShape).valueAt(output);
                    for (int input = 0; input < x.length; input++) {
                        for (int down = -reach; down <= reach; down++) {
                            for (int right = -reach; right <= reach; right++) {
                                int at = row + down;
                                int beside = column + right;
                                if (at >= 0 && at < x[0].length && beside >= 0 && beside < x[0][0].length) {
                                    sum += kernel.get(output, input, down + reach, right + reach)
                                            * (double) x[input][at][beside];
                                }
                            }
                        }
                    }
                    y[output][row][column] = (float) sum;
                }
            }
        }
        return y;
    }

    private static float[][][] relu(float[][][] x) {
        for (float[][] plane : x) {
            for (float[] row : plane) {
                for (int column = 0; column < row.length; column++) {
                    row[column] = Math.max(0, row[column]);
                }
            }
        }
        return x;
    }

    private static float[][][] enlarged(float[][][] x) {
        float[][][] y = new float[x.length][2 * x[0].length][2 * x[0][0].length];
        for (int channel = 0; channel < y.length; channel++) {
            for (int row = 0; row < y[0].length; row++) {
                for (int column = 0; column < y[0][0].length; column++) {
                    y[channel][row][column] = x[channel][row / 2][column / 2];
                }
            }
        }
        return y;
    }
}
