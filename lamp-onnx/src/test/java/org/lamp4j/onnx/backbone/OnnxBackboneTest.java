package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.device.Device;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.errors.DeviceUnavailableException;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.BackboneProvider;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

class OnnxBackboneTest {

    private static final List<String> LAMP = List.of("conv1d", "conv_gate", "attn_temp", "attn1.to_q");

    private static final Shape LATENTS = Shape.of(1, 4, 2, 4, 4);

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    @BeforeAll
    static void writeModel() throws IOException {
        TinyModel.in(shared);
    }

    private static BackboneModel open() throws IOException {
        return new OnnxBackboneProvider().open(shared, Device.cpu());
    }

    // --- opening ---

    @Test
    void serviceLoader_findsTheProvider() throws IOException {
        List<BackboneProvider> found = new ArrayList<>();
        ServiceLoader.load(BackboneProvider.class).forEach(found::add);

        assertThat(found).hasOnlyElementsOfType(OnnxBackboneProvider.class).hasSize(1);
        try (BackboneModel model = found.get(0).open(shared, Device.cpu())) {
            assertThat(model.latentChannels()).isEqualTo(4);
            assertThat(model.deviceDescription()).isEqualTo("CPU, float32");
            assertThat(model.latentCodec().factor()).isEqualTo(2);
            assertThat(model.latentCodec().latentChannels()).isEqualTo(4);
            assertThat(model.latentCodec().scalingFactor()).isEqualTo(0.5f);
        }
    }

    @Test
    void open_noSuchFolder_saysWhatIsExpected() {
        Path missing = folder.resolve("missing");

        assertThatThrownBy(() -> new OnnxBackboneProvider().open(missing, Device.cpu()))
                .isInstanceOf(NotDirectoryException.class)
                .hasMessage(missing + ": expected a Stable Diffusion folder with text_encoder, vae and unet");
    }

    @Test
    void open_missingTensor_namesItAndTheNearestAndTheFile() throws IOException {
        TinyModel model = TinyModel.in(folder).rename(TinyModel.UNET, "conv_norm_out.weight", "conv_norm_out.wieght");

        assertThatThrownBy(model::open)
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("expected tensor conv_norm_out.weight, but was no such key, the nearest is"
                        + " conv_norm_out.wieght (" + folder.resolve(TinyModel.UNET) + ")");
    }

    @Test
    void open_tensorOfAnotherShape_namesKeyBothShapesAndTheFile() throws IOException {
        TinyModel unet = TinyModel.in(folder.resolve("a")).reshape(TinyModel.UNET, "conv_in.weight", 8, 36);
        String vaeFile = "vae/diffusion_pytorch_model.safetensors";
        TinyModel vae = TinyModel.in(folder.resolve("b")).reshape(vaeFile, "encoder.conv_in.weight", 4, 27);

        assertThatThrownBy(unet::open)
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("expected conv_in.weight [8, 4, 3, 3], but was [8, 36] ("
                        + folder.resolve("a").resolve(TinyModel.UNET) + ")");
        assertThatThrownBy(vae::open)
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("expected encoder.conv_in.weight [4, 3, 3, 3], but was [4, 27] ("
                        + folder.resolve("b").resolve(vaeFile) + ")");
    }

    @Test
    void open_onACardWithoutCuda_isAnErrorAndAutoTakesTheProcessor() throws IOException {
        assumeFalse(
                OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA),
                "this ONNX Runtime has the CUDA provider");

        assertThatThrownBy(() -> new OnnxBackboneProvider().open(shared, Device.cuda(0)))
                .isInstanceOf(DeviceUnavailableException.class)
                .hasMessageContaining("onnxruntime_gpu");
        try (BackboneModel model = new OnnxBackboneProvider().open(shared, Device.auto())) {
            assertThat(model.deviceDescription()).isEqualTo("CPU, float32");
        }
    }

    // --- fingerprint ---

    @Test
    void fingerprint_openedTwice_isTheSame() throws IOException {
        try (BackboneModel first = open();
                BackboneModel second = open()) {
            assertThat(first.fingerprint()).isEqualTo(second.fingerprint()).matches("sha256:[0-9a-f]{64}");
            assertThat(first.fingerprint()).isEqualTo(first.fingerprint());
        }
    }

    @Test
    void fingerprint_oneWeightOrOneNumberOfTheConfigurationChanged_isAnother() throws IOException {
        Set<String> fingerprints = new HashSet<>();
        TinyModel model = TinyModel.in(folder);
        try (BackboneModel original = model.open()) {
            fingerprints.add(original.fingerprint());
        }
        try (BackboneModel nudged = model.nudge(TinyModel.UNET, "conv_out.bias").open()) {
            fingerprints.add(nudged.fingerprint());
        }
        try (BackboneModel reconfigured =
                model.with("unet", "attention_head_dim", "4").open()) {
            fingerprints.add(reconfigured.fingerprint());
        }
        assertThat(fingerprints).hasSize(3);
    }

    // --- fresh motion ---

    @Test
    void freshMotion_sameSeed_isTheSameAndAnotherSeedDiffersInTemporalProjectionsOnly() throws IOException {
        try (BackboneModel model = open()) {
            MotionWeights first = model.freshMotion(LAMP, 1);
            MotionWeights again = model.freshMotion(LAMP, 1);
            MotionWeights other = model.freshMotion(LAMP, 2);

            assertThat(again.names()).containsExactlyElementsOf(first.names());
            for (Parameter parameter : first.parameters()) {
                FloatBuffer values = parameter.values();
                assertThat(again.parameter(parameter.name()).values()).isEqualTo(values);
                boolean random = parameter.name().matches(".*\\.attn_temp\\.to_[qkv]\\.weight");
                assertThat(other.parameter(parameter.name()).values().equals(values))
                        .as(parameter.name())
                        .isNotEqualTo(random);
            }
        }
    }

    @Test
    void freshMotion_temporalProjections_areUniformWithinOneOverRootOfWidth() throws IOException {
        try (BackboneModel model = open()) {
            MotionWeights motion =
                    model.freshMotion(List.of("mid_block.attentions.0.transformer_blocks.0.attn_temp"), 1);
            FloatBuffer query = motion.parameter("mid_block.attentions.0.transformer_blocks.0.attn_temp.to_q.weight")
                    .values();
            double squares = 0;
            for (int index = 0; index < query.remaining(); index++) {
                assertThat(query.get(index)).isBetween(-0.25f, 0.25f); // 1/√16
                squares += Math.pow(query.get(index), 2);
            }
            assertThat(squares / query.remaining()).isBetween(0.8 * 0.0625 / 3, 1.2 * 0.0625 / 3);
        }
    }

    @Test
    void freshMotion_moduleThatDoesNotExist_isRefusedByName() throws IOException {
        try (BackboneModel model = open()) {
            for (String unknown : List.of("conv3d", "")) {
                assertThatThrownBy(() -> model.freshMotion(List.of("conv1d", unknown), 1))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageMatching("expected suffixes of module names, but none of \\d+ parameters is in a"
                                + " module that ends with \"" + unknown + "\"");
            }
        }
    }

    // --- predicting ---

    @Test
    void noisePredictor_parameterOfAnotherNet_isRefusedByNameOrShapes() throws IOException {
        try (BackboneModel model = open()) {
            MotionWeights unknown = motion("conv_in.conv3d.weight", 8, 8, 3);
            MotionWeights misshaped = motion("conv_in.conv1d.weight", 8, 8, 5);

            assertThatThrownBy(() -> model.noisePredictor(unknown, LATENTS))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("expected parameters of the base's video UNet, but was conv_in.conv3d.weight (" + shared
                            + ")");
            assertThatThrownBy(() -> model.noisePredictor(misshaped, LATENTS))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessage("expected conv_in.conv1d.weight [8, 8, 3], but was [8, 8, 5] (" + shared + ")");
            assertThatThrownBy(() -> model.motionTrainer(misshaped, LAMP, LATENTS))
                    .isInstanceOf(ShapeMismatchException.class);
        }
    }

    /** What fits is opened, and what does not is refused, as was said before. */
    @Test
    void fitsMemory_budget_saysWhetherAPredictorWillBeOpened() throws IOException {
        Device device = Device.cpu().withMemoryBudget(MemoryBudget.ofBytes(4 << 20));
        Shape small = Shape.of(1, 4, 2, 4, 4);
        Shape large = Shape.of(1, 4, 8, 96, 96);
        try (BackboneModel model = new OnnxBackboneProvider().open(shared, device)) {
            MotionWeights none = MotionWeights.of(List.of());

            assertThat(model.fitsMemory(none, small, 1, 0)).isTrue();
            assertThat(model.fitsMemory(none, large, 1, 0)).isFalse();
            model.noisePredictor(none, small).close();
            assertThatIllegalArgumentException().isThrownBy(() -> model.noisePredictor(none, large));
        }
        try (BackboneModel model =
                new OnnxBackboneProvider().open(shared, Device.cpu().withMemoryBudget(MemoryBudget.least()))) {
            assertThat(model.fitsMemory(MotionWeights.of(List.of()), large, 1, 0))
                    .isTrue();
        }
    }

    @Test
    void noisePredictor_fourThreads_giveTheSameAsOne() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (BackboneModel model = open();
                NoisePredictor predictor = model.noisePredictor(model.freshMotion(LAMP, 1), LATENTS)) {
            List<FloatTensor> expected = new ArrayList<>();
            for (int clip = 0; clip < 8; clip++) {
                expected.add(predict(predictor, clip));
            }
            List<Future<FloatTensor>> results = new ArrayList<>();
            for (int index = 0; index < 64; index++) {
                int clip = index % 8;
                results.add(threads.submit(() -> predict(predictor, clip)));
            }
            for (int index = 0; index < 64; index++) {
                assertThat(results.get(index).get().toArray())
                        .isEqualTo(expected.get(index % 8).toArray());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static FloatTensor predict(NoisePredictor predictor, int clip) {
        FloatTensor latents = RandomSource.stream(1, "latents", clip).gaussian(LATENTS);
        FloatTensor context = RandomSource.stream(1, "context", clip).gaussian(Shape.of(1, 5, 8));
        return predictor.predict(latents, new int[] {100 * clip}, context);
    }

    @Test
    void predict_inputOfAnotherShape_isRefusedWithBothShapes() throws IOException {
        try (BackboneModel model = open();
                NoisePredictor predictor = model.noisePredictor(model.freshMotion(LAMP, 1), LATENTS)) {
            FloatTensor latents = FloatTensor.zeros(LATENTS);
            FloatTensor context = FloatTensor.zeros(Shape.of(1, 5, 8));
            assertThatThrownBy(() -> predictor.predict(FloatTensor.zeros(LATENTS.with(2, 3)), new int[] {1}, context))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessage("expected latents [1, 4, 2, 4, 4], but was [1, 4, 3, 4, 4] (NoisePredictor.predict)");
            assertThatThrownBy(() -> predictor.predict(latents, new int[] {1, 2}, context))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessage("expected timestep INT64[1], but was INT64[2] (video UNet)");
            assertThatThrownBy(() -> predictor.predict(latents, new int[] {1}, FloatTensor.zeros(Shape.of(1, 4, 8))))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessage("expected encoder_hidden_states FLOAT[1, 5, 8], but was FLOAT[1, 4, 8] (video UNet)");
        }
    }

    @Test
    void motionTrainer_oneFrame_isRefused() throws IOException {
        try (BackboneModel model = open()) {
            MotionWeights motion = model.freshMotion(LAMP, 1);
            assertThatThrownBy(() -> model.motionTrainer(motion, LAMP, LATENTS.with(2, 1)))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessage("expected clips of at least 2 frames to train on, but was latents [1, 4, 1, 4, 4]");
        }
    }

    @Test
    void motionTrainer_patternWithoutSomeTrainedParameters_startsThemAsInflationDoes() throws IOException {
        try (BackboneModel model = open();
                MotionTrainer trainer = model.motionTrainer(MotionWeights.of(List.of()), LAMP, LATENTS)) {
            MotionWeights start = trainer.weights();
            MotionWeights fresh = model.freshMotion(LAMP, 0);

            assertThat(start.names()).containsExactlyElementsOf(fresh.names());
            for (Parameter parameter : fresh.parameters()) {
                assertThat(start.parameter(parameter.name()).values())
                        .as(parameter.name())
                        .isEqualTo(parameter.values());
            }
        }
    }

    // --- encoders' checks ---

    @Test
    void textEncoder_rowOfAnotherLengthOrUnknownId_isRefused() throws IOException {
        try (BackboneModel model = open()) {
            assertThatThrownBy(() -> model.textEncoder().encode(List.of(new int[4])))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("expected 5 token ids in a prompt, but was 4 (text encoder)");
            for (int id : new int[] {-1, 20}) {
                assertThatThrownBy(() -> model.textEncoder().encode(List.of(new int[] {0, 1, id, 2, 3})))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("expected token ids from 0 to 19, but was " + id + " (text encoder)");
            }
        }
    }

    @Test
    void latentCodec_otherChannelsOrSizes_areRefused() throws IOException {
        try (BackboneModel model = open()) {
            assertThatThrownBy(() -> model.latentCodec().encode(FloatTensor.zeros(Shape.of(1, 4, 4, 4))))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessage("expected pixels [n, 3, H, W], but was [1, 4, 4, 4] (auto-encoder)");
            assertThatThrownBy(() -> model.latentCodec().encode(FloatTensor.zeros(Shape.of(1, 3, 5, 4))))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessage("expected pixels whose height and width are multiples of 2, but was [1, 3, 5, 4]");
            assertThatThrownBy(() -> model.latentCodec().decode(FloatTensor.zeros(Shape.of(1, 3, 4, 4))))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessage("expected latents [n, 4, h, w], but was [1, 3, 4, 4] (auto-encoder)");
        }
    }

    @Test
    void latentCodec_otherSizesInTurn_followsThem() throws IOException {
        try (BackboneModel model = open()) {
            for (int size : new int[] {4, 8, 4}) {
                FloatTensor pixels = RandomSource.stream(1, "pixels", 0).gaussian(Shape.of(2, 3, size, 4));
                FloatTensor mean = model.latentCodec().encode(pixels).mean();
                assertThat(mean.shape()).isEqualTo(Shape.of(2, 4, size / 2, 2));
                assertThat(model.latentCodec().decode(mean).shape()).isEqualTo(pixels.shape());
            }
        }
    }

    // --- closing ---

    @Test
    void closed_anyUse_isRefusedButClosingAgainIsNot() throws IOException {
        BackboneModel model = open();
        MotionWeights motion = model.freshMotion(LAMP, 1);
        model.textEncoder().encode(List.of(new int[5]));
        model.latentCodec().decode(FloatTensor.zeros(Shape.of(1, 4, 2, 2)));
        model.close();
        model.close();

        List<ThrowingCallable> uses = List.of(
                model::fingerprint,
                () -> model.freshMotion(LAMP, 1),
                () -> model.noisePredictor(motion, LATENTS),
                () -> model.motionTrainer(motion, LAMP, LATENTS),
                () -> model.storage().readMotion(folder),
                () -> model.storage()
                        .writeMotion(folder.resolve("x"), motion, StoredPrecision.FLOAT32, Collections.emptyMap()),
                () -> model.storage().writeVideoUNet(folder, motion));
        uses.forEach(use -> assertThatThrownBy(use)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected an open backbone, but it is closed (" + shared + ")"));
        assertThatThrownBy(() -> model.textEncoder().encode(List.of(new int[5])))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected an open backbone, but it is closed (text encoder)");
        assertThatThrownBy(() -> model.latentCodec().decode(FloatTensor.zeros(Shape.of(1, 4, 2, 2))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected an open backbone, but it is closed (auto-encoder)");
    }

    @Test
    void closedPredictor_anyUse_isRefusedButClosingAgainIsNot() throws IOException {
        try (BackboneModel model = open()) {
            NoisePredictor predictor = model.noisePredictor(model.freshMotion(LAMP, 1), LATENTS);
            predictor.close();
            predictor.close();

            assertThatThrownBy(() -> predict(predictor, 0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("expected an open session, but video UNet is closed");
        }
    }

    private static MotionWeights motion(String name, int... sizes) {
        Shape shape = Shape.of(sizes);
        FloatBuffer values = ByteBuffer.allocateDirect(4 * Math.toIntExact(shape.elementCount()))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        return MotionWeights.of(List.of(new Parameter(name, shape, values)));
    }
}
