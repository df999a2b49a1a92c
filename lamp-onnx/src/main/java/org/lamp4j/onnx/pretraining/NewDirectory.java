package org.lamp4j.onnx.pretraining;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.lamp4j.files.AtomicFolder;

/** A directory for a model, which has to be new or empty and appears whole or not at all. */
final class NewDirectory {

    private NewDirectory() {}

    /**
     * Writes a directory.
     *
     * @param directory where to; may be there if it is empty
     * @param bytes how much room it needs
     * @param content writes what is in it
     * @throws FileAlreadyExistsException if it holds something
     * @throws IOException if it cannot be written, or the disk has not enough room
     */
    static void write(Path directory, long bytes, AtomicFolder.Content content) throws IOException {
        Path place = directory.toAbsolutePath().normalize();
        if (Files.exists(place) && !isEmptyDirectory(place)) {
            throw new FileAlreadyExistsException(
                    directory.toString(), null, "expected a new or an empty directory for a model");
        }
        Files.createDirectories(place.getParent());
        checkRoom(place.getParent(), bytes);
        AtomicFolder.write(place, content);
    }

    private static void checkRoom(Path directory, long needed) throws IOException {
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
