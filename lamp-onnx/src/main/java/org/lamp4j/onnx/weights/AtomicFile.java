package org.lamp4j.onnx.weights;

import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.lamp4j.modelfile.PrintableText;

/**
 * Writes a file that is there whole or not at all: beside its place, forced to disk, then renamed. A file of that name,
 * even one that is mapped, is replaced only at the end.
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

    /** The file under way; counts what has been written. */
    public static final class Output implements ByteSink {

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

        /**
         * Writes bytes.
         *
         * @param bytes the bytes
         * @throws IOException if they cannot be written
         */
        public void write(byte[] bytes) throws IOException {
            put(bytes, bytes.length);
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                int length = Math.min(bytes.remaining(), chunk.length);
                bytes.get(chunk, 0, length);
                put(chunk, length);
            }
        }

        /** The system's reason, such as a full disk, says nothing of the file. */
        private void put(byte[] bytes, int length) throws IOException {
            try {
                stream.write(bytes, 0, length);
            } catch (IOException e) {
                throw new IOException(
                        "expected a file that can be written, but was: " + e.getMessage() + " (" + file + ")", e);
            }
            position += length;
        }
    }

    private AtomicFile() {}

    /**
     * Writes a file.
     *
     * @param file the file; its directory exists
     * @param content writes the content; on any failure of it nothing remains
     * @throws IOException if it cannot be written
     */
    public static void write(Path file, Content content) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(directory)) {
            throw new FileNotFoundException(
                    "expected a directory to write " + file.getFileName() + " to, but was none (" + directory + ")");
        }
        if (!Files.isWritable(directory)) {
            throw new AccessDeniedException(
                    directory.toString(),
                    null,
                    "expected a directory that may be written to, for " + file.getFileName());
        }
        if (Files.isDirectory(file)) {
            throw new IOException("expected a file to write to, but was a folder (" + file + ")");
        }
        Path temporary = directory.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
        create(temporary, file);
        try {
            try (FileOutputStream stream = new FileOutputStream(temporary.toFile())) {
                content.writeTo(new Output(file, stream));
                stream.getFD().sync();
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
        syncDirectory(directory);
    }

    private static void create(Path temporary, Path file) throws IOException {
        try {
            Files.createFile(temporary);
        } catch (FileSystemException e) {
            String reason = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
            throw new IOException("expected a file that can be written, but was: " + reason + " (" + file + ")", e);
        }
    }

    /** Makes the new name durable; some systems cannot open a directory, and there the rename is as durable as it gets. */
    private static void syncDirectory(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            System.getLogger(AtomicFile.class.getName())
                    .log(
                            System.Logger.Level.DEBUG,
                            "directory not synchronised: " + PrintableText.line(directory.toString()),
                            e);
        }
    }
}
