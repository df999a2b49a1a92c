package org.lamp4j.onnx.backbone;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.onnx.weights.StoredType;
import org.lamp4j.spi.LossScale;
import org.lamp4j.spi.MotionTrainer.State;
import org.lamp4j.spi.TrainingCheckpoint;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/**
 * Training runs on disk: a pattern's file, in which {@code training/first_moment/<key>},
 * {@code training/second_moment/<key>}, {@code training/losses}, {@code training/update_count} and
 * {@code training/loss_scale} stand besides the parameters.
 */
final class TrainingFile {

    private static final String TRAINING = "training/";
    private static final String FIRST_MOMENT = TRAINING + "first_moment/";
    private static final String SECOND_MOMENT = TRAINING + "second_moment/";
    private static final String LOSSES = TRAINING + "losses";
    private static final String UPDATE_COUNT = TRAINING + "update_count";
    private static final String LOSS_SCALE = TRAINING + "loss_scale";

    private TrainingFile() {}

    /** Returns whether a tensor is one that the pattern alone does not have. */
    static boolean isTrainings(String name) {
        return name.startsWith(TRAINING);
    }

    static void write(Path path, TrainingCheckpoint checkpoint) throws IOException {
        State state = checkpoint.state();
        List<StoredTensor> tensors = new ArrayList<>();
        add(tensors, "", state.weights());
        add(tensors, FIRST_MOMENT, state.firstMoments());
        add(tensors, SECOND_MOMENT, state.secondMoments());
        tensors.add(stored(LOSSES, checkpoint.losses()));
        tensors.add(StoredTensor.of(
                UPDATE_COUNT,
                Shape.of(),
                StoredType.I32,
                ByteBuffer.allocateDirect(Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(0, state.updateCount())));
        LossScale scale = state.lossScale();
        tensors.add(stored(
                LOSS_SCALE, FloatTensor.of(Shape.of(3), scale.value(), scale.batchesSinceChange(), scale.overflows())));
        SavedFile.write(path, tensors, checkpoint.metadata(), StoredType.F32);
    }

    private static void add(List<StoredTensor> tensors, String prefix, MotionWeights weights) {
        for (Parameter parameter : weights.parameters()) {
            tensors.add(StoredTensor.of(prefix + parameter.name(), parameter.shape(), parameter.values()));
        }
    }

    private static StoredTensor stored(String name, FloatTensor tensor) {
        FloatBuffer values = ByteBuffer.allocateDirect(
                        Math.toIntExact(tensor.shape().elementCount()) * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        values.put(tensor.values()).flip();
        return StoredTensor.of(name, tensor.shape(), values);
    }

    static TrainingCheckpoint read(Path path) throws IOException {
        try (SavedFile saved = SavedFile.open(path)) {
            Checkpoint file = saved.content();
            if (file.names().stream().noneMatch(TrainingFile::isTrainings)) {
                throw new ModelFormatException(
                        "expected a checkpoint to go on training from, but was a file without the"
                                + " optimiser's moments (" + path + ")",
                        path);
            }
            List<Parameter> weights = new ArrayList<>();
            List<Parameter> firstMoments = new ArrayList<>();
            List<Parameter> secondMoments = new ArrayList<>();
            for (String name : file.names()) {
                if (!isTrainings(name)) {
                    weights.add(SavedFile.parameter(name, file.tensor(name), file));
                } else if (name.startsWith(FIRST_MOMENT)) {
                    firstMoments.add(moment(file, name, FIRST_MOMENT));
                } else if (name.startsWith(SECOND_MOMENT)) {
                    secondMoments.add(moment(file, name, SECOND_MOMENT));
                }
            }
            StoredTensor losses = tensor(file, LOSSES, StoredType.F32, 1);
            State state = new State(
                    MotionWeights.of(weights),
                    MotionWeights.of(firstMoments),
                    MotionWeights.of(secondMoments),
                    tensor(file, UPDATE_COUNT, StoredType.I32, 0).data().getInt(0),
                    lossScale(file));
            return new TrainingCheckpoint(state, losses.toTensor(), saved.metadata());
        }
    }

    private static LossScale lossScale(Checkpoint file) throws IOException {
        FloatBuffer numbers = tensor(file, LOSS_SCALE, StoredType.F32, 1).floats();
        if (numbers.remaining() != 3) {
            throw new ModelFormatException(
                    "expected " + LOSS_SCALE + " of 3 numbers, but was " + numbers.remaining() + " (" + file.file()
                            + ")",
                    file.file(),
                    LOSS_SCALE);
        }
        float value = numbers.get(0);
        int batchesSinceChange = (int) numbers.get(1);
        int overflows = (int) numbers.get(2);
        Optional<String> problem = LossScale.problem(value, batchesSinceChange, overflows);
        if (problem.isPresent()) {
            throw new ModelFormatException(problem.get() + " (" + file.file() + ")", file.file(), LOSS_SCALE);
        }
        return new LossScale(value, batchesSinceChange, overflows);
    }

    private static Parameter moment(Checkpoint file, String name, String prefix) throws IOException {
        String parameter = name.substring(prefix.length());
        StoredTensor moment = file.tensor(name);
        if (!file.contains(parameter)
                || !moment.shape().equals(file.tensor(parameter).shape())) {
            throw new ModelFormatException(
                    "expected a moment of the shape of its parameter " + parameter + ", but was " + moment.shape()
                            + " (" + file.file() + ")",
                    file.file(),
                    name);
        }
        return SavedFile.parameter(parameter, moment, file);
    }

    private static StoredTensor tensor(Checkpoint file, String name, StoredType type, int rank) throws IOException {
        if (!file.contains(name)) {
            throw new ModelFormatException(
                    "expected " + name + ", but there is none (" + file.file() + ")", file.file(), name);
        }
        StoredTensor tensor = file.tensor(name);
        if (tensor.type() != type || tensor.shape().rank() != rank) {
            throw new ModelFormatException(
                    "expected " + name + " " + type + " of " + rank + " axes, but was " + tensor.type() + " "
                            + tensor.shape() + " (" + file.file() + ")",
                    file.file(),
                    name);
        }
        return tensor;
    }
}
