package org.lamp4j.examples.studio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.lamp4j.files.FolderLock;
import org.lamp4j.files.OwnFolder;
import org.lamp4j.files.ScratchFolder;

/** The folder in which a studio keeps everything; one studio has it at a time. */
final class StudioFolder implements AutoCloseable {

    /** How long what was deleted can be brought back, at least. */
    private static final Duration KEPT = Duration.ofDays(30);

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
        FolderLock lock = OwnFolder.take(path, "studio");
        try {
            Path folder = path.toRealPath();
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
