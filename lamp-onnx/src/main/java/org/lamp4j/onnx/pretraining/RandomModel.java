package org.lamp4j.onnx.pretraining;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.lamp4j.files.AtomicFolder;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.onnx.weights.StoredType;
import org.lamp4j.tensor.Shape;
import org.lamp4j.text.ClipTokenizer;

/**
 * A text-to-image model with random weights: it paints nothing, but takes the time and the memory of a real one of its
 * dimensions. For dry runs and measurements where the real weights are not at hand.
 *
 * <p>Weights are uniform in ±1/√fan-in, biases 0 and scales of norms 1, as in {@link InitialValues} but without its zeros;
 * activations stay small enough for float16. The tokenizer is {@linkplain ClipTokenizer#untrained untrained}, the noise
 * schedule Stable Diffusion's.
 *
 * @param config dimensions of its networks
 * @param type how weights are stored: {@link StoredType#F32}, or {@link StoredType#F16} for half the size
 * @param seed where the weights come from; the same seed gives the same files
 */
public record RandomModel(BaseModelConfig config, StoredType type, long seed) {

    /** Checks the type. */
    public RandomModel {
        if (type != StoredType.F32 && type != StoredType.F16) {
            throw new IllegalArgumentException("expected F32 or F16, but was " + type + " (RandomModel)");
        }
    }

    /**
     * Counts the parameters.
     *
     * @return number of weights of all networks together
     */
    public long parameterCount() {
        return Stream.of(config.textParameters(), config.vaeParameters(), config.unetParameters())
                .flatMap(shapes -> shapes.values().stream())
                .mapToLong(Shape::elementCount)
                .sum();
    }

    /**
     * Writes the model, a chunk of a tensor at a time. The directory appears whole or not at all: it is written beside its
     * place and then renamed.
     *
     * @param directory where to; may be there if it is empty
     * @throws FileAlreadyExistsException if it holds something
     * @throws IOException if it cannot be written, or the disk has not enough room
     * @throws CancellationException if the thread is interrupted; nothing remains
     */
    public void write(Path directory) throws IOException {
        Path place = directory.toAbsolutePath().normalize();
        if (Files.exists(place) && !isEmptyDirectory(place)) {
            throw new FileAlreadyExistsException(
                    directory.toString(), null, "expected a new or an empty directory for a model");
        }
        Files.createDirectories(place.getParent());
        checkRoom(place.getParent());
        AtomicFolder.write(place, this::writeFiles);
    }

    private void writeFiles(Path directory) throws IOException {
        BaseModel files = new BaseModel(directory);
        ClipTokenizer.untrained(config.text().vocabularySize(), config.text().positions())
                .write(directory.resolve("tokenizer"));
        files.writeSchedule();
        files.writeTextEncoder(config.text(), random(config.textParameters()), type);
        files.writeVae(config.vae(), random(config.vaeParameters()), type);
        files.writeUNet(config.unet(), random(config.unetParameters()), type);
    }

    private List<StoredTensor> random(Map<String, Shape> shapes) {
        return shapes.entrySet().stream()
                .map(entry -> random(entry.getKey(), entry.getValue()))
                .toList();
    }

    private StoredTensor random(String key, Shape shape) {
        return StoredTensor.generated(key, shape, () -> {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("writing a model was interrupted before " + key);
            }
            return InitialValues.random(key, shape, seed);
        });
    }

    private void checkRoom(Path directory) throws IOException {
        long needed = parameterCount() * type.byteWidth();
        long usable = Files.getFileStore(directory).getUsableSpace();
        if (usable < needed) {
            throw new IOException(
                    "expected " + needed + " bytes of room for a model, but was " + usable + " (" + directory + ")");
        }
    }

    private static boolean isEmptyDirectory(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (Stream<Path> inside = Files.list(path)) {
            return inside.findAny().isEmpty();
        }
    }
}
