package org.lamp4j.training.loop;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;
import org.lamp4j.files.CheckpointFiles;
import org.lamp4j.files.FolderLock;
import org.lamp4j.files.PrintableText;
import org.lamp4j.files.ScratchFolder;
import org.lamp4j.training.CheckpointFolder;
import org.lamp4j.training.TrainingOptions;

/**
 * A {@link CheckpointFolder} in the hands of one run, which nobody else may train into meanwhile. A run is known by
 * eight hexadecimal digits that are drawn when it begins and stay when it is resumed; they are in the name and the
 * metadata of each checkpoint, and not in the pattern, which the same settings make the same.
 */
final class RunFolder implements AutoCloseable {

    /** The entry of a checkpoint's metadata that says which run it is of. */
    static final String RUN = "run";

    private static final System.Logger LOG = System.getLogger(RunFolder.class.getName());

    private static final int ID_DIGITS = 8;

    private final TrainingOptions.Checkpoints checkpoints;
    private final FolderLock lock;
    private final List<Path> made;
    private boolean begun;
    private String run = UUID.randomUUID().toString().substring(0, ID_DIGITS);

    private RunFolder(TrainingOptions options, FolderLock lock, List<Path> made) {
        this.checkpoints = options.checkpoints().orElseThrow();
        this.lock = lock;
        this.made = made;
    }

    /**
     * Takes the folder that the options ask for, and finds out before hours of training, not after them, that it cannot
     * be had.
     *
     * @throws IOException if it is no folder, or another run has it
     */
    static RunFolder take(TrainingOptions options) throws IOException {
        Path folder = options.checkpoints().orElseThrow().folder();
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new IOException("expected a folder for checkpoints, but " + folder + " is a file");
        }
        List<Path> made = new ArrayList<>();
        for (Path path = folder.toAbsolutePath(); path != null && Files.notExists(path); path = path.getParent()) {
            made.add(path);
        }
        try {
            Files.createDirectories(folder);
        } catch (FileSystemException e) {
            String reason = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
            throw new IOException("expected a folder for checkpoints, but " + folder + " cannot be made: " + reason, e);
        }
        FolderLock lock = FolderLock.take(folder, "a checkpoint folder that no other training uses");
        return new RunFolder(options, lock, made);
    }

    /**
     * Begins a run, or takes up the one whose checkpoint it goes on from.
     *
     * @param metadata that of the checkpoint; empty for a new run
     * @param stepsDone the step that the run goes on from, 0 for a new run
     * @throws IOException if there are later checkpoints, or some of another run: they would be taken for this run's
     */
    void begin(Map<String, String> metadata, int stepsDone) throws IOException {
        String saved = metadata.getOrDefault(RUN, "");
        if (CheckpointFiles.isRun(saved)) {
            run = saved;
        }
        ScratchFolder.sweep(checkpoints.folder());
        List<CheckpointFiles.Entry> inOrder = entries().stream()
                .sorted(Comparator.comparingLong(CheckpointFiles.Entry::step))
                .toList();
        for (CheckpointFiles.Entry entry : inOrder) {
            if (entry.step() > stepsDone) {
                throw unexpected("beyond step " + stepsDone + ", which training goes on from", entry);
            }
            if (!entry.run().isEmpty() && !entry.run().equals(run)) {
                throw unexpected("of another run", entry);
            }
        }
        begun = true;
    }

    private IOException unexpected(String which, CheckpointFiles.Entry entry) {
        return new IOException("expected no checkpoint " + which + ", but was "
                + entry.file().getFileName() + "; resume from it or choose another folder (" + checkpoints.folder()
                + ")");
    }

    private List<CheckpointFiles.Entry> entries() throws IOException {
        return CheckpointFiles.in(checkpoints.folder());
    }

    int everySteps() {
        return checkpoints.every();
    }

    String run() {
        return run;
    }

    /** Returns where to write a checkpoint. */
    Path file(int step, OptionalDouble loss) {
        return checkpoints.folder().resolve(CheckpointFiles.name(step, loss, run));
    }

    /** Returns the folder if it holds a checkpoint of a step, to go on from; empty if there is none of it. */
    Optional<Path> keeping(int step) throws IOException {
        boolean isKept = entries().stream().anyMatch(entry -> entry.step() == step);
        return isKept ? Optional.of(checkpoints.folder()) : Optional.empty();
    }

    /** Deletes all of this run but the newest and the best. */
    void prune() throws IOException {
        List<CheckpointFiles.Entry> own =
                entries().stream().filter(entry -> entry.run().equals(run)).toList();
        CheckpointFiles.best(own)
                .ifPresent(best -> own.stream()
                        .sorted(Comparator.comparingLong(CheckpointFiles.Entry::step)
                                .reversed())
                        .skip(checkpoints.keep())
                        .filter(entry -> !entry.equals(best))
                        .forEach(entry -> delete(entry.file())));
    }

    /** A file that cannot be deleted, as a mapped one on Windows, is tried again after the next checkpoint. */
    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "not deleted: " + PrintableText.line(file.toString()), e);
        }
    }

    /** Gives the folder back. What was made for a run that did not begin is taken away. */
    @Override
    public void close() {
        lock.close();
        if (!begun) {
            made.forEach(RunFolder::delete);
        }
    }
}
