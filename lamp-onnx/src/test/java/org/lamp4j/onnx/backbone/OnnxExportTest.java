package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.media.FrameSize;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.export.OnnxExport;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.LatentDistribution;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** Exported files in sessions of their own against what this program computes. */
class OnnxExportTest {

    /** The same graph twice; where sums are split between threads they differ in rounding. */
    private static final double SAME = 1e-5;

    private static final Shape LATENTS = Shape.of(1, 4, 3, 8, 4);
    private static final OnnxExport EXPORT = new OnnxExport(3, new FrameSize(8, 16));

    @TempDir
    private static Path output;

    @Test
    void write_allFourModels_runFromTheirFilesAndAgree() throws IOException, OrtException {
        Fixture fixture = Fixture.whole();
        FloatTensor latents = fixture.tensor("unet.latents");
        FloatTensor context = fixture.tensor("unet.context");
        int[] timesteps = fixture.timesteps("unet.timesteps");
        FloatTensor image = fixture.tensor("vae.image").slice(0, 0, 1);
        FloatTensor latent = fixture.tensor("vae.latent").slice(0, 0, 1);
        int[] ids = fixture.tokenIds().get(0);

        try (Backbone backbone = Backbone.load(fixture.model())) {
            BackboneModel model = backbone.model();
            new OnnxExport(latents.shape().size(2), new FrameSize(64, 64))
                    .write(backbone, Optional.of(MotionPattern.load(backbone, fixture.motion())), output);
            LatentDistribution moments = model.latentCodec().encode(image);
            Map<String, FloatTensor> encoded = run("vae_encoder", Map.of("sample", image), Map.of());
            assertClose(encoded.get("latent_mean"), moments.mean());
            assertClose(encoded.get("latent_log_variance"), moments.logVariance());
            assertClose(
                    run("vae_decoder", Map.of("latent_sample", latent), Map.of())
                            .get("sample"),
                    model.latentCodec().decode(latent));
            assertClose(
                    run("text_encoder", Map.of(), Map.of("input_ids", ids)).get("last_hidden_state"),
                    model.textEncoder().encode(List.of(ids)));
            MotionWeights motion = model.storage().readMotion(fixture.motion()).weights();
            try (NoisePredictor predictor = model.noisePredictor(motion, latents.shape())) {
                Map<String, FloatTensor> given = Map.of("sample", latents, "encoder_hidden_states", context);
                assertClose(
                        run("unet", given, Map.of("timestep", timesteps)).get("out_sample"),
                        predictor.predict(latents, timesteps, context));
            }
        }
    }

    /** The UNet of a backbone with a pattern, and its file, from the same inputs. */
    private static void assertSameUNet(Backbone backbone, MotionWeights motion) throws OrtException {
        FloatTensor latents = RandomSource.stream(1, "latents", 0).gaussian(LATENTS);
        FloatTensor context = RandomSource.stream(1, "context", 0).gaussian(Shape.of(1, 7, 64));
        Map<String, FloatTensor> given = Map.of("sample", latents, "encoder_hidden_states", context);
        try (NoisePredictor predictor = backbone.model().noisePredictor(motion, LATENTS)) {
            assertClose(
                    run("unet", given, Map.of("timestep", new int[] {7})).get("out_sample"),
                    predictor.predict(latents, new int[] {7}, context));
        }
    }

    private static void assertSameTextEncoder(Backbone backbone) throws OrtException {
        int[] ids = {1, 2, 3, 4, 5, 6, 7};
        assertClose(
                run("text_encoder", Map.of(), Map.of("input_ids", ids)).get("last_hidden_state"),
                backbone.model().textEncoder().encode(List.of(ids)));
    }

    @Test
    void write_withoutAPattern_exportsTheInflatedImageUNet(@TempDir Path folder) throws IOException, OrtException {
        try (Backbone backbone = Backbone.load(TwoForms.VERSION_1.writeFolder(folder, StoredPrecision.FLOAT32))) {
            EXPORT.write(backbone, Optional.empty(), output);

            assertSameUNet(backbone, MotionWeights.of(List.of()));
        }
        try (Stream<Path> folders = Files.list(output)) {
            assertThat(folders.map(part -> part.getFileName().toString()))
                    .containsExactlyInAnyOrder("text_encoder", "vae_encoder", "vae_decoder", "unet");
        }
    }

    @Test
    void write_lowRankPattern_addsItsUpdatesUp(@TempDir Path folder) throws IOException, OrtException {
        try (Backbone backbone = Backbone.load(TwoForms.VERSION_1.writeFolder(folder, StoredPrecision.FLOAT32))) {
            MotionPattern pattern =
                    TinyPattern.train(backbone, TinyPattern.options().rank(2).build());
            EXPORT.write(backbone, Optional.of(pattern), output);

            assertSameUNet(backbone, pattern.weights());
        }
    }

    /** What was trained in place is added to the sum of base and LoRA. */
    @Test
    void write_patternThatWasTrainedWithoutTheLora_isLaidOverTheSum(@TempDir Path folder)
            throws IOException, OrtException {
        Path model = TwoForms.VERSION_1.writeFolder(folder, StoredPrecision.FLOAT32);
        Path lora = new TinyLora(model).write(folder.resolve("style.safetensors"), TinyLora.Form.KOHYA, Map.of());
        Path file = folder.resolve("pattern.safetensors");

        try (Backbone plain = Backbone.load(model);
                Backbone backbone = Backbone.load(model).withLora(lora, 0.5)) {
            TinyPattern.train(plain, TinyPattern.options().build()).save(file);
            MotionPattern pattern = MotionPattern.load(backbone, file);
            EXPORT.write(backbone, Optional.of(pattern), output);

            assertSameUNet(backbone, pattern.weights());
            assertThatThrownBy(() -> assertSameUNet(
                            backbone, MotionPattern.load(plain, file).weights()))
                    .isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void write_modelWithLora_hasItInUNetAndTextEncoder(@TempDir Path folder) throws IOException, OrtException {
        Path model = TwoForms.VERSION_1.writeFolder(folder, StoredPrecision.FLOAT32);
        Path lora = new TinyLora(model).write(folder.resolve("style.safetensors"), TinyLora.Form.KOHYA, Map.of());

        try (Backbone backbone = Backbone.load(model).withLora(lora, 0.5);
                Backbone plain = Backbone.load(model)) {
            EXPORT.write(backbone, Optional.empty(), output);

            assertSameUNet(backbone, MotionWeights.of(List.of()));
            assertSameTextEncoder(backbone);
            assertThatThrownBy(() -> assertSameUNet(plain, MotionWeights.of(List.of())))
                    .isInstanceOf(AssertionError.class);
            assertThatThrownBy(() -> assertSameTextEncoder(plain)).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void write_patternOfAnotherBackbone_isRefused(@TempDir Path folder) throws IOException {
        Path model = TwoForms.VERSION_1.writeFolder(folder, StoredPrecision.FLOAT32);

        try (Backbone backbone = Backbone.load(model);
                Backbone other = Backbone.load(model)) {
            MotionPattern pattern = MotionPattern.untrained(other);
            assertThatThrownBy(() -> EXPORT.write(backbone, Optional.of(pattern), folder.resolve("onnx")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("expected a pattern that was loaded on the backbone to be exported, but was one on"
                            + " another (" + model + ")");
        }
        assertThat(folder.resolve("onnx")).doesNotExist();
    }

    @Test
    void trainedSize_model_isItsSampleSizeTimesTheFactor(@TempDir Path folder) throws IOException {
        try (Backbone backbone = Backbone.load(TwoForms.VERSION_1.writeFolder(folder, StoredPrecision.FLOAT32))) {
            assertThat(OnnxExport.trainedSize(backbone)).isEqualTo(new FrameSize(16, 16));
        }
    }

    @Test
    void sizeThatIsNoMultipleOfTheFactor_orNoFrames_areRefused(@TempDir Path folder) throws IOException {
        OnnxExport odd = new OnnxExport(1, new FrameSize(4, 7));

        try (Backbone backbone = Backbone.load(TwoForms.VERSION_1.writeFolder(folder, StoredPrecision.FLOAT32))) {
            assertThatThrownBy(() -> odd.write(backbone, Optional.empty(), folder.resolve("output")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("expected a frame size that is a multiple of 2, but was " + new FrameSize(4, 7));
        }
        assertThatThrownBy(() -> new OnnxExport(0, new FrameSize(4, 8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected 1 frame or more, but was 0");
        assertThat(folder.resolve("output")).doesNotExist();
    }

    private static Map<String, FloatTensor> run(
            String model, Map<String, FloatTensor> floats, Map<String, int[]> numbers) throws OrtException {
        return ExportedRun.of(output.resolve(model), floats, numbers);
    }

    private static void assertClose(FloatTensor actual, FloatTensor expected) {
        assertThat(Fixture.error(actual, expected)).isLessThan(SAME);
    }
}
