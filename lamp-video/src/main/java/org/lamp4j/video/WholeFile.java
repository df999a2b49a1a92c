package org.lamp4j.video;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** Makes files appear whole or not at all: written under another name in the same folder, then renamed. */
final class WholeFile {

    private WholeFile() {}

    /** Writes the content of a file. */
    @FunctionalInterface
    interface Content {
        void writeTo(Path temporary) throws IOException;
    }

    /**
     * Writes a file in place of whatever is there.
     *
     * @param file where it will be
     * @param content writes it to the path it is given
     * @throws IOException if it cannot be written; then nothing has changed
     */
    static void write(Path file, Content content) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        Path temporary = besides(folder, file.getFileName().toString());
        try {
            content.writeTo(temporary);
            move(temporary, file);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Names a file that nobody else uses; the dot hides it while it is there. */
    static Path besides(Path folder, String name) {
        return folder.resolve("." + name + "." + UUID.randomUUID() + ".tmp");
    }

    /** Renames a file over another, at once where the file system can. */
    static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException unsupported) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
