package org.lamp4j.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.lamp4j.files.CheckpointFiles;
import org.lamp4j.progress.Decision;
import org.lamp4j.progress.ProgressListener;
import org.lamp4j.training.CheckpointFolder;
import org.lamp4j.training.TrainingProgress;

/**
 * The newest checkpoint of a motion that is being learned, in a folder that all hosts see: another executor goes on
 * from it when this one is lost. Not safe for several threads.
 */
final class SharedCheckpoints {

    private final HadoopFiles files;
    private final String shared;
    private final Path local;

    /** The newest local checkpoint that is known to be shared, so that a step asks no file system of others. */
    private Optional<Path> known = Optional.empty();

    /**
     * Names both folders; nothing is read yet.
     *
     * @param files the file systems
     * @param shared the folder that all hosts see, of this motion alone
     * @param local where training writes its checkpoints
     */
    SharedCheckpoints(HadoopFiles files, String shared, Path local) {
        this.files = files;
        this.shared = shared;
        this.local = local;
    }

    /**
     * Copies the checkpoint of an executor before this one.
     *
     * @return the copy; empty if there is none
     */
    Optional<Path> fetch() throws IOException {
        Files.createDirectories(local);
        files.fetchLast(shared, local);
        known = CheckpointFolder.of(local).newest();
        return known;
    }

    /** Returns the step that a fetched checkpoint was written at, by its name. */
    long step(Path checkpoint) throws IOException {
        return CheckpointFiles.in(local).stream()
                .filter(entry -> entry.file().equals(checkpoint))
                .findFirst()
                .orElseThrow()
                .step();
    }

    /**
     * Returns a listener that sends each new checkpoint.
     *
     * @param decision whether training goes on
     */
    ProgressListener<TrainingProgress> sending(Supplier<Decision> decision) {
        return progress -> {
            if (progress instanceof TrainingProgress.TrainingStep) {
                Attempt.essentialStep(this::send);
            }
            return decision.get();
        };
    }

    private void send() throws IOException {
        Optional<Path> newest = CheckpointFolder.of(local).newest();
        if (newest.isEmpty() || newest.equals(known)) {
            return;
        }
        String name = newest.get().getFileName().toString();
        String target = shared + "/" + name;
        if (!files.exists(target)) {
            files.send(newest.get(), target);
            for (org.apache.hadoop.fs.Path earlier : files.list(shared)) {
                if (earlier.getName().compareTo(name) < 0) {
                    files.delete(earlier.toString());
                }
            }
        }
        known = newest;
    }

    void delete() throws IOException {
        files.deleteFolder(shared);
    }
}
