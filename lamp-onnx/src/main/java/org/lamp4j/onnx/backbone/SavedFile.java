package org.lamp4j.onnx.backbone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.motion.MotionWeights.Source;
import org.lamp4j.motion.PatternMetadata;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.onnx.weights.StoredType;

/** A pattern or a training run on disk, with a checksum of all that is in it. */
final class SavedFile implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(SavedFile.class.getName());

    private final Checkpoint content;

    private SavedFile(Checkpoint content) {
        this.content = content;
    }

    /**
     * Opens a file and compares it with its checksum. One without is taken as it is, unless it is of a version that has
     * one.
     *
     * @throws IOException if it cannot be read or is damaged
     */
    static SavedFile open(Path path) throws IOException {
        Checkpoint content = Checkpoint.open(path);
        boolean isVerified = content.verifyChecksum();
        if (!isVerified && PatternMetadata.promiseChecksum(content.metadata())) {
            throw new ModelFormatException(
                    "expected a checksum, but was none; the file is damaged: take another copy of it (" + path + ")",
                    path);
        }
        if (!isVerified) {
            LOG.log(System.Logger.Level.INFO, "{0} has no checksum; damage to it would not be noticed", path);
        }
        return new SavedFile(content);
    }

    static void write(Path path, List<StoredTensor> tensors, Map<String, String> metadata, StoredType floatType)
            throws IOException {
        SafetensorsWriter.writeWithChecksum(path, tensors, metadata, floatType);
    }

    Checkpoint content() {
        return content;
    }

    /** Returns the notes but for the checksum, which is of this file alone. */
    Map<String, String> metadata() {
        Map<String, String> notes = new LinkedHashMap<>(content.metadata());
        notes.remove(Checkpoint.CHECKSUM);
        return notes;
    }

    /** Returns a tensor as a parameter, a view of the file where it is stored as float32. */
    static Parameter parameter(String name, StoredTensor tensor, Checkpoint content) {
        boolean isView = tensor.type() == StoredType.F32;
        return new Parameter(
                name, tensor.shape(), tensor.floats(), isView ? content::requireUnchanged : Source.OWN_MEMORY);
    }

    @Override
    public void close() {
        content.close();
    }
}
