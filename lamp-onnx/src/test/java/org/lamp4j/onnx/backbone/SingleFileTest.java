package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.Backbone;
import org.lamp4j.device.Device;
import org.lamp4j.diffusion.PredictionType;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.fixtures.LoggedMessages;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.config.BaseModelConfig;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.export.ModelConversion;
import org.lamp4j.onnx.pretraining.RandomModel;
import org.lamp4j.onnx.singlefile.SingleFile;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.onnx.weights.StoredType;
import org.lamp4j.onnx.weights.TorchWriter;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** One model in two forms: a folder and a single file, of version 1 and 2. */
class SingleFileTest {

    private static final Shape LATENTS = Shape.of(1, 4, 2, 8, 8);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void load_fileAndFolder_giveTheSameBits(TwoForms form) throws IOException {
        Path file = form.writeBoth(folder, StoredPrecision.FLOAT32);

        try (Backbone ofFolder = Backbone.load(folder.resolve("diffusers"));
                Backbone ofFile = Backbone.load(file)) {
            assertThat(ofFile.encodePrompt("a red car").toArray())
                    .containsExactly(ofFolder.encodePrompt("a red car").toArray());
            assertThat(predicted(ofFile)).containsExactly(predicted(ofFolder));
            assertThat(ofFile.fingerprint()).isEqualTo(ofFolder.fingerprint());
            assertThat(ofFile.noiseSchedule().predictionType())
                    .isEqualTo(ofFolder.noiseSchedule().predictionType());
            assertThat(image(ofFile)).isEqualTo(image(ofFolder));
            FloatTensor pixels = RandomSource.stream(0, "pixels", 0).gaussian(Shape.of(1, 3, 16, 16));
            assertThat(ofFile.model().latentCodec().encode(pixels).mean().toArray())
                    .containsExactly(
                            ofFolder.model().latentCodec().encode(pixels).mean().toArray());
        }
        assertThat(SingleFile.dimensions(file)).isEqualTo(form.config());
    }

    private static float[] predicted(Backbone backbone) {
        MotionWeights motion = backbone.model().freshMotion(List.of("attn_temp"), 0);
        try (NoisePredictor predictor = backbone.model().noisePredictor(motion, LATENTS)) {
            FloatTensor noise = RandomSource.stream(0, "latents", 0).gaussian(LATENTS);
            return predictor
                    .predict(noise, new int[] {500}, backbone.encodePrompt("ox"))
                    .toArray();
        }
    }

    private static RgbImage image(Backbone backbone) {
        GenerationOptions options = GenerationOptions.newBuilder()
                .frameSize(new FrameSize(16, 16))
                .steps(2)
                .build();
        return backbone.generate(List.of("a red car"), options).get(0);
    }

    @ParameterizedTest
    @EnumSource
    void load_pickleInHalfPrecision_isTheSameAsTheFolder(TwoForms form) throws IOException {
        Path file = form.writeBoth(folder, StoredPrecision.FLOAT16);
        Path pickle = folder.resolve("model.ckpt");
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            assertThat(checkpoint.tensor("model.diffusion_model.out.2.weight").type())
                    .isEqualTo(StoredType.F16);
            TorchWriter.write(pickle, tensors(checkpoint));
        }

        try (Backbone ofFolder = Backbone.load(folder.resolve("diffusers"));
                Backbone ofPickle = Backbone.load(pickle)) {
            assertThat(predicted(ofPickle)).containsExactly(predicted(ofFolder));
        }
    }

    @ParameterizedTest
    @EnumSource
    void toFolder_ofTheFile_isTheFolderAgainBitForBit(TwoForms form) throws IOException {
        Path file = form.writeBoth(folder, StoredPrecision.FLOAT16);
        Path back = folder.resolve("back");
        try (Backbone backbone = Backbone.load(file)) {
            ModelConversion.toFolder(backbone, back);
        }

        assertThat(SingleFile.dimensions(back)).isEqualTo(form.config());
        assertThat(VideoUNetConfig.upcastsAttention(back.resolve("unet/config.json")))
                .isEqualTo(form == TwoForms.VERSION_2);
        for (String weights : List.of(
                "unet/diffusion_pytorch_model.safetensors",
                "vae/diffusion_pytorch_model.safetensors",
                "text_encoder/model.safetensors",
                "scheduler/scheduler_config.json",
                "tokenizer/merges.txt")) {
            assertThat(back.resolve(weights))
                    .hasSameBinaryContentAs(folder.resolve("diffusers").resolve(weights));
        }
    }

    @ParameterizedTest
    @CsvSource({"875000, EPSILON", "110000, V_PREDICTION", "'', V_PREDICTION"})
    void open_secondVersionWithoutNotes_isToldByTheStepsAsInDiffusers(String steps, PredictionType expected)
            throws IOException {
        Path file = withNotes(TwoForms.VERSION_2, steps.isEmpty() ? Map.of() : Map.of("global_step", steps));

        assertThat(SingleFile.open(file).noiseSchedule().predictionType()).isEqualTo(expected);
        assertThat(SingleFile.open(file).unetConfig().sampleSize()).isEqualTo(steps.equals("875000") ? 64 : 96);
    }

    @ParameterizedTest
    @CsvSource({"v_pred, false", "ztsnr, true"})
    void open_firstVersionWithAMark_predictsV(String mark, boolean pureNoise) throws IOException {
        Path file = withNotes(TwoForms.VERSION_1, Map.of(), zeros(mark, 0));

        SingleFile opened = SingleFile.open(file);
        assertThat(opened.noiseSchedule().predictionType()).isEqualTo(PredictionType.V_PREDICTION);
        assertThat(opened.noiseSchedule().endsInPureNoise()).isEqualTo(pureNoise);
    }

    @Test
    void open_scheduleInTheFileThatEndsInNothing_isRescaled() throws IOException {
        Path file = withNotes(TwoForms.VERSION_1, Map.of(), zeros("alphas_cumprod", 1000));

        assertThat(SingleFile.open(file).noiseSchedule().endsInPureNoise()).isTrue();
    }

    @Test
    void load_givenPredictionType_goesBeforeTheFiles() throws IOException {
        Path file = TwoForms.VERSION_2.writeBoth(folder, StoredPrecision.FLOAT16);

        try (Backbone backbone = Backbone.load(file, Device.cpu(), PredictionType.EPSILON)) {
            assertThat(backbone.noiseSchedule().predictionType()).isEqualTo(PredictionType.EPSILON);
        }
    }

    /** 512-base: its folder says 64 and epsilon, its file does not tell. */
    @Test
    void load_givenPredictionTypeOfAFileWithoutNotes_hasTheFingerprintOfItsFolder() throws IOException {
        Path file = withNotes(TwoForms.VERSION_2, Map.of());
        Path diffusers = folder.resolve("diffusers");
        Path config = diffusers.resolve("unet/config.json");
        Files.writeString(
                config, Files.readString(config).replaceFirst("\"sample_size\" ?: ?8", "\"sample_size\": 64"));

        try (Backbone ofFile = Backbone.load(file, Device.cpu(), PredictionType.EPSILON);
                Backbone ofFolder = Backbone.load(diffusers, Device.cpu(), PredictionType.EPSILON);
                Backbone byItself = Backbone.load(file)) {
            assertThat(ofFile.fingerprint()).isEqualTo(ofFolder.fingerprint()).isNotEqualTo(byItself.fingerprint());
        }
    }

    @Test
    void open_whatIsTakenAndPassedOver_isLogged() throws IOException {
        Path file = withNotes(
                TwoForms.VERSION_1,
                Map.of(),
                zeros("model_ema.diffusion_modelout2weight", 2),
                zeros("cond_stage_model.transformer.text_model.embeddings.position_ids", 7),
                zeros("brain.weight", 1));

        assertThat(logged(file))
                .containsExactly(
                        file + " is taken for a Stable Diffusion 1 model that predicts epsilon (as all of version 1)",
                        "1 tensors of model_ema.… are passed over: the moving averages of a training run",
                        "1 tensors are never used: [brain.weight]");
    }

    @Test
    void open_tensorMissing_isNamedAsInTheFile() throws IOException {
        Path file = without("model.diffusion_model.output_blocks.1.0.emb_layers.1.weight");

        assertThatThrownBy(() -> Backbone.load(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith("expected tensor model.diffusion_model.output_blocks.1.0.emb_layers.1.weight,"
                        + " but was no such key, the nearest is model.diffusion_model.output_blocks.");
    }

    @Test
    void open_tensorOfAnotherShape_isNamedAsInTheFile() throws IOException {
        Path file = withNotes(
                TwoForms.VERSION_2,
                Map.of(),
                zeros("cond_stage_model.model.transformer.resblocks.0.attn.in_proj_bias", 190));

        assertThatThrownBy(() -> Backbone.load(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("expected cond_stage_model.model.transformer.resblocks.0.attn.in_proj_bias [192], but was"
                        + " [190] (" + file + ")");
    }

    @Test
    void open_truncatedFile_namesTheTensorAndWhatIsMissing() throws IOException {
        Path file = TwoForms.VERSION_1.writeBoth(folder, StoredPrecision.FLOAT32);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(Files.size(file) - 10);
        }

        assertThatThrownBy(() -> Backbone.load(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageMatching("expected \\d+ bytes of (first_stage_model|cond_stage_model|model)\\.[a-z0-9_.]+,"
                        + " but was \\d+, 10 bytes short .*");
    }

    /** OpenCLIP has one matrix for queries, keys and values, and the sums of a LoRA are float32. */
    @ParameterizedTest
    @ValueSource(strings = {"q_proj", "v_proj"})
    void toFile_loraOfSomeOfAnAttentionsProjections_isWidenedAndGivesTheSameBits(String projection) throws IOException {
        Path model = TwoForms.VERSION_2.writeFolder(folder, StoredPrecision.FLOAT16);
        Path lora = new TinyLora(model)
                .write(
                        folder.resolve("style.safetensors"),
                        TinyLora.Form.KOHYA,
                        Map.of(),
                        Map.of("text_model.encoder.layers.0.self_attn." + projection, ""));
        Path file = folder.resolve(TwoForms.FILE);

        try (Backbone backbone = Backbone.load(model).withLora(lora, 1)) {
            ModelConversion.toFile(backbone, file);

            try (Backbone ofFile = Backbone.load(file)) {
                assertThat(ofFile.encodePrompt("a red car").toArray())
                        .containsExactly(backbone.encodePrompt("a red car").toArray());
            }
        }
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            String layers = "cond_stage_model.model.transformer.resblocks.";
            assertThat(checkpoint.tensor(layers + "0.attn.in_proj_weight").type())
                    .isEqualTo(StoredType.F32);
            assertThat(checkpoint.tensor(layers + "0.attn.in_proj_bias").type()).isEqualTo(StoredType.F16);
        }
    }

    @Test
    void toFile_modelThatOneFileCannotDescribe_isRefusedWithBoth() throws IOException {
        BaseModelConfig config = TwoForms.VERSION_1.config();
        VaeConfig otherScale = new VaeConfig(3, 4, List.of(32, 32), 1, 32, 0.5f);
        Path model = folder.resolve("model");
        new RandomModel(new BaseModelConfig(config.text(), otherScale, config.unet()), StoredPrecision.FLOAT16, 1)
                .write(model);

        try (Backbone backbone = Backbone.load(model)) {
            assertThatThrownBy(() -> ModelConversion.toFile(backbone, folder.resolve("x.safetensors")))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageStartingWith("expected a model that one file can hold, which has " + config.vae()
                            + ", but was " + otherScale);
        }
        assertThat(folder.resolve("x.safetensors")).doesNotExist();
    }

    private Path without(String name) throws IOException {
        Path file = TwoForms.VERSION_1.writeBoth(folder, StoredPrecision.FLOAT32);
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            Path other = folder.resolve("other.safetensors");
            List<StoredTensor> tensors = new ArrayList<>(tensors(checkpoint));
            tensors.removeIf(tensor -> tensor.name().equals(name));
            SafetensorsWriter.write(other, tensors, Map.of());
            return other;
        }
    }

    /** A file with other notes, and with more tensors or others. */
    private Path withNotes(TwoForms form, Map<String, String> notes, StoredTensor... more) throws IOException {
        Path file = form.writeBoth(folder, StoredPrecision.FLOAT32);
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            Path other = folder.resolve("other.safetensors");
            Map<String, StoredTensor> tensors = new LinkedHashMap<>();
            tensors(checkpoint).forEach(tensor -> tensors.put(tensor.name(), tensor));
            for (StoredTensor tensor : more) {
                tensors.put(tensor.name(), tensor);
            }
            SafetensorsWriter.write(other, tensors.values(), notes);
            return other;
        }
    }

    private static StoredTensor zeros(String name, int size) {
        return StoredTensor.of(name, Shape.of(size), TinyModel.direct(Shape.of(size)));
    }

    private static List<StoredTensor> tensors(Checkpoint checkpoint) {
        return checkpoint.names().stream().map(checkpoint::tensor).toList();
    }

    private static List<String> logged(Path file) throws IOException {
        try (LoggedMessages messages = LoggedMessages.of(SingleFile.class)) {
            SingleFile.open(file);
            return messages.all();
        }
    }
}
