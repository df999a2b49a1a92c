package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.motion.StoredMotion;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.LossScale;
import org.lamp4j.spi.MotionTrainer.State;
import org.lamp4j.spi.TrainingCheckpoint;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

class TrainingFileTest {

    private static final List<String> MODULES = List.of("conv_gate");

    @TempDir
    private Path folder;

    private BackboneModel model;
    private Path file;

    @BeforeEach
    void open() throws IOException {
        model = TinyModel.in(folder.resolve("base")).open();
        file = folder.resolve("checkpoint.safetensors");
    }

    @AfterEach
    void close() {
        model.close();
    }

    private TrainingCheckpoint checkpoint() {
        MotionWeights weights = TinyModel.motion(model, MODULES);
        State state = new State(weights, times(weights, 2), times(weights, 3), 7, new LossScale(1024, 1999, 5));
        return new TrainingCheckpoint(state, FloatTensor.of(Shape.of(3), 3, 2, 1), Map.of("steps", "3"));
    }

    private static MotionWeights times(MotionWeights weights, float factor) {
        List<Parameter> products = new ArrayList<>();
        for (Parameter parameter : weights.parameters()) {
            FloatBuffer product = ByteBuffer.allocateDirect(
                            Float.BYTES * parameter.values().remaining())
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
            for (int index = 0; index < product.capacity(); index++) {
                product.put(index, factor * parameter.values().get(index));
            }
            products.add(new Parameter(parameter.name(), parameter.shape(), product));
        }
        return MotionWeights.of(products);
    }

    private static void assertSame(MotionWeights actual, MotionWeights expected) {
        assertThat(actual.names()).containsExactlyElementsOf(expected.names());
        for (Parameter parameter : expected.parameters()) {
            assertThat(actual.parameter(parameter.name()).shape()).isEqualTo(parameter.shape());
            assertThat(actual.parameter(parameter.name()).values())
                    .as(parameter.name())
                    .isEqualTo(parameter.values());
        }
    }

    @Test
    void writeCheckpoint_isReadBackBitForBit() throws IOException {
        TrainingCheckpoint written = checkpoint();

        model.storage().writeCheckpoint(file, written);

        TrainingCheckpoint read = model.storage().readCheckpoint(file);
        assertSame(read.state().weights(), written.state().weights());
        assertSame(read.state().firstMoments(), written.state().firstMoments());
        assertSame(read.state().secondMoments(), written.state().secondMoments());
        assertThat(read.state().updateCount()).isEqualTo(7);
        assertThat(read.state().lossScale()).isEqualTo(new LossScale(1024, 1999, 5));
        assertThat(read.losses().toArray()).containsExactly(3, 2, 1);
        assertThat(read.metadata()).isEqualTo(Map.of("steps", "3"));
    }

    @Test
    void readMotion_checkpoint_isThePatternAlone() throws IOException {
        TrainingCheckpoint written = checkpoint();
        model.storage().writeCheckpoint(file, written);

        StoredMotion motion = model.storage().readMotion(file);

        assertSame(motion.weights(), written.state().weights());
        assertThat(motion.metadata()).isEqualTo(Map.of("steps", "3"));
    }

    @Test
    void writeCheckpoint_parametersOfAnotherNet_areRefusedAndNothingIsWritten() {
        MotionWeights other = MotionWeights.of(List.of(new Parameter(
                "conv_ouch", Shape.of(1), ByteBuffer.allocateDirect(4).asFloatBuffer())));
        TrainingCheckpoint checkpoint = new TrainingCheckpoint(
                new State(other, other, other, 1, LossScale.initial()), FloatTensor.of(Shape.of(1), 1), Map.of());

        assertThatThrownBy(() -> model.storage().writeCheckpoint(file, checkpoint))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected parameters of the base's video UNet, but was conv_ouch (");
        assertThat(file).doesNotExist();
    }

    @Test
    void readCheckpoint_pattern_isRefused() throws IOException {
        model.storage().writeMotion(file, TinyModel.motion(model, MODULES), StoredPrecision.FLOAT32, Map.of());

        assertThatThrownBy(() -> model.storage().readCheckpoint(file))
                .isInstanceOf(IOException.class)
                .hasMessage("expected a checkpoint to go on training from, but was a file without the optimiser's"
                        + " moments (" + file + ")");
    }

    @Test
    void readCheckpoint_missingOrMisshapenTensor_isRefusedByName() throws IOException {
        model.storage().writeCheckpoint(file, checkpoint());
        List<StoredTensor> tensors = new ArrayList<>();
        try (Checkpoint written = Checkpoint.open(file)) {
            written.names().forEach(name -> tensors.add(written.tensor(name)));
        }

        rewriteWithout(tensors, "training/losses");
        assertThatThrownBy(() -> model.storage().readCheckpoint(file))
                .isInstanceOf(IOException.class)
                .hasMessage("expected training/losses, but there is none (" + file + ")");

        rewriteWithout(tensors, "training/losses", stored("training/losses", Shape.of(3, 1)));
        assertThatThrownBy(() -> model.storage().readCheckpoint(file))
                .isInstanceOf(IOException.class)
                .hasMessage("expected training/losses F32 of 1 axes, but was F32 [3, 1] (" + file + ")");

        String moment = "training/first_moment/conv_in.conv_gate.bias";
        rewriteWithout(tensors, moment, stored(moment, Shape.of(2)));
        assertThatThrownBy(() -> model.storage().readCheckpoint(file))
                .isInstanceOf(IOException.class)
                .hasMessage("expected a moment of the shape of its parameter conv_in.conv_gate.bias, but was [2] ("
                        + file + ")");
    }

    private void rewriteWithout(List<StoredTensor> tensors, String name, StoredTensor... instead) throws IOException {
        List<StoredTensor> all = new ArrayList<>(List.of(instead));
        tensors.stream().filter(tensor -> !tensor.name().equals(name)).forEach(all::add);
        SafetensorsWriter.write(file, all, Map.of());
    }

    private static StoredTensor stored(String name, Shape shape) {
        return StoredTensor.of(
                name,
                shape,
                ByteBuffer.allocateDirect(Float.BYTES * (int) shape.elementCount())
                        .order(ByteOrder.nativeOrder())
                        .asFloatBuffer());
    }
}
