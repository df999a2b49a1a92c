package org.lamp4j.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes the files of a folder that belong together. They are made in a {@link ScratchFolder} and forced to disk before
 * any of them appears.
 *
 * <p>A folder that is new, or empty, appears by one rename: whole or not at all. In a folder that holds something
 * already, the files are renamed to their places one after another, the largest first, so that a description follows
 * what it describes; files of the same names are replaced, others stay. If making the files fails, nothing has changed
 * there; a process that is killed during the renames leaves some new files beside some old ones, each of them whole.
 */
public final class AtomicFolder {

    /** Writes the files. */
    @FunctionalInterface
    public interface Content {
        /**
         * Writes the files.
         *
         * @param folder an empty folder
         * @throws IOException if they cannot be written; a path in the message becomes the one it was to have
         */
        void writeTo(Path folder) throws IOException;
    }

    private final Path place;
    private final Optional<Pattern> replaced;

    private AtomicFolder(Path place, Optional<Pattern> replaced) {
        this.place = place;
        this.replaced = replaced;
    }

    /**
     * Writes files into a folder.
     *
     * @param folder where to; made if it is not there, as are its parents
     * @param content writes them
     * @throws IOException if they cannot be written
     */
    public static void write(Path folder, Content content) throws IOException {
        new AtomicFolder(folder.toAbsolutePath().normalize(), Optional.empty()).write(content);
    }

    /**
     * Writes files into a folder in place of others.
     *
     * @param folder where to; made if it is not there, as are its parents
     * @param replaced the whole names of the files that go when the new ones are there; folders stay, whatever their
     *     names
     * @param content writes the new ones
     * @throws IOException if they cannot be written
     */
    public static void write(Path folder, Pattern replaced, Content content) throws IOException {
        new AtomicFolder(folder.toAbsolutePath().normalize(), Optional.of(replaced)).write(content);
    }

    private void write(Content content) throws IOException {
        boolean replaceable = isReplaceable();
        Path around = replaceable ? Objects.requireNonNull(place.getParent()) : place;
        Files.createDirectories(around);
        try (ScratchFolder scratch = ScratchFolder.in(around)) {
            Path staged = Files.createDirectory(scratch.path().resolve("content"));
            try {
                content.writeTo(staged);
                Durable.syncTree(staged);
            } catch (IOException e) {
                throw ofPlace(e, staged);
            }
            if (replaceable) {
                Durable.keepPermissions(place, staged);
                Files.deleteIfExists(place);
                Durable.move(staged, place);
            } else {
                moveFiles(staged);
            }
        }
        Durable.syncFolder(around);
    }

    /** An empty folder is not replaced if it is a link or a file system of its own. */
    private boolean isReplaceable() throws IOException {
        if (place.getParent() == null) {
            return false;
        }
        if (!Files.exists(place)) {
            return true;
        }
        if (!Files.isDirectory(place)) {
            throw new IOException("expected a folder to write to, but was a file (" + place + ")");
        }
        try (Stream<Path> inside = Files.list(place)) {
            if (inside.findAny().isPresent()) {
                return false;
            }
        }
        return !Files.isSymbolicLink(place)
                && Files.isWritable(place.getParent())
                && Files.getFileStore(place).equals(Files.getFileStore(place.getParent()));
    }

    private IOException ofPlace(IOException e, Path staged) {
        String message = e.getMessage();
        return message == null || !message.contains(staged.toString())
                ? e
                : new IOException(message.replace(staged.toString(), place.toString()), e);
    }

    private void moveFiles(Path staged) throws IOException {
        Set<Path> written = new HashSet<>();
        for (Path file : largestFirst(staged)) {
            Path target = place.resolve(staged.relativize(file).toString());
            Path folder = Objects.requireNonNull(target.getParent());
            Files.createDirectories(folder);
            Durable.replace(file, target);
            Durable.syncFolder(folder);
            written.add(target);
        }
        if (replaced.isPresent()) {
            deleteOthers(written, replaced.get());
        }
    }

    private void deleteOthers(Set<Path> written, Pattern names) throws IOException {
        List<Path> others;
        try (Stream<Path> inside = Files.list(place)) {
            others = inside.filter(
                            file -> names.matcher(file.getFileName().toString()).matches())
                    .filter(file -> !written.contains(file) && Files.isRegularFile(file))
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path file : others) {
            Files.delete(file);
        }
    }

    private static List<Path> largestFirst(Path staged) throws IOException {
        try (Stream<Path> walk = Files.walk(staged)) {
            return walk.filter(Files::isRegularFile)
                    .sorted(Comparator.comparingLong(
                                    (Path file) -> file.toFile().length())
                            .reversed())
                    .toList();
        }
    }
}
