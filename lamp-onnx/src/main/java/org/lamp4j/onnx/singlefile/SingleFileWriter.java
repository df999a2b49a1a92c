package org.lamp4j.onnx.singlefile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.PredictionType;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.model.NetworkParameters;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.onnx.weights.StoredType;
import org.lamp4j.spi.SingleFileModel.Vocabulary;
import org.lamp4j.tensor.Shape;

/**
 * Writes a model as one file in the original layout, each tensor in the type it has; those that are one tensor there
 * become float32 if their types differ.
 */
public final class SingleFileWriter {

    private static final String ARCHITECTURE = "modelspec.architecture";

    private final SingleFile model;
    private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    private final Map<String, StoredTensor[]> thirds = new LinkedHashMap<>();

    private SingleFileWriter(SingleFile model) {
        this.model = model;
    }

    /**
     * Writes a file. The original layout keeps no dimensions but those of its tensors, and OpenCLIP's last layer, which
     * nothing uses, is written as zeros.
     *
     * @param model the model's networks, from wherever they are
     * @param file the file; replaced if it exists
     * @throws ModelFormatException if the original layout implies other dimensions or another noise schedule than the
     *     model's; the message holds both
     * @throws IOException if it cannot be written
     */
    public static void write(SingleFile model, Path file) throws IOException {
        new SingleFileWriter(model).write(file);
    }

    private void write(Path file) throws IOException {
        boolean second = model.vocabulary() == Vocabulary.OPEN_CLIP;
        TextLayout textLayout = second ? TextLayout.OPEN_CLIP : TextLayout.CLIP;
        add(NetworkParameters.of(model.unetConfig()), model.unet(), new UNetLayout(model.unetConfig()));
        add(NetworkParameters.of(model.vaeConfig()), model.vae(), new VaeLayout(model.vaeConfig()));
        add(NetworkParameters.of(model.textConfig()), model.text(), textLayout);
        thirds.forEach((name, parts) -> tensors.put(name, joined(name, parts)));
        if (second) {
            addUnusedLayer();
        }
        NoiseSchedule schedule = model.noiseSchedule();
        if (schedule.endsInPureNoise()) {
            addMark(Prediction.V_MARK);
            addMark(Prediction.ZERO_SNR_MARK);
        }
        Map<String, String> notes = notes(second);
        checkReadsBack(notes);
        SafetensorsWriter.write(file, tensors.values(), notes);
    }

    private void add(Map<String, Shape> parameters, Checkpoint network, OriginalKey.Layout layout)
            throws ModelFormatException {
        for (Map.Entry<String, Shape> parameter : parameters.entrySet()) {
            String key = parameter.getKey();
            StoredTensor tensor = network.require(network.contains(key) ? key : VaeLayout.older(key));
            OriginalKey original = layout.of(key);
            if (original.third().isPresent()) {
                thirds.computeIfAbsent(original.name(), name -> new StoredTensor[3])[
                        original.third().get()] = tensor;
            } else {
                tensors.put(original.name(), original(tensor, original.name()));
            }
        }
    }

    /** The auto-encoder's attention is made of 1×1 convolutions there. */
    private static StoredTensor original(StoredTensor tensor, String name) {
        Shape shape = tensor.shape();
        boolean isPointwise = name.startsWith(VaeLayout.PREFIX) && name.contains(".attn_") && shape.rank() == 2;
        return tensor.as(name, isPointwise ? Shape.of(shape.size(0), shape.size(1), 1, 1) : shape);
    }

    private static StoredTensor joined(String name, StoredTensor[] parts) {
        // A LoRA of some of them: its sums are float32.
        if (Arrays.stream(parts).map(StoredTensor::type).distinct().count() > 1) {
            StoredTensor joined = parts[0].followedBy(List.of(parts).subList(1, parts.length));
            return joined.as(name, joined.shape());
        }
        int[] sizes = parts[0].shape().sizes();
        sizes[0] *= parts.length;
        Shape shape = Shape.of(sizes);
        ByteBuffer data = allocate(shape, parts[0].type());
        for (StoredTensor part : parts) {
            data.put(part.data());
        }
        return StoredTensor.of(name, shape, parts[0].type(), data.flip());
    }

    private void addUnusedLayer() {
        String last = TextLayout.RESIDUAL_BLOCKS + (model.textConfig().layers() - 1) + ".";
        String unused = TextLayout.RESIDUAL_BLOCKS + model.textConfig().layers() + ".";
        Map<String, StoredTensor> layer = tensors.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(last))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        layer.forEach((name, tensor) -> {
            String copied = name.replace(last, unused);
            tensors.put(copied, zeros(copied, tensor.shape(), tensor.type()));
        });
    }

    private void addMark(String name) {
        tensors.put(name, zeros(name, Shape.of(0), StoredType.F32));
    }

    private static StoredTensor zeros(String name, Shape shape, StoredType type) {
        return StoredTensor.of(name, shape, type, allocate(shape, type));
    }

    private static ByteBuffer allocate(Shape shape, StoredType type) {
        return ByteBuffer.allocateDirect(Math.toIntExact(shape.elementCount() * type.byteWidth()))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private Map<String, String> notes(boolean second) {
        boolean velocity = model.noiseSchedule().predictionType() == PredictionType.V_PREDICTION;
        int side = model.unetConfig().sampleSize() * model.vaeConfig().factor();
        Map<String, String> notes = new LinkedHashMap<>();
        notes.put("format", "pt");
        notes.put(
                ARCHITECTURE,
                second ? velocity ? "stable-diffusion-v2-768-v" : "stable-diffusion-v2-512" : "stable-diffusion-v1");
        notes.put(Prediction.NOTE, velocity ? Prediction.V : PredictionType.EPSILON.configName());
        notes.put(Resolution.NOTE, side + "x" + side);
        return notes;
    }

    /** What is not in the file must be what a reader takes for granted. */
    private void checkReadsBack(Map<String, String> notes) throws ModelFormatException {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        Architecture read = Architecture.of(
                new TensorShapes(shapes, folder()),
                Resolution.in(notes),
                model.noiseSchedule().predictionType());
        require(read.unet().equals(model.unetConfig()), read.unet(), model.unetConfig(), model.unet());
        require(read.vae().equals(model.vaeConfig()), read.vae(), model.vaeConfig(), model.vae());
        ClipTextConfig text = model.textConfig();
        require(read.text().equals(text), read.text(), text, model.text());
        NoiseSchedule implied =
                NoiseSchedule.stableDiffusion(model.noiseSchedule().predictionType());
        implied = model.noiseSchedule().endsInPureNoise() ? implied.withZeroTerminalSnr() : implied;
        String schedule = model.noiseSchedule().description();
        require(schedule.equals(implied.description()), implied.description(), schedule, model.unet());
    }

    /** The folder of all networks, as a whole in messages about no one of them. */
    private Path folder() {
        return model.unet().file().toAbsolutePath().resolve("../..").normalize();
    }

    private static void require(boolean isSame, Object implied, Object actual, Checkpoint where)
            throws ModelFormatException {
        if (!isSame) {
            throw new ModelFormatException(
                    "expected a model that one file can hold, which has " + implied + ", but was " + actual + " ("
                            + where.file() + ")",
                    where.file());
        }
    }
}
