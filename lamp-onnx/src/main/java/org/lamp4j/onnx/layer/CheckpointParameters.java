package org.lamp4j.onnx.layer;

import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.TensorType;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.tensor.Shape;

/**
 * Frozen parameters as they lie in a checkpoint, in its element type; their data are not copied. What a network asks
 * for and the file does not hold is an {@link UncheckedIOException} with the {@link ModelFormatException} as its cause,
 * since layers know no files; whoever opens a model builds its networks once and throws that cause.
 */
public final class CheckpointParameters implements ParameterSource {

    private final Checkpoint checkpoint;
    private final String prefix;
    private final Set<String> used = new HashSet<>();

    /**
     * Takes parameters from a checkpoint.
     *
     * @param checkpoint the checkpoint, which must stay open as long as graphs made from it are in use
     */
    public CheckpointParameters(Checkpoint checkpoint) {
        this(checkpoint, "");
    }

    /**
     * Takes parameters from a checkpoint for one of several networks in the same graph.
     *
     * @param checkpoint the checkpoint, which must stay open as long as graphs made from it are in use
     * @param prefix what the names of this network's weights begin with in the graph, before their key
     */
    public CheckpointParameters(Checkpoint checkpoint, String prefix) {
        this.checkpoint = checkpoint;
        this.prefix = prefix;
    }

    @Override
    public Value declare(Graph graph, String key, Shape shape) {
        try {
            StoredTensor tensor = stored(key, shape);
            used.add(key);
            return graph.weight(prefix + key, new TensorType(elementType(tensor), shape), tensor.data());
        } catch (ModelFormatException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private StoredTensor stored(String key, Shape shape) throws ModelFormatException {
        StoredTensor tensor = checkpoint.require(key);
        if (!fits(tensor.shape(), shape)) {
            throw new ModelFormatException(
                    "expected " + key + " " + shape + ", but was " + tensor.shape() + " (" + checkpoint.file() + ")",
                    checkpoint.file(),
                    key);
        }
        return tensor;
    }

    @Override
    public boolean contains(String key) {
        return checkpoint.contains(key);
    }

    /**
     * Returns what no network asked for.
     *
     * @return keys of the checkpoint that were never declared, sorted
     */
    public List<String> unusedKeys() {
        return checkpoint.names().stream()
                .filter(key -> !used.contains(key))
                .sorted()
                .toList();
    }

    /** A linear map may be stored as a 1×1 convolution. */
    private static boolean fits(Shape stored, Shape wanted) {
        if (stored.rank() != wanted.rank() + 2 || wanted.rank() != 2) {
            return stored.equals(wanted);
        }
        return stored.equals(Shape.of(wanted.size(0), wanted.size(1), 1, 1));
    }

    private ElementType elementType(StoredTensor tensor) throws ModelFormatException {
        return switch (tensor.type()) {
            case F32 -> ElementType.FLOAT;
            case F16 -> ElementType.FLOAT16;
            case BF16 -> ElementType.BFLOAT16;
            case F64 -> ElementType.DOUBLE;
            case I64, I32, I16, I8, U8, BOOL ->
                throw new ModelFormatException(
                        "expected " + tensor.name() + " to be floating-point, but was " + tensor.type() + " ("
                                + checkpoint.file() + ")",
                        checkpoint.file(),
                        tensor.name());
        };
    }
}
