package org.lamp4j.errors;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a file of a model, a pattern, a checkpoint, a tokenizer or a noise schedule is damaged, has another
 * format, belongs to another model, or asks for something that is refused. The file was there and could be read; what
 * it holds cannot be used.
 */
public final class ModelFormatException extends IOException {

    private static final long serialVersionUID = 1L;

    private final String location;
    private final transient @Nullable Path path;
    private final @Nullable String key;

    /**
     * Creates the exception.
     *
     * @param message what was expected, what was found, and in which file
     * @param path the file, or the folder it is in
     */
    public ModelFormatException(String message, Path path) {
        this(message, path, null, null);
    }

    /**
     * Creates the exception for a failure of a parser below.
     *
     * @param message what was expected, what was found, and in which file
     * @param path the file, or the folder it is in
     * @param cause the parser's own complaint
     */
    public ModelFormatException(String message, Path path, Throwable cause) {
        this(message, path, null, cause);
    }

    /**
     * Creates the exception for an entry of the file.
     *
     * @param message what was expected, what was found, and in which file
     * @param path the file, or the folder it is in
     * @param key the tensor or the setting
     */
    public ModelFormatException(String message, Path path, String key) {
        this(message, path, key, null);
    }

    private ModelFormatException(String message, Path path, @Nullable String key, @Nullable Throwable cause) {
        super(message, cause);
        this.location = path.toString();
        this.path = path;
        this.key = key;
    }

    /**
     * Returns where the trouble is.
     *
     * @return the file, or the folder it is in
     */
    public Path path() {
        return path == null ? Path.of(location) : path; // a path does not survive being serialized
    }

    /**
     * Returns what in the file it is about.
     *
     * @return the name of a tensor or a setting; empty if it is about the file as a whole
     */
    public Optional<String> key() {
        return Optional.ofNullable(key);
    }
}
