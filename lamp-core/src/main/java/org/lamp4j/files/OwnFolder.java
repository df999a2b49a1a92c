package org.lamp4j.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A folder in which a program writes, replaces and deletes as it likes. It has to be the program's own: made by it, or
 * empty when it was first given. A file {@code lamp-studio.txt}, after the program's name, tells it from any other.
 */
public final class OwnFolder {

    private OwnFolder() {}

    /**
     * Work that wants a folder for itself.
     *
     * @param <T> what it gives
     */
    @FunctionalInterface
    public interface Work<T> {
        /**
         * Does the work.
         *
         * @return what it gives
         * @throws IOException if a file cannot be read or written
         */
        T run() throws IOException;
    }

    /**
     * Works in a folder that no other run has meanwhile.
     *
     * @param folder the folder, made if it is not there
     * @param program whose it is: "pretrain" of {@code lamp pretrain}
     * @param work the work
     * @param <T> what it gives
     * @return what it gives
     * @throws IOException if {@link #take} does not get the folder, or the work throws it
     */
    public static <T> T during(Path folder, String program, Work<T> work) throws IOException {
        FolderLock lock = take(folder, program);
        try {
            return work.run();
        } finally {
            lock.close();
        }
    }

    /**
     * Takes a folder, which is made if it is not there, for one run at a time.
     *
     * @param folder the folder
     * @param program whose it is: "studio" of {@code lamp studio}
     * @return the lock; closing it gives the folder back
     * @throws IOException if it is a file, it holds something and is not the program's, another run has it, who is
     *     named, or nothing may be written there
     */
    public static FolderLock take(Path folder, String program) throws IOException {
        String command = "lamp " + program;
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new IOException("expected a folder for " + command + ", but was a file (" + folder + ")");
        }
        Files.createDirectories(folder);
        FolderLock lock = FolderLock.take(folder, "a folder that no other " + command + " uses");
        try {
            Path mark = folder.resolve("lamp-" + program + ".txt");
            if (!Files.exists(mark)) {
                if (!isEmpty(folder)) {
                    throw new IOException("expected a new or an empty folder, or one that " + command
                            + " made, but was one that holds something else (" + folder + ")");
                }
                AtomicFile.write(mark, command + " writes into this folder, and replaces and deletes what is in it.\n");
            }
            return lock;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** What a run that was killed at its start left does not count. */
    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.allMatch(child -> FolderLock.isLock(child) || ScratchFolder.isScratch(child));
        }
    }
}
