package org.lamp4j.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.security.AccessControlException;
import org.lamp4j.files.AtomicFile;

/**
 * Files of Hadoop's file systems, written whole or not at all.
 *
 * @param configuration which file systems there are
 */
record HadoopFiles(Configuration configuration) {

    /** Larger than any image that is decoded. */
    private static final int MAX_READ_BYTES = 1 << 28;

    /** Writes the content of a file. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream output) throws IOException;
    }

    /**
     * Does what a file system does. A file that is not there, or that may not be read, is the matter of who asks for
     * it; anything else is the network's or the machine's.
     *
     * @throws UncheckedIOException if it is of the latter kind
     */
    private static <T> T transport(Attempt.Work<T> work) throws IOException {
        try {
            return work.run();
        } catch (FileNotFoundException
                | AccessControlException
                | AccessDeniedException
                | UnsupportedFileSystemException ofTheFile) {
            throw ofTheFile;
        } catch (IOException ofTheMachine) {
            throw new UncheckedIOException(ofTheMachine);
        }
    }

    private FileSystem fileSystem(Path path) throws IOException {
        FileSystem found = path.getFileSystem(configuration);
        // the other one writes a file of checksums beside each
        return found instanceof LocalFileSystem local ? local.getRawFileSystem() : found;
    }

    private static Path path(String uri) throws IOException {
        try {
            return new Path(uri);
        } catch (IllegalArgumentException e) {
            throw new IOException("expected the URI of a file, but was " + uri, e);
        }
    }

    /** Says what a file is; its length and time tell whether it is still the same. */
    FileStatus status(String uri) throws IOException {
        Path path = path(uri);
        try {
            return transport(() -> fileSystem(path).getFileStatus(path));
        } catch (FileNotFoundException e) {
            throw new IOException("expected a file, but there is none (" + uri + ")", e);
        }
    }

    boolean exists(String uri) throws IOException {
        Path path = path(uri);
        return fileSystem(path).exists(path);
    }

    byte[] read(String uri) throws IOException {
        status(uri);
        Path path = path(uri);
        byte[] content = transport(() -> {
            try (InputStream input = fileSystem(path).open(path)) {
                return input.readNBytes(MAX_READ_BYTES + 1);
            }
        });
        if (content.length > MAX_READ_BYTES) {
            throw new IOException(
                    "expected a file of at most " + MAX_READ_BYTES + " bytes, but was a larger one (" + uri + ")");
        }
        return content;
    }

    /**
     * Returns where a file or folder of files lies if that is on a disk of this machine; else copies it there.
     *
     * @param uri the file or folder
     * @param scratch where copies go
     */
    java.nio.file.Path local(String uri, java.nio.file.Path scratch) throws IOException {
        FileStatus status = status(uri);
        FileSystem system = fileSystem(status.getPath());
        if (system.getUri().getScheme().equals("file")) {
            return java.nio.file.Path.of(status.getPath().toUri().getPath());
        }
        java.nio.file.Path copy = scratch.resolve(status.getPath().getName());
        if (status.isFile()) {
            fetch(status.getPath(), copy);
        } else {
            java.nio.file.Files.createDirectories(copy);
            for (Path file : list(uri)) {
                fetch(file, copy.resolve(file.getName()));
            }
        }
        return copy;
    }

    private void fetch(Path from, java.nio.file.Path to) throws IOException {
        transport(() -> {
            try (InputStream input = fileSystem(from).open(from)) {
                AtomicFile.writeScratch(to, input::transferTo);
            }
            return to;
        });
    }

    /** Copies the last file of a folder, by its name, to a local folder; none if there is no file. */
    void fetchLast(String folder, java.nio.file.Path to) throws IOException {
        List<Path> files = list(folder);
        if (!files.isEmpty()) {
            Path last = files.get(files.size() - 1);
            fetch(last, to.resolve(last.getName()));
        }
    }

    /** Returns the visible files of a folder in the order of their names; none if it is not there. */
    List<Path> list(String folder) throws IOException {
        Path path = path(folder);
        FileSystem system = fileSystem(path);
        if (!system.exists(path)) {
            return List.of();
        }
        return Arrays.stream(system.listStatus(path))
                .filter(FileStatus::isFile)
                .map(FileStatus::getPath)
                .filter(file -> !file.getName().startsWith("."))
                .sorted(Comparator.comparing(Path::getName))
                .toList();
    }

    /** Copies a local file, as {@link #write} does. */
    void send(java.nio.file.Path file, String uri) throws IOException {
        write(uri, output -> {
            try (InputStream input = java.nio.file.Files.newInputStream(file)) {
                input.transferTo(output);
            }
        });
    }

    void delete(String uri) throws IOException {
        Path path = path(uri);
        fileSystem(path).delete(path, false);
    }

    void deleteFolder(String folder) throws IOException {
        Path path = path(folder);
        fileSystem(path).delete(path, true);
    }

    /**
     * Writes a file under a hidden name and renames it. Where another has written it meanwhile, that one stays, which
     * has the same content: names hold a hash of all that decides it.
     */
    void write(String uri, Content content) throws IOException {
        Path file = path(uri);
        FileSystem system = fileSystem(file);
        Path temporary = new Path(file.getParent(), "." + file.getName() + "." + UUID.randomUUID() + ".tmp");
        boolean renamed = false;
        try {
            try (FSDataOutputStream output = system.create(temporary, false)) {
                content.writeTo(output);
                if (output.hasCapability(StreamCapabilities.HSYNC)) {
                    output.hsync();
                }
            }
            renamed = system.rename(temporary, file);
            if (!renamed && !system.exists(file)) {
                throw new IOException("expected a file that can be written, but renaming failed (" + uri + ")");
            }
        } finally {
            if (!renamed) {
                system.delete(temporary, false);
            }
        }
    }
}
