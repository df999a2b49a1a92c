package org.lamp4j.onnx.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.lamp4j.errors.ModelFormatException;

/**
 * What a reader found in a file.
 *
 * @param tensors the tensors by name, in the file's order
 * @param metadata the file's notes, empty where the format has none
 */
record Contents(Map<String, StoredTensor> tensors, Map<String, String> metadata) {

    /**
     * What PyTorch before 1.6 begins with: protocol 2 and the magic number's opcode. Like the others, too much for the
     * length of a safetensors header.
     */
    private static final int BARE_PICKLE = 0x0a8a0280;

    /** {@code vers}, from the first line of a pointer. */
    private static final int GIT_LFS_POINTER = 0x73726576;

    /** Reads the folder of tensors of one format. */
    @FunctionalInterface
    interface Format {
        Contents read(MappedFile file) throws IOException;
    }

    /** Reads a file, whose first bytes tell the format. */
    static Contents of(MappedFile file) throws IOException {
        ByteBuffer start = file.slice(0, Math.min(file.size(), Integer.BYTES));
        int magic = start.remaining() < Integer.BYTES ? 0 : start.getInt(0);
        return switch (magic) {
            case ZipDirectory.LOCAL_HEADER -> of(file, TorchReader::read);
            case BARE_PICKLE -> of(file, LegacyTorchReader::read);
            case GIT_LFS_POINTER ->
                throw new ModelFormatException(
                        "expected weights, but was a Git LFS pointer to them; fetch them with git lfs pull ("
                                + file.path() + ")",
                        file.path());
            default -> of(file, SafetensorsReader::read);
        };
    }

    /**
     * Reads a file that may hold anything. What surfaces of a parser in spite of its checks, such as an index out of
     * bounds, is a refusal of this file and no failure of the program.
     */
    static Contents of(MappedFile file, Format format) throws IOException {
        try {
            return format.read(file);
        } catch (RuntimeException e) {
            throw new ModelFormatException(
                    "expected a well-formed file of weights, but was broken: " + e + " (" + file.path() + ")",
                    file.path(),
                    e);
        }
    }
}
