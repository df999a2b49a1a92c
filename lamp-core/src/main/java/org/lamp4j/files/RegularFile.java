package org.lamp4j.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What every reader asks for before it opens a file: opening a pipe waits for someone to write to it, and some devices
 * never end.
 */
public final class RegularFile {

    /** The kind of a file in {@code st_mode}, and the kinds that POSIX names. */
    private static final int KIND_BITS = 0xf000;

    private static final int PIPE = 0x1000;
    private static final int CHARACTER_DEVICE = 0x2000;
    private static final int BLOCK_DEVICE = 0x6000;
    private static final int SOCKET = 0xc000;

    private RegularFile() {}

    /**
     * Refuses what is no regular file; nothing is opened for that.
     *
     * @param file a path; links are followed
     * @throws IOException if it leads to nothing, or to a folder, pipe or device; the message says to which
     */
    public static void require(Path file) throws IOException {
        require(file, "a file");
    }

    /**
     * Refuses what is no regular file; nothing is opened for that.
     *
     * @param file a path; links are followed
     * @param expected what the file should be, for the message, such as {@code an image}
     * @throws IOException if it leads to nothing, or to a folder, pipe or device; the message says to which
     */
    public static void require(Path file, String expected) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("expected " + expected + ", but was " + kind(file) + " (" + file + ")");
        }
    }

    private static String kind(Path file) {
        if (Files.isDirectory(file)) {
            return "a folder";
        }
        if (Files.notExists(file)) {
            return "nothing of that name";
        }
        return switch (mode(file) & KIND_BITS) {
            case PIPE -> "a pipe";
            case CHARACTER_DEVICE, BLOCK_DEVICE -> "a device";
            case SOCKET -> "a socket";
            default -> "something else";
        };
    }

    private static int mode(Path file) {
        try {
            return (Integer) Files.getAttribute(file, "unix:mode");
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException unknown) {
            return 0; // no POSIX system, or no right to ask
        }
    }
}
