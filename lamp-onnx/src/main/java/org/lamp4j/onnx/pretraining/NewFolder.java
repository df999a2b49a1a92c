package org.lamp4j.onnx.pretraining;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.lamp4j.files.AtomicFolder;

/** A folder for a model, which has to be new or empty and appears whole or not at all. */
final class NewFolder {

    private NewFolder() {}

    /**
     * Writes a folder.
     *
     * @param folder where to; may be there if it is empty
     * @param bytes how much room it needs
     * @param content writes what is in it
     * @throws FileAlreadyExistsException if it holds something
     * @throws IOException if it cannot be written, or the disk has not enough room
     */
    static void write(Path folder, long bytes, AtomicFolder.Content content) throws IOException {
        Path place = folder.toAbsolutePath().normalize();
        if (Files.exists(place) && !isEmptyDirectory(place)) {
            throw new FileAlreadyExistsException(
                    folder.toString(), null, "expected a new or an empty folder for a model");
        }
        Path around = Objects.requireNonNull(place.getParent());
        Files.createDirectories(around);
        checkRoom(around, bytes);
        AtomicFolder.write(place, content);
    }

    private static void checkRoom(Path folder, long needed) throws IOException {
        long usable = Files.getFileStore(folder).getUsableSpace();
        if (usable < needed) {
            throw new IOException(
                    "expected " + needed + " bytes of room for a model, but was " + usable + " (" + folder + ")");
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
