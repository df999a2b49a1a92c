package org.lamp4j.onnx.pretraining;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.UUID;
import java.util.stream.Stream;

/** A directory that appears whole or not at all: it is written beside its place and then renamed. */
final class NewDirectory {

    private NewDirectory() {}

    /** Writes what is in the directory. */
    @FunctionalInterface
    interface Content {
        void writeTo(Path directory) throws IOException;
    }

    /**
     * Writes a directory.
     *
     * @param directory where to; may be there if it is empty
     * @param bytes how much room it needs
     * @param content writes what is in it
     * @throws FileAlreadyExistsException if it holds something
     * @throws IOException if it cannot be written, or the disk has not enough room
     */
    static void write(Path directory, long bytes, Content content) throws IOException {
        Path place = directory.toAbsolutePath().normalize();
        if (Files.exists(place) && !isEmptyDirectory(place)) {
            throw new FileAlreadyExistsException(
                    directory.toString(), null, "expected a new or an empty directory for a model");
        }
        Files.createDirectories(place.getParent());
        checkRoom(place.getParent(), bytes);
        Path temporary = place.resolveSibling("." + place.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            content.writeTo(Files.createDirectory(temporary));
            Files.deleteIfExists(place);
            Files.move(temporary, place, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            deleteTree(temporary);
        }
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

    private static void deleteTree(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> inside = Files.walk(directory)) {
            for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
