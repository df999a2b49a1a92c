package org.lamp4j.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.lamp4j.errors.ModelFormatException;

/**
 * Reads the text files of a model folder. Each kind of file has a size that no honest one comes near; a larger one is
 * refused before it is read.
 */
public final class ModelText {

    /** Limit of a configuration; those of Stable Diffusion have 2 kB. */
    public static final int MAX_CONFIG_BYTES = 1 << 20;

    /** Limit of a vocabulary or a list of merges; those of CLIP have 0.9 and 0.5 MB. */
    public static final int MAX_VOCABULARY_BYTES = 1 << 23;

    private ModelText() {}

    /**
     * Reads a file of text.
     *
     * @param file a file in UTF-8
     * @param maxBytes how large it may be
     * @return its text
     * @throws NoSuchFileException if there is no such file
     * @throws IOException if it is no regular file (a pipe would never end), too large, or not UTF-8; the message names
     *     it
     */
    public static String read(Path file, int maxBytes) throws IOException {
        if (Files.notExists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        RegularFile.require(file);
        long size = Files.size(file);
        if (size > maxBytes) {
            throw new ModelFormatException(
                    "expected a file of at most " + maxBytes + " bytes, but was " + size + " (" + file + ")", file);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ModelFormatException("expected text in UTF-8, but was something else (" + file + ")", file, e);
        }
    }

    /**
     * Reads a file of JSON.
     *
     * @param file a file in UTF-8
     * @param maxBytes how large it may be
     * @return its object
     * @throws NoSuchFileException if there is no such file
     * @throws IOException as {@link #read} does, and if it is no JSON object; the message names the file
     */
    public static JsonNode readObject(Path file, int maxBytes) throws IOException {
        JsonNode root;
        try {
            root = StrictJson.reader().readTree(read(file, maxBytes));
        } catch (JsonProcessingException e) {
            throw new ModelFormatException("expected JSON, but was: " + reason(e) + " (" + file + ")", file, e);
        }
        if (!root.isObject()) {
            throw new ModelFormatException(
                    "expected a JSON object, but was " + (root.isMissingNode() ? "nothing" : root.getNodeType()) + " ("
                            + file + ")",
                    file);
        }
        return root;
    }

    /** Where an object began is told with a remark on the source, which the file's name says better. */
    private static String reason(JsonProcessingException problem) {
        return problem.getOriginalMessage().replaceAll("\\[Source: [^;]*; (line: \\d+, column: \\d+)]", "$1");
    }
}
