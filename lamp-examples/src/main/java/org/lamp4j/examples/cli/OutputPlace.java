package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;

/** Refuses before the work begins to write its result where that will not go. Nothing is made or changed there. */
final class OutputPlace {

    /** Of all file systems that are in use. */
    private static final int MAX_NAME_BYTES = 255;

    private OutputPlace() {}

    /**
     * Checks the place of a file.
     *
     * @return the file
     * @throws IOException if it is a folder, or cannot be made in the folder it should go to
     */
    static Path ofFile(Path file) throws IOException {
        requireNames(file);
        if (Files.isDirectory(file)) {
            throw new IOException("expected a file to write to, but was a folder (" + file + ")");
        }
        requireFolder(Objects.requireNonNull(file.toAbsolutePath().getParent()), file);
        return file;
    }

    /**
     * Checks the place of a folder, which need not be there yet.
     *
     * @return the folder
     * @throws IOException if it is a file, or nothing may be made in it
     */
    static Path ofFolder(Path folder) throws IOException {
        requireNames(folder);
        requireFolder(folder.toAbsolutePath(), folder);
        return folder;
    }

    /**
     * Checks that a pattern is not to be written where its checkpoints' folder will be.
     *
     * @throws IOException if both are the same path
     */
    static void requireDifferent(Path pattern, Path checkpoints) throws IOException {
        if (pattern.toAbsolutePath()
                .normalize()
                .equals(checkpoints.toAbsolutePath().normalize())) {
            throw new IOException(
                    "expected a folder for checkpoints beside the pattern, but was the pattern's own path (" + pattern
                            + ")");
        }
    }

    private static void requireNames(Path path) throws IOException {
        for (Path name : path) {
            int length = name.toString().getBytes(StandardCharsets.UTF_8).length;
            if (length > MAX_NAME_BYTES) {
                throw new IOException("expected names of at most " + MAX_NAME_BYTES + " bytes, but was one of " + length
                        + " (" + path + ")");
            }
        }
    }

    /** What is missing will be made in the nearest that is there. */
    private static void requireFolder(Path folder, Path output) throws IOException {
        Path nearest = folder;
        while (!Files.exists(nearest, LinkOption.NOFOLLOW_LINKS)) {
            nearest = Objects.requireNonNull(nearest.getParent());
        }
        if (!Files.isDirectory(nearest) || !Files.isWritable(nearest)) {
            throw new IOException("expected a folder that may be written to, but was "
                    + (Files.isDirectory(nearest) ? "one that may not: " : "a file: ") + nearest + " (" + output + ")");
        }
    }
}
