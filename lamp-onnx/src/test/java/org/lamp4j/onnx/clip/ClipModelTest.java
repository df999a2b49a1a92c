package org.lamp4j.onnx.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.device.Device;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.onnx.weights.LargeFile;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.text.ClipTokenizer;

class ClipModelTest {

    private static final int WIDTH = TinyClip.WIDTH;
    private static final int IMAGE = TinyClip.IMAGE;
    private static final int PATCH = TinyClip.PATCH;
    private static final int EMBEDDING = TinyClip.EMBEDDING;

    /** Float32 sums of a few dozen terms. */
    private static final double ROUNDING = 1e-5;

    @TempDir
    private Path folder;

    private TinyClip clip;
    private Map<String, FloatTensor> weights;
    private ClipTokenizer tokenizer;

    @BeforeEach
    void writeModel() throws IOException {
        clip = TinyClip.in(folder);
        weights = clip.weights();
        tokenizer = clip.tokenizer();
    }

    private ClipModel open() throws IOException {
        return ClipModel.open(folder, Device.cpu());
    }

    // --- the formula, in double precision ---

    private double weight(String name, int index) {
        return weights.get(name).valueAt(index);
    }

    private double[] norm(double[] x, String scope) {
        double mean = 0;
        double square = 0;
        for (double value : x) {
            mean += value / x.length;
        }
        for (double value : x) {
            square += (value - mean) * (value - mean) / x.length;
        }
        double[] y = new double[x.length];
        for (int index = 0; index < x.length; index++) {
            y[index] = (x[index] - mean) / Math.sqrt(square + 1e-5);
            if (!scope.isEmpty()) {
                y[index] = y[index] * weight(scope + ".weight", index) + weight(scope + ".bias", index);
            }
        }
        return y;
    }

    /** What the layer makes of one token, given all that it sees. */
    private double[] attended(double[] token, List<double[]> seen) {
        double[] result = token.clone();
        for (double[] other : seen) {
            double[] normed = norm(other, "");
            for (int index = 0; index < WIDTH; index++) {
                result[index] += normed[index] / seen.size();
            }
        }
        return result;
    }

    private double[] projected(double[] x, String projection) {
        double[] embedding = new double[EMBEDDING];
        double squares = 0;
        for (int row = 0; row < EMBEDDING; row++) {
            for (int column = 0; column < WIDTH; column++) {
                embedding[row] += weight(projection, row * WIDTH + column) * x[column];
            }
            squares += embedding[row] * embedding[row];
        }
        for (int row = 0; row < EMBEDDING; row++) {
            embedding[row] /= Math.sqrt(squares);
        }
        return embedding;
    }

    private static RgbImage image() {
        byte[] rgb = new byte[IMAGE * IMAGE * 3];
        for (int index = 0; index < rgb.length; index++) {
            rgb[index] = (byte) (index * 37 + index / 24 * 11);
        }
        return RgbImage.of(new FrameSize(IMAGE, IMAGE), rgb);
    }

    private static double normalized(RgbImage image, int x, int y, int channel) {
        double[] mean = {0.48145466, 0.4578275, 0.40821073};
        double[] deviation = {0.26862954, 0.26130258, 0.27577711};
        return (image.valueAt(x, y, channel) / 255.0 - mean[channel]) / deviation[channel];
    }

    private double[] patch(RgbImage image, int row, int column) {
        double[] token = new double[WIDTH];
        for (int output = 0; output < WIDTH; output++) {
            for (int index = 0; index < 3 * PATCH * PATCH; index++) {
                int channel = index / (PATCH * PATCH);
                int y = row * PATCH + index / PATCH % PATCH;
                int x = column * PATCH + index % PATCH;
                token[output] += normalized(image, x, y, channel)
                        * weight("vision_model.embeddings.patch_embedding.weight", output * 3 * PATCH * PATCH + index);
            }
        }
        return token;
    }

    @Test
    void embed_image_isTheFormula() throws IOException {
        RgbImage image = image();
        List<double[]> tokens = new ArrayList<>();
        double[] own = new double[WIDTH];
        for (int index = 0; index < WIDTH; index++) {
            own[index] = weight("vision_model.embeddings.class_embedding", index);
        }
        tokens.add(own);
        for (int patch = 0; patch < 4; patch++) {
            tokens.add(patch(image, patch / 2, patch % 2));
        }
        for (int token = 0; token < tokens.size(); token++) {
            for (int index = 0; index < WIDTH; index++) {
                tokens.get(token)[index] +=
                        weight("vision_model.embeddings.position_embedding.weight", token * WIDTH + index);
            }
        }
        tokens.replaceAll(token -> norm(token, "vision_model.pre_layrnorm"));
        double[] expected = projected(
                norm(attended(tokens.get(0), tokens), "vision_model.post_layernorm"), "visual_projection.weight");

        try (ClipModel model = open()) {
            FloatTensor embedding = model.embed(image);

            assertThat(embedding.shape()).isEqualTo(Shape.of(EMBEDDING));
            for (int index = 0; index < EMBEDDING; index++) {
                assertThat((double) embedding.valueAt(index)).isCloseTo(expected[index], within(ROUNDING));
            }
        }
    }

    @Test
    void embed_prompt_isTheFormulaAtTheEndToken() throws IOException {
        int[] ids = tokenizer.encode("a red car");
        int end = tokenizer.idCount("a red car") - 1;
        List<double[]> tokens = new ArrayList<>();
        for (int position = 0; position <= end; position++) {
            double[] token = new double[WIDTH];
            for (int index = 0; index < WIDTH; index++) {
                token[index] = weight("text_model.embeddings.token_embedding.weight", ids[position] * WIDTH + index)
                        + weight("text_model.embeddings.position_embedding.weight", position * WIDTH + index);
            }
            tokens.add(token);
        }
        double[] expected = projected(
                norm(attended(tokens.get(end), tokens), "text_model.final_layer_norm"), "text_projection.weight");

        try (ClipModel model = open()) {
            FloatTensor embedding = model.embed("a red car");

            for (int index = 0; index < EMBEDDING; index++) {
                assertThat((double) embedding.valueAt(index)).isCloseTo(expected[index], within(ROUNDING));
            }
        }
    }

    @Test
    void embed_promptThatIsTooLong_isCut() throws IOException {
        try (ClipModel model = open()) {
            assertThat(model.embed("a red car a red car a red car").toArray())
                    .containsExactly(model.embed("a red car a red boat").toArray());
        }
    }

    @Test
    void variant_knownAndUnknownWidths_areNamed() throws IOException {
        try (ClipModel model = open()) {
            assertThat(model.variant()).isEqualTo("ViT-4/4@8");
        }
    }

    @Test
    void fingerprint_tellsOneWeightFromAnother() throws IOException {
        String before = fingerprint();
        String again = fingerprint();

        weights.compute(
                "visual_projection.weight",
                (name, values) -> Objects.requireNonNull(values).times(1.001f));
        clip.write();

        assertThat(before).isEqualTo(again).isNotEqualTo(fingerprint());
    }

    private String fingerprint() throws IOException {
        try (ClipModel model = open()) {
            return model.fingerprint();
        }
    }

    @Test
    void open_linkOutOfTheFolder_isRefused(@TempDir Path elsewhere) throws IOException {
        Path config = folder.resolve("config.json");
        Path target = Files.move(config, elsewhere.resolve("config.json"));
        Files.createSymbolicLink(config, target);

        assertThatThrownBy(this::open)
                .isInstanceOf(IOException.class)
                .hasMessage("expected links within the model folder, but was one to " + target.toRealPath() + " ("
                        + config + "); copy the file to its place if you trust it");
    }

    @Test
    void open_missingTensor_namesIt() throws IOException {
        weights.remove("vision_model.post_layernorm.bias");
        clip.write();

        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(ModelFormatException.class, damaged -> {
                    assertThat(damaged.path()).isEqualTo(folder.resolve("model.safetensors"));
                    assertThat(damaged.key()).contains("vision_model.post_layernorm.bias");
                })
                .hasMessageContaining("vision_model.post_layernorm.bias");
    }

    @Test
    void open_projectionThatIsNoMatrix_isRefusedWithTheFile() throws IOException {
        weights.put("visual_projection.weight", FloatTensor.zeros(Shape.of()));
        clip.write();

        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(
                        ModelFormatException.class,
                        damaged -> assertThat(damaged.key()).contains("visual_projection.weight"))
                .hasMessage("expected a matrix visual_projection.weight, but was [] ("
                        + folder.resolve("model.safetensors") + ")");
    }

    @Test
    void open_tokenizerOfAnotherLength_isRefusedWithBoth() throws IOException {
        Path config = folder.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("embeddings\": 6", "embeddings\": 7"));

        assertThatThrownBy(this::open)
                .isInstanceOf(IOException.class)
                .hasMessage("expected a tokenizer for 7 tokens, but was one for 6 (" + folder + ")");
    }

    @Test
    void embed_smallFileOverwrittenAfterOpening_isWhatWasOpened() throws IOException {
        Path file = folder.resolve("model.safetensors");
        try (ClipModel model = open()) {
            FloatTensor before = model.embed("a horse");

            Files.write(file, new byte[(int) Files.size(file)]);

            assertThat(model.embed("a horse").values()).isEqualTo(before.values());
        }
    }

    @Test
    void embed_largeFileOverwrittenAfterOpening_isRefusedWithTheFile() throws IOException {
        Path file = folder.resolve("model.safetensors");
        LargeFile.enlarge(file, "padding");
        try (ClipModel model = open()) {
            model.embed("a horse");

            LargeFile.overwrite(file, Files.size(file) - 20);

            assertThatThrownBy(() -> model.embed("a horse"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("expected the file as it was when it was opened, ")
                    .hasMessageEndingWith("(" + file + ")");
        }
    }

    @Test
    void embed_afterClose_isRefused() throws IOException {
        ClipModel model = open();
        model.close();
        model.close();

        assertThatThrownBy(() -> model.embed("a red car")).isInstanceOf(IllegalStateException.class);
    }
}
