package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lamp4j.Backbone;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.ContentHash;
import org.lamp4j.motion.LoraFile;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.backbone.TinyLora.Form;
import org.lamp4j.onnx.export.ModelConversion;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.onnx.weights.StoredType;
import org.lamp4j.onnx.weights.TorchWriter;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** Small models with LoRA files, against the same models with weights that the test has added up. */
class LoraTest {

    private static final Shape LATENTS = Shape.of(1, 4, 2, 8, 8);

    @TempDir
    private Path folder;

    private static Path model;
    private static TinyLora lora;

    @BeforeAll
    static void write(@TempDir Path shared) throws IOException {
        model = TwoForms.VERSION_1.writeFolder(shared, StoredPrecision.FLOAT32);
        lora = new TinyLora(model);
    }

    @ParameterizedTest
    @EnumSource
    void withLora_fileOfEachProgram_isTheModelWithItsWeightsAddedUp(Form form) throws IOException {
        Path file = lora.write(folder.resolve("style.safetensors"), form, Map.of());
        Path merged = lora.merge(folder.resolve("merged"), 0.5f);

        try (Backbone backbone = Backbone.load(model).withLora(file, 0.5);
                Backbone expected = Backbone.load(merged)) {
            assertSameNetworks(backbone, expected);
        }
    }

    @Test
    void withLora_linearProjectionsAndOpenClipInASingleFile_isTheModelWithItsWeightsAddedUp() throws IOException {
        Path second = folder.resolve("second");
        Path single = TwoForms.VERSION_2.writeBoth(second, StoredPrecision.FLOAT32);
        TinyLora ofSecond = new TinyLora(second.resolve("diffusers"));
        Path file = ofSecond.write(folder.resolve("style.safetensors"), Form.KOHYA_ORIGINAL, Map.of());
        Path merged = ofSecond.merge(folder.resolve("merged"), -2);

        try (Backbone backbone = Backbone.load(single).withLora(file, -2);
                Backbone expected = Backbone.load(merged)) {
            assertSameNetworks(backbone, expected);
        }
    }

    private static void assertSameNetworks(Backbone backbone, Backbone expected) {
        assertThat(backbone.encodePrompt("a red car").toArray())
                .containsExactly(expected.encodePrompt("a red car").toArray());
        assertThat(predicted(backbone)).containsExactly(predicted(expected));
        assertThat(trained(backbone)).isEqualTo(trained(expected));
    }

    private static float[] predicted(Backbone backbone) {
        MotionWeights motion = backbone.model().freshMotion(List.of("attn_temp"), 0);
        try (NoisePredictor predictor = backbone.model().noisePredictor(motion, LATENTS)) {
            return predictor
                    .predict(noise("latents"), new int[] {500}, backbone.encodePrompt("ox"))
                    .toArray();
        }
    }

    /** What is trained in place begins with the sum, and a step's gradients pass through the other sums. */
    private static MotionWeights trained(Backbone backbone) {
        List<String> modules = List.of("attn_temp", "attn1.to_q");
        MotionWeights start = backbone.model().freshMotion(modules, 0);
        try (MotionTrainer trainer = backbone.model().motionTrainer(start, modules, LATENTS)) {
            trainer.accumulate(new MotionTrainer.Batch(
                    noise("latents"), new int[] {500}, backbone.encodePrompt("ox"), noise("noise")));
            trainer.update(new MotionTrainer.Update(1e-3f, 0.9f, 0.999f, 1e-8f, 0.01f, 1));
            return trainer.state().weights();
        }
    }

    private static FloatTensor noise(String name) {
        return RandomSource.stream(0, name, 0).gaussian(LATENTS);
    }

    @Test
    void withLora_alphaInTheFile_isDividedByTheRank() throws IOException {
        Path file = lora.write(folder.resolve("plain.safetensors"), Form.KOHYA, Map.of());
        List<StoredTensor> tensors = tensors(file);
        for (String name : tensors.stream().map(StoredTensor::name).toList()) {
            if (name.endsWith(".lora_up.weight")) {
                tensors.add(
                        StoredTensor.copyOf(name.replace(".lora_up.weight", ".alpha"), FloatTensor.of(Shape.of(), 1)));
            }
        }
        Path half = folder.resolve("half.safetensors");
        SafetensorsWriter.write(half, tensors, Map.of(), StoredType.BF16);
        Path pickle = folder.resolve("half.pt");
        TorchWriter.write(pickle, tensors);

        try (Backbone expected = Backbone.load(model).withLora(file, 0.5);
                Backbone ofBfloat = Backbone.load(model).withLora(half, 1);
                Backbone ofPickle = Backbone.load(model).withLora(pickle, 1)) {
            assertThat(predicted(ofBfloat)).containsExactly(predicted(expected));
            assertThat(predicted(ofPickle)).containsExactly(predicted(expected));
        }
    }

    @Test
    void withLora_alphaOfPeftsConfiguration_isDividedByTheRank() throws IOException {
        Path plain = lora.write(folder.resolve("plain.safetensors"), Form.PEFT, Map.of());
        Path noted = lora.write(
                folder.resolve("noted.safetensors"),
                Form.PEFT,
                Map.of("lora_adapter_metadata", "{\"unet.lora_alpha\": 8, \"text_encoder.lora_alpha\": 8}"));
        Path beside = lora.write(
                Files.createDirectory(folder.resolve("adapter")).resolve("adapter_model.safetensors"),
                Form.PEFT,
                Map.of());
        Files.writeString(
                beside.resolveSibling("adapter_config.json"),
                "{\"r\": 2, \"lora_alpha\": 1, \"alpha_pattern\": {\"attn1.to_q\": 8, \"to_out.0\": 8, \"proj_in\": 8,"
                        + " \"conv1\": 8, \"q_proj\": 8, \"fc1\": 8}}");

        try (Backbone expected = Backbone.load(model).withLora(plain, 4);
                Backbone ofNote = Backbone.load(model).withLora(noted, 1);
                Backbone ofFile = Backbone.load(model).withLora(beside, 1)) {
            assertThat(predicted(ofNote)).containsExactly(predicted(expected));
            assertThat(predicted(ofFile)).containsExactly(predicted(expected));
        }
    }

    @Test
    void withLora_stabilisedAlpha_isDividedByTheRootOfTheRank() throws IOException {
        Path plain = lora.write(folder.resolve("plain.safetensors"), Form.PEFT, Map.of());
        Path noted = lora.write(
                folder.resolve("noted.safetensors"),
                Form.PEFT,
                Map.of(
                        "lora_adapter_metadata",
                        "{\"unet.lora_alpha\": 3, \"unet.use_rslora\": true,"
                                + " \"text_encoder.lora_alpha\": 3, \"text_encoder.use_rslora\": true}"));

        try (Backbone expected = Backbone.load(model).withLora(plain, 3 / Math.sqrt(2));
                Backbone backbone = Backbone.load(model).withLora(noted, 1)) {
            assertThat(predicted(backbone)).containsExactly(predicted(expected));
        }
    }

    @Test
    void withLora_weightZero_isTheBaseWhichPatternsKnowByTheSum() throws IOException {
        Path file = lora.write(folder.resolve("style.safetensors"), Form.KOHYA, Map.of());

        try (Backbone base = Backbone.load(model);
                Backbone nothing = base.withLora(file, 0);
                Backbone half = base.withLora(file, 0.5)) {
            assertThat(predicted(nothing)).containsExactly(predicted(base)).isNotEqualTo(predicted(half));
            assertThat(nothing.encodePrompt("ox").toArray())
                    .containsExactly(base.encodePrompt("ox").toArray())
                    .isNotEqualTo(half.encodePrompt("ox").toArray());
            assertThat(List.of(nothing.fingerprint(), half.fingerprint()))
                    .doesNotHaveDuplicates()
                    .doesNotContain(base.fingerprint());
            assertThat(half.model().fingerprint()).isEqualTo(base.model().fingerprint());
        }
    }

    @Test
    void withLoras_severalAtOnceAndOneByOne_areTheSame() throws IOException {
        Path all = lora.write(folder.resolve("style.safetensors"), Form.KOHYA, Map.of());
        Path query = lora.writeQuery(folder.resolve("query.safetensors"));

        try (Backbone together = Backbone.load(model).withLoras(List.of(new LoraFile(all, 1), new LoraFile(query, 2)));
                Backbone oneByOne = Backbone.load(model).withLora(all, 1).withLora(query, 2);
                Backbone first = Backbone.load(model).withLora(all, 1)) {
            assertThat(predicted(oneByOne)).containsExactly(predicted(together)).isNotEqualTo(predicted(first));
            assertThat(oneByOne.fingerprint()).isEqualTo(together.fingerprint());
            assertThat(together.model().loras())
                    .hasToString("[1.0 x style.safetensors (" + hash(all) + "), 2.0 x query.safetensors (" + hash(query)
                            + ")]");
        }
    }

    private static String hash(Path file) throws IOException {
        return new ContentHash().add(ByteBuffer.wrap(Files.readAllBytes(file))).finish();
    }

    @Test
    void withLora_baseClosed_staysUsable() throws IOException {
        Path file = lora.writeQuery(folder.resolve("query.safetensors"));
        Backbone base = Backbone.load(model);
        try (Backbone backbone = base.withLora(file, 1)) {
            base.close();
            assertThat(predicted(backbone)).isNotEmpty();
            assertThatThrownBy(() -> base.withLora(file, 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("expected an open backbone, but it was closed (" + model + ")");
        }
    }

    @Test
    void toFolder_withLora_writesTheSums() throws IOException {
        Path file = lora.write(folder.resolve("style.safetensors"), Form.KOHYA, Map.of());
        Path merged = lora.merge(folder.resolve("merged"), 1);
        Path written = folder.resolve("written");
        try (Backbone backbone = Backbone.load(model).withLora(file, 1)) {
            ModelConversion.toFolder(backbone, written);
        }

        try (Backbone expected = Backbone.load(merged);
                Backbone backbone = Backbone.load(written)) {
            assertThat(backbone.fingerprint()).isEqualTo(expected.fingerprint());
            assertThat(backbone.encodePrompt("ox").toArray())
                    .containsExactly(expected.encodePrompt("ox").toArray());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lora_unet_a.dora_scale | expected LoRA of linear layers and convolutions, but was DoRA: ",
                "lora_unet_a.hada_w1_a | expected LoRA of linear layers and convolutions, but was LoHa: ",
                "lora_unet_a.lokr_w1 | expected LoRA of linear layers and convolutions, but was LoKr: ",
                "lora_unet_a.lora_mid.weight |"
                        + " expected LoRA of linear layers and convolutions, but was LoCon with a Tucker decomposition: ",
                "lora_unet_a.diff | expected LoRA of linear layers and convolutions, but was full differences of weights: ",
                "lora_te1_text_model_encoder_layers_0_mlp_fc1.alpha |"
                        + " expected a LoRA of Stable Diffusion 1 or 2, but was one of SDXL, Stable Diffusion 3 or Flux: ",
                "lora_unet_input_blocks_4_1_transformer_blocks_1_attn1_to_q.alpha |"
                        + " expected a LoRA of Stable Diffusion 1 or 2, but was one of SDXL: ",
                "lora_unet_brain.alpha | expected updates of this model's layers alone, but was 1 tensors that are none: "
            })
    void withLora_whatIsNoLoraOfThisModel_isRefusedByName(String name, String message) throws IOException {
        Path file = folder.resolve("other.safetensors");
        SafetensorsWriter.write(file, List.of(StoredTensor.copyOf(name, FloatTensor.of(Shape.of(1), 1))), Map.of());

        assertRefused(file, message + " " + name + " (" + file + ")");
    }

    private void assertRefused(Path file, String message) throws IOException {
        try (Backbone base = Backbone.load(model)) {
            assertThatThrownBy(() -> base.withLora(file, 1))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessage(message);
        }
    }

    @Test
    void withLora_manyUnknownTensors_areCountedAndTheFirstNamed() throws IOException {
        Path file = folder.resolve("other.safetensors");
        List<StoredTensor> tensors = new ArrayList<>();
        for (int index = 0; index < 7; index++) {
            tensors.add(StoredTensor.copyOf("brain." + index, FloatTensor.of(Shape.of(1), 1)));
        }
        SafetensorsWriter.write(file, tensors, Map.of());

        assertRefused(
                file,
                "expected updates of this model's layers alone, but was 7 tensors that are none:"
                        + " brain.0, brain.1, brain.2, brain.3, brain.4 and others (" + file + ")");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "down | [2, 16] | expected lora_unet_%s.lora_down.weight [2, 32], but was [2, 16]: it is a LoRA of"
                        + " another base model",
                "up | [32, 3] | expected lora_unet_%s.lora_up.weight [32, 2], but was [32, 3]: it is a LoRA of another"
                        + " base model",
                "up | none | expected both factors of lora_unet_%s, but was one of them",
                "down | [0, 32] | expected a rank of 1 to 4096 of lora_unet_%s.lora_down.weight, but was 0"
            })
    void withLora_factorOfAnotherShape_isNamed(String part, String shape, String message) throws IOException {
        Path file = lora.writeQuery(folder.resolve("query.safetensors"));
        List<StoredTensor> tensors = tensors(file);
        tensors.removeIf(tensor -> tensor.name().endsWith("lora_" + part + ".weight"));
        String module = TinyLora.QUERY.replace('.', '_');
        if (!shape.equals("none")) {
            String[] sizes = shape.substring(1, shape.length() - 1).split(", ", -1);
            Shape other = Shape.of(Integer.parseInt(sizes[0]), Integer.parseInt(sizes[1]));
            tensors.add(StoredTensor.of(
                    "lora_unet_" + module + ".lora_" + part + ".weight",
                    other,
                    ByteBuffer.allocateDirect(4 * Math.toIntExact(other.elementCount()))
                            .order(ByteOrder.nativeOrder())
                            .asFloatBuffer()));
        }
        SafetensorsWriter.write(file, tensors, Map.of());

        assertRefused(file, message.formatted(module) + " (" + file + ")");
    }

    @Test
    void withLora_oneWeightInTwoSpellings_isRefused() throws IOException {
        Path file = lora.writeQuery(folder.resolve("query.safetensors"));
        List<StoredTensor> tensors = tensors(file);
        StoredTensor down = tensors.stream()
                .filter(tensor -> tensor.name().contains("down.weight"))
                .findFirst()
                .orElseThrow();
        String other = "unet." + TinyLora.QUERY + ".lora.down.weight";
        tensors.add(down.as(other, down.shape()));
        SafetensorsWriter.write(file, tensors, Map.of());

        assertRefused(
                file,
                "expected one update of each weight, but was " + other + " besides " + down.name() + " (" + file + ")");
    }

    @Test
    void withLora_fileWithoutTensors_isRefused() throws IOException {
        Path file = folder.resolve("empty.safetensors");
        SafetensorsWriter.write(file, List.of(), Map.of());

        assertRefused(file, "expected a LoRA, but was a file without tensors (" + file + ")");
    }

    static List<StoredTensor> tensors(Path file) throws IOException {
        List<StoredTensor> tensors = new ArrayList<>();
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            checkpoint.names().forEach(name -> tensors.add(checkpoint.tensor(name)));
        }
        return tensors;
    }
}
