package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.Backbone;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.motion.PatternMetadata;
import org.lamp4j.motion.StoredMotion;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.model.UNetInflation;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.onnx.weights.StoredType;
import org.lamp4j.onnx.weights.TorchWriter;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

class MotionFilesTest {

    private static final List<String> LAMP = List.of("conv1d", "conv_gate", "attn_temp", "attn1.to_q");

    /** Half a unit in the last place of an eleven-bit mantissa. */
    private static final float HALF_PRECISION = 1 / 2048f;

    @TempDir
    private Path folder;

    private BackboneModel model;

    @BeforeEach
    void open() throws IOException {
        model = TinyModel.in(folder.resolve("base")).open();
    }

    @AfterEach
    void close() {
        model.close();
    }

    // --- our own file ---

    @Test
    void writeMotion_float32_isReadBackBitForBitWithItsMetadata() throws IOException {
        MotionWeights motion = TinyModel.motion(model, LAMP);
        Path file = folder.resolve("motion.safetensors");

        model.storage().writeMotion(file, motion, StoredPrecision.FLOAT32, Map.of("steps", "12", "name", "pluie 🌧"));

        StoredMotion stored = model.storage().readMotion(file);
        assertThat(stored.metadata()).containsOnly(Map.entry("steps", "12"), Map.entry("name", "pluie 🌧"));
        assertThat(stored.weights().names()).containsExactlyInAnyOrderElementsOf(motion.names());
        for (Parameter parameter : motion.parameters()) {
            Parameter read = stored.weights().parameter(parameter.name());
            assertThat(read.shape()).isEqualTo(parameter.shape());
            assertThat(read.values()).as(parameter.name()).isEqualTo(parameter.values());
        }
    }

    @Test
    void writeMotion_float16_isReadBackInHalfPrecisionFromHalfTheBytes() throws IOException {
        MotionWeights motion = TinyModel.motion(model, LAMP);
        Path half = folder.resolve("half.safetensors");
        Path full = folder.resolve("full.safetensors");

        model.storage().writeMotion(half, motion, StoredPrecision.FLOAT16, Map.of());
        model.storage().writeMotion(full, motion, StoredPrecision.FLOAT32, Map.of());

        StoredMotion stored = model.storage().readMotion(half);
        long valueCount = motion.elementCount() + stored.differences().elementCount();
        assertThat(Files.size(full) - Files.size(half)).isBetween(2 * valueCount - 8, 2 * valueCount + 64);
        MotionWeights read = stored.weights();
        for (Parameter parameter : motion.parameters()) {
            FloatBuffer values = read.parameter(parameter.name()).values();
            for (int index = 0; index < values.remaining(); index++) {
                float exact = parameter.values().get(index);
                assertThat(values.get(index)).isCloseTo(exact, within(Math.abs(exact) * HALF_PRECISION + 1e-7f));
            }
        }
    }

    @Test
    void readMotion_parametersThatTheBaseHasNot_areRefusedWithTheFile() throws IOException {
        Path file = folder.resolve("motion.safetensors");
        Map<String, String> ofThisBase = Map.of(PatternMetadata.BASE_FINGERPRINT, model.fingerprint());

        SafetensorsWriter.write(file, List.of(tensor("conv_ouch", Shape.of(5))), ofThisBase);
        assertThatThrownBy(() -> model.storage().readMotion(file))
                .isInstanceOf(IOException.class)
                .hasMessage("expected parameters of the base's video UNet, but was conv_ouch (" + file + ")");

        SafetensorsWriter.write(file, List.of(tensor("conv_out.conv1d.bias", Shape.of(5))), ofThisBase);
        assertThatThrownBy(() -> model.storage().readMotion(file))
                .isInstanceOf(IOException.class)
                .hasMessage("expected conv_out.conv1d.bias [4], but was [5] (" + file + ")");
    }

    private static StoredTensor tensor(String name, Shape shape) {
        return StoredTensor.of(name, shape, motion(name, shape).parameter(name).values());
    }

    @Test
    void writeMotion_parametersOfAnotherNet_areRefusedAndNothingIsWritten() {
        Path file = folder.resolve("motion.safetensors");

        assertThatThrownBy(() -> model.storage()
                        .writeMotion(
                                file, motion("conv_out.conv1d.bias", Shape.of(5)), StoredPrecision.FLOAT32, Map.of()))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageStartingWith("expected conv_out.conv1d.bias [4], but was [5] (");
        assertThatThrownBy(
                        () -> model.storage().writeVideoUNet(folder.resolve("whole"), motion("conv_ouch", Shape.of(5))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected parameters of the base's video UNet, but was conv_ouch (");
        assertThat(file).doesNotExist();
        assertThat(folder.resolve("whole")).doesNotExist();
    }

    /** Its fingerprint, in the metadata, says more than a shape; so reading does not look at the shapes yet. */
    @Test
    void readMotion_fileOfAnotherNet_isReadAndRefusedWhereItIsUsed() throws IOException {
        Path file = folder.resolve("other.safetensors");
        SafetensorsWriter.write(
                file, List.of(stored("conv_in.conv1d.weight", Shape.of(8, 8, 4))), Map.of("base", "another"));
        String message = "expected conv_in.conv1d.weight [8, 8, 3], but was [8, 8, 4] (" + folder.resolve("base") + ")";

        StoredMotion stored = model.storage().readMotion(file);

        assertThat(stored.metadata()).containsEntry("base", "another");
        assertThatThrownBy(() -> model.noisePredictor(stored.weights(), Shape.of(1, 4, 2, 4, 4)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage(message);
    }

    // --- the whole video UNet ---

    @Test
    void writeVideoUNet_isReadBackAsTheSamePatternAndTheNormsThatAreNotTrained() throws IOException {
        MotionWeights motion = TinyModel.motion(model, LAMP);

        model.storage().writeVideoUNet(folder.resolve("whole"), motion);

        StoredMotion stored = model.storage().readMotion(folder.resolve("whole"));
        assertThat(stored.metadata()).isEmpty();
        TreeSet<String> expected = new TreeSet<>(motion.names());
        expected.addAll(model.freshMotion(List.of("norm_temp"), 0).names());
        assertThat(new TreeSet<>(stored.weights().names())).isEqualTo(expected);
        for (Parameter parameter : motion.parameters()) {
            assertThat(stored.weights().parameter(parameter.name()).values()).isEqualTo(parameter.values());
        }
        for (Parameter norm : model.freshMotion(List.of("norm_temp"), 0).parameters()) {
            assertThat(stored.weights().parameter(norm.name()).values()).isEqualTo(norm.values());
        }
    }

    @Test
    void writeVideoUNet_baseInHalfPrecision_hasItsValuesInFloat32() throws IOException {
        Path half = TwoForms.VERSION_1.writeFolder(folder, StoredPrecision.FLOAT16);
        try (Backbone backbone = Backbone.load(half)) {
            BackboneModel ofHalf = backbone.model();
            ofHalf.storage().writeVideoUNet(folder.resolve("whole"), ofHalf.freshMotion(LAMP, 1));
        }

        try (Checkpoint base = Checkpoint.open(half.resolve(TinyLora.UNET));
                Checkpoint written =
                        Checkpoint.open(folder.resolve("whole/unet/" + ModelFiles.UNET_WEIGHTS + ".bin"))) {
            Set<String> copied = new TreeSet<>();
            for (String name : written.names()) {
                StoredTensor tensor = written.tensor(name);
                assertThat(tensor.type()).as(name).isEqualTo(StoredType.F32);
                String key = UNetInflation.imageKey(name);
                if (base.contains(key)) {
                    copied.add(key);
                    assertThat(tensor.floats())
                            .as(name)
                            .isEqualTo(base.tensor(key).floats());
                }
            }
            assertThat(copied).containsExactlyInAnyOrderElementsOf(base.names());
        }
    }

    @Test
    void readMotion_folderThatHoldsTheUNetFolder_orTheUNetFolderItself_isTheSame() throws IOException {
        model.storage().writeVideoUNet(folder.resolve("whole"), TinyModel.motion(model, LAMP));

        assertThat(model.storage()
                        .readMotion(folder.resolve("whole/unet"))
                        .weights()
                        .names())
                .isEqualTo(model.storage()
                        .readMotion(folder.resolve("whole"))
                        .weights()
                        .names());
    }

    @Test
    void readMotion_trainedCopyEqualToTheBase_isLeftOut() throws IOException {
        MotionWeights fresh = model.freshMotion(LAMP, 1);
        model.storage().writeVideoUNet(folder.resolve("whole"), fresh);

        assertThat(model.storage().readMotion(folder.resolve("whole")).weights().names())
                .noneMatch(name -> name.endsWith("attn1.to_q.weight"))
                .anyMatch(name -> name.endsWith("attn_temp.to_q.weight"));
    }

    @Test
    void writeVideoUNet_config_hasTheNamesOfTheOriginalProgramAndAllElseOfTheBase() throws IOException {
        model.storage().writeVideoUNet(folder, TinyModel.motion(model, LAMP));

        ObjectMapper json = new ObjectMapper();
        JsonNode written = json.readTree(folder.resolve("unet/config.json").toFile());
        ObjectNode expected = (ObjectNode)
                json.readTree(folder.resolve("base/unet/config.json").toFile());
        expected.put("_class_name", "UNet3DConditionModel");
        expected.put("mid_block_type", "UNetMidBlock3DCrossAttn");
        expected.put("use_temp", true);
        expected.set("down_block_types", json.readTree("[\"CrossAttnDownBlock3D\", \"DownBlock3D\"]"));
        expected.set("up_block_types", json.readTree("[\"UpBlock3D\", \"CrossAttnUpBlock3D\"]"));
        assertThat(written).isEqualTo(expected);
    }

    @Test
    void writeVideoUNet_weights_areEveryParameterOfTheVideoUNetInPyTorchsFormat() throws IOException {
        MotionWeights motion = TinyModel.motion(model, LAMP);
        model.storage().writeVideoUNet(folder, motion);

        try (Checkpoint written = Checkpoint.open(folder.resolve("unet/diffusion_pytorch_model.bin"));
                Checkpoint base = Checkpoint.open(folder.resolve("base").resolve(TinyModel.UNET))) {
            assertThat(written.tensor("conv_in.conv2d.weight").floats())
                    .isEqualTo(base.tensor("conv_in.weight").floats());
            for (String key : base.names()) {
                String video = written.contains(key) ? key : key.replaceFirst("(weight|bias)$", "conv2d.$1");
                assertThat(written.tensor(video).shape())
                        .isEqualTo(base.tensor(key).shape());
            }
            assertThat(written.names()).containsAll(motion.names());
        }
        try (Stream<Path> files = Files.list(folder.resolve("unet"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("config.json", "diffusion_pytorch_model.bin");
        }
    }

    @Test
    void readMotion_videoUNetOfOtherDimensions_isRefusedWithBoth() throws IOException {
        model.storage().writeVideoUNet(folder.resolve("whole"), TinyModel.motion(model, LAMP));
        Path config = folder.resolve("whole/unet/config.json");
        Files.writeString(
                config, Files.readString(config).replace("\"attention_head_dim\" : 2", "\"attention_head_dim\" : 4"));

        assertThatThrownBy(() -> model.storage().readMotion(folder.resolve("whole")))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("expected a video UNet with the dimensions of its base VideoUNetConfig[")
                .hasMessageContaining("heads=2, ")
                .hasMessageContaining("heads=4, ")
                .hasMessageEndingWith("(" + folder.resolve("whole/unet") + ")");
    }

    @Test
    void readMotion_videoUNetWithAnUnknownOrMissingOrMisshapenTensor_isRefusedByName() throws IOException {
        model.storage().writeVideoUNet(folder.resolve("whole"), TinyModel.motion(model, LAMP));
        Path file = folder.resolve("whole/unet/diffusion_pytorch_model.bin");
        List<StoredTensor> tensors = new ArrayList<>();
        try (Checkpoint written = Checkpoint.open(file)) {
            for (String name : written.names()) {
                tensors.add(written.tensor(name));
            }
        }
        StoredTensor last = tensors.remove(tensors.size() - 1);

        TorchWriter.write(file, tensors);
        assertThatThrownBy(() -> model.storage().readMotion(folder.resolve("whole")))
                .hasMessageStartingWith("expected tensor " + last.name() + ", but was no such key");

        tensors.add(stored(last.name(), Shape.of(99)));
        TorchWriter.write(file, tensors);
        assertThatThrownBy(() -> model.storage().readMotion(folder.resolve("whole")))
                .isInstanceOf(IOException.class)
                .hasMessage("expected " + last.name() + " " + last.shape() + ", but was [99] (" + file + ")");

        tensors.set(tensors.size() - 1, stored("conv_ouch.weight", Shape.of(1)));
        TorchWriter.write(file, tensors);
        assertThatThrownBy(() -> model.storage().readMotion(folder.resolve("whole")))
                .isInstanceOf(IOException.class)
                .hasMessage("expected the parameters of a video UNet, but was conv_ouch.weight (" + file + ")");
    }

    private static MotionWeights motion(String name, Shape shape) {
        return MotionWeights.of(List.of(new Parameter(name, shape, direct(shape))));
    }

    private static StoredTensor stored(String name, Shape shape) {
        return StoredTensor.of(name, shape, direct(shape));
    }

    private static FloatBuffer direct(Shape shape) {
        return ByteBuffer.allocateDirect(4 * Math.toIntExact(shape.elementCount()))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
