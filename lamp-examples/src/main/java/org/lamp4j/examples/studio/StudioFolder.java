package org.lamp4j.examples.studio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.files.FolderLock;
import org.lamp4j.files.ScratchFolder;

/** The folder in which a studio keeps everything; one studio has it at a time. */
final class StudioFolder implements AutoCloseable {

    /** How long what was deleted can be brought back, at least. */
    private static final Duration KEPT = Duration.ofDays(30);

    /** Tells a studio's folder from another, in which nothing may be deleted. */
    private static final String MARK = "lamp-studio.txt";

    private final Path path;
    private final FolderLock lock;

    private StudioFolder(Path path, FolderLock lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Takes a folder.
     *
     * @throws IOException if it holds something and is no studio's, another studio has it, who is named, or nothing may
     *     be written there
     */
    static StudioFolder open(Path path) throws IOException {
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new IOException("expected a folder for the studio, but was a file (" + path + ")");
        }
        Path folder = Files.createDirectories(path).toRealPath();
        boolean isNew = Shelf.children(folder).isEmpty(); // before the lock lays its own file there
        FolderLock lock = FolderLock.take(folder, "a studio folder that no other studio uses");
        try {
            if (isNew) {
                AtomicFile.write(
                        folder.resolve(MARK), "lamp studio keeps its clips, motions and jobs in this folder.\n");
            } else if (!Files.exists(folder.resolve(MARK))) {
                throw new IOException("expected a new or an empty folder, or one that a studio made, but was one that"
                        + " holds something else (" + folder + ")");
            }
            ScratchFolder.sweep(folder);
            Shelf.deleteTree(folder.resolve("incoming"));
            Files.createDirectories(folder.resolve("incoming"));
            emptyTrash(Files.createDirectories(folder.resolve("trash")));
            return new StudioFolder(folder, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static void emptyTrash(Path trash) throws IOException {
        Instant old = Instant.now().minus(KEPT);
        for (Path kind : Shelf.children(trash)) {
            if (Files.isDirectory(kind)) {
                for (Path thing : Shelf.children(kind)) {
                    if (Files.getLastModifiedTime(thing).toInstant().isBefore(old)) {
                        Shelf.deleteTree(thing);
                    }
                }
            }
        }
    }

    Path path() {
        return path;
    }

    /** Returns a name for a file that is on its way in. */
    Path incoming(String ending) {
        return path.resolve("incoming").resolve(Shelf.newId() + (ending.isEmpty() ? "" : "." + ending));
    }

    long freeBytes() throws IOException {
        return Files.getFileStore(path).getUsableSpace();
    }

    @Override
    public void close() {
        lock.close();
    }
}
