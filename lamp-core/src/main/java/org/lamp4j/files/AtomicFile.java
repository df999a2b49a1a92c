package org.lamp4j.files;

import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes a file that is there whole or not at all: in a {@link ScratchFolder} beside its place, forced to disk, then
 * renamed, and the rename forced to disk, too. A file of that name, even one that is mapped, is replaced only at the
 * end, and its permissions stay; a new file gets those that any new file gets. A symbolic link in its place is replaced
 * by the file, and what it leads to is not touched.
 *
 * <p>What a process left here that was killed while it wrote is removed by the next write to the same folder; what a
 * living one is writing is not.
 *
 * <p>Writes through a stream, not a channel, which a thread's interrupt would close: training that is cancelled by an
 * interrupt saves what it has learned.
 */
public final class AtomicFile {

    private static final int CHUNK_BYTES = 1 << 18;

    /** Writes the content of a file. */
    @FunctionalInterface
    public interface Content {
        /**
         * Writes the content.
         *
         * @param output the file under way
         * @throws IOException if it cannot be written
         */
        void writeTo(Output output) throws IOException;
    }

    /** Has the content of a file written by somebody who opens files himself, as FFmpeg does. */
    @FunctionalInterface
    public interface NamedContent {
        /**
         * Writes the content.
         *
         * @param temporary a file of the same name in another folder, not there yet
         * @throws IOException if it cannot be written
         */
        void writeTo(Path temporary) throws IOException;
    }

    /** The file under way; counts what has been written. */
    public static final class Output extends OutputStream {

        private final Path file;
        private final FileOutputStream stream;
        private final byte[] chunk = new byte[CHUNK_BYTES];
        private long position;

        private Output(Path file, FileOutputStream stream) {
            this.file = file;
            this.stream = stream;
        }

        /**
         * Returns how much has been written.
         *
         * @return bytes
         */
        public long position() {
            return position;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        /**
         * Writes the remaining bytes of a buffer.
         *
         * @param bytes the bytes; its position moves to its end
         * @throws IOException if they cannot be written
         */
        public void write(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                int length = Math.min(bytes.remaining(), chunk.length);
                bytes.get(chunk, 0, length);
                write(chunk, 0, length);
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                stream.write(bytes, offset, length);
            } catch (IOException e) {
                throw unwritable(file, e);
            }
            position += length;
        }
    }

    private AtomicFile() {}

    /**
     * Writes a file.
     *
     * @param file the file; its folder exists
     * @param content writes the content; on any failure of it nothing remains
     * @throws IOException if it cannot be written
     */
    public static void write(Path file, Content content) throws IOException {
        writeNamed(file, temporary -> write(temporary, file, content));
    }

    /**
     * Writes a file in a {@link ScratchFolder}, which nobody looks for after a crash: it is neither forced to disk nor
     * renamed.
     *
     * @param file a new file
     * @param content writes the content
     * @throws IOException if it cannot be written
     */
    public static void writeScratch(Path file, Content content) throws IOException {
        write(file, file, content);
    }

    private static void write(Path place, Path file, Content content) throws IOException {
        try (FileOutputStream stream = open(place, file)) {
            content.writeTo(new Output(file, stream));
        }
    }

    /**
     * Writes a file of text, as UTF-8.
     *
     * @param file the file; its folder exists
     * @param text the whole text
     * @throws IOException if it cannot be written
     */
    public static void write(Path file, String text) throws IOException {
        write(file, output -> output.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Writes a file whose content comes from somebody who opens it himself.
     *
     * @param file the file; its folder exists
     * @param content writes it to the path it is given; on any failure of it nothing remains
     * @throws IOException if it cannot be written
     */
    public static void writeNamed(Path file, NamedContent content) throws IOException {
        Path folder = placeOf(file);
        try (ScratchFolder scratch = scratch(folder, file)) {
            Path temporary = scratch.path().resolve(file.getFileName().toString());
            content.writeTo(temporary);
            try {
                Durable.sync(temporary);
                Durable.replace(temporary, file);
            } catch (IOException e) {
                throw unwritable(file, e);
            }
        }
        Durable.syncFolder(folder);
    }

    private static Path placeOf(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException("expected a file to write to, but was a folder (" + file + ")");
        }
        checkPlace(file, folder);
        return folder;
    }

    private static void checkPlace(Path file, Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new FileNotFoundException(
                    "expected a folder to write " + file.getFileName() + " to, but was none (" + folder + ")");
        }
        if (!Files.isWritable(folder)) {
            throw new AccessDeniedException(
                    folder.toString(), null, "expected a folder that may be written to, for " + file.getFileName());
        }
        if (Files.isDirectory(file)) {
            throw new IOException("expected a file to write to, but was a folder (" + file + ")");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException("expected a file to write to, but was a special file (" + file + ")");
        }
    }

    private static ScratchFolder scratch(Path folder, Path file) throws IOException {
        try {
            return ScratchFolder.in(folder);
        } catch (FileSystemException e) {
            throw unwritable(file, e);
        }
    }

    private static FileOutputStream open(Path temporary, Path file) throws IOException {
        try {
            Files.createFile(temporary); // whose reason is without the temporary's name, unlike a stream's
            return new FileOutputStream(temporary.toFile());
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    /** The system's reason, such as a full disk, says nothing of the file. */
    private static IOException unwritable(Path file, IOException cause) {
        String reason = cause.getMessage();
        if (cause instanceof FileSystemException ofSystem) {
            reason = ofSystem.getReason() == null ? cause.getClass().getSimpleName() : ofSystem.getReason();
        }
        return new IOException("expected a file that can be written, but was: " + reason + " (" + file + ")", cause);
    }
}
