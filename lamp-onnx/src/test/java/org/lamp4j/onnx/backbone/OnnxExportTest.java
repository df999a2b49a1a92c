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
import org.lamp4j.device.Device;
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

        new OnnxExport(latents.shape().size(2), new FrameSize(64, 64))
                .write(fixture.model(), Optional.of(fixture.motion()), output);

        try (BackboneModel model = new OnnxBackboneProvider().open(fixture.model(), Device.cpu())) {
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

    @Test
    void write_withoutAPattern_exportsTheInflatedImageUNet(@TempDir Path folder) throws IOException, OrtException {
        TinyModel tiny = TinyModel.in(folder.resolve("model"));
        Shape shape = Shape.of(1, 4, 3, 4, 2);
        FloatTensor latents = RandomSource.stream(1, "latents", 0).gaussian(shape);
        FloatTensor context = RandomSource.stream(1, "context", 0).gaussian(Shape.of(1, 5, 8));

        new OnnxExport(3, new FrameSize(4, 8)).write(tiny.folder(), Optional.empty(), output);

        try (BackboneModel model = tiny.open();
                NoisePredictor predictor = model.noisePredictor(MotionWeights.of(List.of()), shape)) {
            Map<String, FloatTensor> given = Map.of("sample", latents, "encoder_hidden_states", context);
            assertClose(
                    run("unet", given, Map.of("timestep", new int[] {7})).get("out_sample"),
                    predictor.predict(latents, new int[] {7}, context));
        }
        try (Stream<Path> folders = Files.list(output)) {
            assertThat(folders.map(part -> part.getFileName().toString()))
                    .containsExactlyInAnyOrder("text_encoder", "vae_encoder", "vae_decoder", "unet");
        }
    }

    @Test
    void write_lowRankPattern_addsItsUpdatesUp(@TempDir Path folder) throws IOException, OrtException {
        TinyModel tiny = TinyModel.in(folder.resolve("model"));
        Path file = folder.resolve("pattern.safetensors");
        Shape shape = Shape.of(1, 4, 3, 4, 2);
        FloatTensor latents = RandomSource.stream(1, "latents", 0).gaussian(shape);
        FloatTensor context = RandomSource.stream(1, "context", 0).gaussian(Shape.of(1, 5, 8));

        try (BackboneModel model = tiny.open()) {
            MotionWeights motion = TinyModel.lowRankMotion(model, List.of("conv1d"));
            model.storage().writeMotion(file, motion, StoredPrecision.FLOAT32, Map.of());
            new OnnxExport(3, new FrameSize(4, 8)).write(tiny.folder(), Optional.of(file), output);

            try (NoisePredictor predictor = model.noisePredictor(motion, shape)) {
                Map<String, FloatTensor> given = Map.of("sample", latents, "encoder_hidden_states", context);
                assertClose(
                        run("unet", given, Map.of("timestep", new int[] {7})).get("out_sample"),
                        predictor.predict(latents, new int[] {7}, context));
            }
        }
    }

    @Test
    void sizeThatIsNoMultipleOfTheFactor_orNoFrames_areRefused(@TempDir Path folder) throws IOException {
        Path model = TinyModel.in(folder.resolve("model")).folder();
        OnnxExport odd = new OnnxExport(1, new FrameSize(4, 7));

        assertThatThrownBy(() -> odd.write(model, Optional.empty(), folder.resolve("output")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a frame size that is a multiple of 2, but was " + new FrameSize(4, 7));
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
