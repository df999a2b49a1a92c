package org.lamp4j.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.lamp4j.files.CheckpointFiles;

/**
 * The folder of a training run's checkpoints. Their names are
 * {@code step-00000500-loss-0.081234-run-3f9a12c4.safetensors} and the like, where the loss is that on eight batches
 * that are the same for all checkpoints of a run, and the run's eight digits are its own. A run that was interrupted
 * does not take the time to measure the loss, and leaves {@code step-00000512-run-3f9a12c4.safetensors}. A file of such
 * a name is whole, whenever the process ended; files of other names are not looked at, but for those of versions that
 * gave runs no digits.
 *
 * <p>While a run trains, it holds the folder: another that wants to save there is refused, in the same process or in
 * another. A run deletes no checkpoints but its own, and does not begin where those of another are.
 */
public final class CheckpointFolder {

    private final Path folder;

    private CheckpointFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Names a folder; nothing is read yet.
     *
     * @param folder the folder
     * @return its checkpoints
     */
    public static CheckpointFolder of(Path folder) {
        return new CheckpointFolder(folder);
    }

    /**
     * Returns the checkpoint to go on from.
     *
     * @return the one after the most steps; empty if there is none
     * @throws IOException if the folder cannot be read
     */
    public Optional<Path> newest() throws IOException {
        return CheckpointFiles.newestFirst(folder).stream().findFirst();
    }

    /**
     * Returns the checkpoint at which training had come furthest.
     *
     * @return the one with the lowest loss on the batches that all are compared by, the newer of equals; empty if there
     *     is none
     * @throws IOException if the folder cannot be read
     */
    public Optional<Path> best() throws IOException {
        return CheckpointFiles.best(CheckpointFiles.in(folder)).map(CheckpointFiles.Entry::file);
    }
}
