package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.generation.PromptSyntax;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.model.ClipTextEncoder;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.EmbeddingFiles;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.onnx.weights.StoredType;
import org.lamp4j.onnx.weights.TorchWriter;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** Embeddings whose vectors are those of tokens that the model has: words mean the same as these tokens. */
class TextualInversionTest {

    /** Attention to the same tokens twice sums in another order. */
    private static final float TOLERANCE = 1e-4f;

    private static final int WIDTH = 64;
    private static final FrameSize SIZE = new FrameSize(16, 16);

    @TempDir
    private Path folder;

    private Path model;
    private Backbone backbone;

    @BeforeEach
    void openModel() throws IOException {
        model = TwoForms.VERSION_1.writeFolder(folder, StoredPrecision.FLOAT32);
        backbone = Backbone.load(model);
    }

    @AfterEach
    void closeModel() {
        backbone.close();
    }

    /** Returns the vectors of a prompt's tokens, {@code [n, D]}. */
    private FloatTensor vectorsOf(String prompt, int count) throws IOException {
        int[] ids = backbone.tokenizer().encode(prompt);
        try (Checkpoint text = Checkpoint.inFolder(model.resolve("text_encoder"), "model")) {
            StoredTensor all = text.tensor(ClipTextEncoder.TOKEN_EMBEDDING);
            return FloatTensor.generate(
                    Shape.of(count, WIDTH), index -> all.floats().get(ids[1 + index / WIDTH] * WIDTH + index % WIDTH));
        }
    }

    private Path safetensors(String name, Map<String, FloatTensor> tensors, StoredType type) throws IOException {
        Path file = folder.resolve(name);
        SafetensorsWriter.write(
                file,
                tensors.entrySet().stream()
                        .map(entry -> StoredTensor.copyOf(entry.getKey(), entry.getValue()))
                        .toList(),
                Map.of(),
                type);
        return file;
    }

    private void replace(Backbone taught) {
        backbone.close();
        backbone = taught;
    }

    @Test
    void withEmbedding_filesOfAllPrograms_giveTheWordTheMeaningOfItsVectors() throws IOException {
        FloatTensor two = vectorsOf("o x", 2);
        Path diffusers = safetensors("learned_embeds.safetensors", Map.of("<ox>", two), StoredType.F32);
        Path bin = folder.resolve("learned_embeds.bin");
        TorchWriter.write(
                bin, List.of(StoredTensor.copyOf("<one>", vectorsOf("o", 1).reshape(Shape.of(WIDTH)))));
        Path parameters = safetensors("Horse_style.safetensors", Map.of("emb_params", two), StoredType.F32);
        Path webUi = folder.resolve("file.pt");
        EmbeddingFiles.write(webUi, "style name", two);
        Path module = folder.resolve("Embeddings_GS-6099.pt");
        EmbeddingFiles.writeParameterDict(module, two);
        FloatTensor expected = backbone.encodePrompt("a o x b");
        FloatTensor one = backbone.encodePrompt("a o b");

        replace(backbone.withEmbedding(diffusers));
        replace(backbone.withEmbedding(bin));
        replace(backbone.withEmbedding(parameters));
        replace(backbone.withEmbedding(webUi));
        replace(backbone.withEmbedding(module));
        replace(backbone.withEmbedding(diffusers, "again"));

        assertThat(backbone.tokenizer().vocabularySize()).isEqualTo(520 + 11);
        for (String word : List.of("<ox>", "horse_style", "Style Name", "embeddings_gs-6099", "AGAIN")) {
            assertThat(backbone.encodePrompt("a " + word + " b").toArray())
                    .as(word)
                    .containsExactly(expected.toArray());
        }
        assertThat(backbone.encodePrompt("a <one> b").toArray()).containsExactly(one.toArray());
        assertThat(backbone.encodePrompt("a o b").toArray()).containsExactly(one.toArray());
    }

    @Test
    void withEmbedding_halfPrecision_isRead() throws IOException {
        Path file = safetensors("a.safetensors", Map.of("<x>", vectorsOf("o", 1)), StoredType.F16);
        FloatTensor expected = backbone.encodePrompt("o");

        replace(backbone.withEmbedding(file));

        FloatTensor actual = backbone.encodePrompt("<x>");
        for (int index = 0; index < actual.shape().elementCount(); index++) {
            assertThat(actual.valueAt(index)).isCloseTo(expected.valueAt(index), within(0.01f));
        }
    }

    @Test
    void generate_wordInThePrompt_isInTheProvenance() throws IOException {
        Path file = safetensors("a.safetensors", Map.of("<x>", vectorsOf("o", 1)), StoredType.F32);
        replace(backbone.withEmbedding(file));
        MotionPattern pattern = MotionPattern.untrained(backbone);
        RgbImage first = RgbImage.of(SIZE, new byte[3 * 16 * 16]);

        assertThat(pattern.generate("an <x>", first, options().build())
                        .provenance()
                        .get("embeddings"))
                .matches("<x> sha256:[0-9a-f]{64}");
        assertThat(pattern.generate("an o", first, options().build()).provenance())
                .doesNotContainKey("embeddings");
    }

    private static GenerationOptions.Builder options() {
        return GenerationOptions.newBuilder().frameSize(SIZE).frameCount(2).steps(1);
    }

    /** Attention to each token twice is attention to each once. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void noisePredictor_promptOfTheSameChunkTwice_givesWhatOneGives(int clips) {
        MotionWeights motion = backbone.model().freshMotion(List.of("attn_temp"), 0);
        Shape latents = Shape.of(clips, 4, 2, 8, 8);
        FloatTensor noise = RandomSource.stream(0, "latents", 0).gaussian(latents);
        int[] timesteps = new int[clips];
        Arrays.fill(timesteps, 500);
        FloatTensor context = backbone.encodePrompt("ox");
        FloatTensor batch = clips == 1 ? context : FloatTensor.concat(0, List.of(context, context));
        try (NoisePredictor once = backbone.model().noisePredictor(motion, latents);
                NoisePredictor twice = backbone.model().noisePredictor(motion, latents, 2)) {
            float[] expected = once.predict(noise, timesteps, batch).toArray();
            float[] actual = twice.predict(noise, timesteps, FloatTensor.concat(1, List.of(batch, batch)))
                    .toArray();

            for (int index = 0; index < expected.length; index++) {
                assertThat(actual[index]).isCloseTo(expected[index], within(TOLERANCE));
            }
        }
    }

    @Test
    void generate_weightedSyntax_changesWhatHasWeightsOnlyAndTakesLongPrompts() {
        MotionPattern pattern = MotionPattern.untrained(backbone);
        RgbImage first = RgbImage.of(SIZE, new byte[3 * 16 * 16]);
        GenerationOptions weighted =
                options().promptSyntax(PromptSyntax.WEIGHTED).build();

        VideoClip plain = pattern.generate("ox", first, options().build());

        assertThat(pattern.generate("ox", first, weighted).frames()).isEqualTo(plain.frames());
        assertThat(pattern.generate("(o:3) x", first, weighted).frames()).isNotEqualTo(plain.frames());
        assertThat(pattern.generate("a o x b c d e f g h", first, weighted).frames())
                .isNotEqualTo(pattern.generate("a o x b c", first, weighted).frames());
        assertThat(backbone.generate(List.of("o", "a o x b c d e f g h"), weighted))
                .extracting(RgbImage::provenance)
                .hasSize(2)
                .allSatisfy(made -> assertThat(made)
                        .containsEntry("prompt_syntax", "weighted")
                        .containsEntry("base_fingerprint", backbone.fingerprint())
                        .containsKeys("seed", "steps", "library_version")
                        .doesNotContainKeys("frame_count", "noise_sharing"))
                .last()
                .satisfies(made -> assertThat(made).containsEntry("prompt", "a o x b c d e f g h"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "<x>; 768; 'expected an embedding of width 64, but was 768, that of Stable Diffusion 1'",
                "<x>; 1024; 'expected an embedding of width 64, but was 1024, that of Stable Diffusion 2'",
                "emb_params; 32; 'expected an embedding of width 64, but was 32'",
                "clip_l; 768; 'expected an embedding of Stable Diffusion 1 or 2, but was one of SDXL (clip_l, clip_g)'",
                "clip_g; 1280; 'expected an embedding of Stable Diffusion 1 or 2, but was one of SDXL (clip_l, clip_g)'",
                "' '; 64; 'expected a word for an embedding, but was '' '''",
            })
    void withEmbedding_ofAnotherModel_isRefusedByName(String key, int width, String message) throws IOException {
        Path file = safetensors("x.safetensors", Map.of(key, FloatTensor.zeros(Shape.of(2, width))), StoredType.F32);

        assertRefused(file, message);
    }

    private void assertRefused(Path file, String message) {
        assertThatThrownBy(() -> backbone.withEmbedding(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(message + " (" + file + ")");
    }

    @Test
    void withEmbedding_moreVectorsThanAPromptTakes_isRefused() throws IOException {
        assertRefused(
                safetensors("x.safetensors", Map.of("x", FloatTensor.zeros(Shape.of(6, WIDTH))), StoredType.F32),
                "expected an embedding of at most 5 vectors, but was 6");
    }

    @Test
    void withEmbedding_otherWeights_areRefused() throws IOException {
        assertRefused(
                safetensors(
                        "x.safetensors",
                        Map.of("conv.weight", FloatTensor.zeros(Shape.of(2, 2, 3, 3))),
                        StoredType.F32),
                "expected vectors [n, D] of an embedding, but was F32 [2, 2, 3, 3]");
    }

    @Test
    void withEmbedding_notFinite_isRefused() throws IOException {
        FloatTensor damaged = FloatTensor.generate(Shape.of(WIDTH), index -> index == 3 ? Float.NaN : 0);

        assertRefused(
                safetensors("x.safetensors", Map.of("x", damaged), StoredType.F32),
                "expected finite vectors, but was NaN");
    }

    @Test
    void withEmbedding_oneWordForSeveral_isRefused() throws IOException {
        FloatTensor vector = FloatTensor.zeros(Shape.of(WIDTH));
        Path file = safetensors("x.safetensors", Map.of("a", vector, "b", vector), StoredType.F32);

        assertThatThrownBy(() -> backbone.withEmbedding(file, "c"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("expected a word and its vectors, but was 2 of them (" + file + ")");
    }
}
