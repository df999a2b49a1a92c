package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lamp4j.training.CheckpointFolder;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingOptionsBuilder;
import picocli.CommandLine.Option;

/** Where a run is saved on the way, and what it goes on from. */
final class CheckpointOptions {

    private static final TrainingOptions.Checkpoints DEFAULTS = TrainingOptions.newBuilder()
            .checkpoint(Path.of("any"))
            .build()
            .checkpoints()
            .orElseThrow();

    @Option(
            names = "--checkpoint",
            paramLabel = "DIR",
            description =
                    "Save the run here on the way, when it ends, and when it is stopped by Ctrl-C. A checkpoint can "
                            + "be used as a pattern, too.")
    private @Nullable Path folder;

    @Option(
            names = "--checkpoint-every",
            paramLabel = "N",
            description = "Steps between two checkpoints. Default: ${DEFAULT-VALUE}.")
    private int everySteps = DEFAULTS.every();

    @Option(
            names = "--keep-checkpoints",
            paramLabel = "N",
            description =
                    "How many of the newest stay, besides the best: the one with the lowest loss on eight batches that "
                            + "all are compared by. Default: ${DEFAULT-VALUE}.")
    private int toKeep = DEFAULTS.keep();

    @Option(
            names = "--resume",
            arity = "0..1",
            paramLabel = "PATH",
            fallbackValue = "",
            description = "Go on from a checkpoint, or the newest of a folder of them, as if the run had never been "
                    + "interrupted. Without PATH: from the newest of --checkpoint, or from the beginning if there is none "
                    + "yet. A damaged one is not passed over: an older one is taken only if it is PATH.")
    private @Nullable Path resume;

    @Option(
            names = "--start-from",
            paramLabel = "FILE",
            description =
                    "Begin with what this pattern or checkpoint of the same base model has learned, at step 0 and "
                            + "with a fresh optimiser. With --resume without PATH: only if there is no checkpoint yet.")
    private @Nullable Path startFrom;

    /**
     * Sets what is given.
     *
     * @param configured where a configuration saves the run
     * @throws IllegalArgumentException if a number is out of range, or there is no folder that an option is about
     */
    void apply(GivenOptions given, Optional<Path> configured, TrainingOptionsBuilder builder) throws IOException {
        Optional<Path> target = Optional.ofNullable(folder).or(() -> configured);
        given.ifGiven("--checkpoint", folder, builder::checkpoint);
        given.ifGiven("--checkpoint-every", everySteps, builder::checkpointEvery);
        given.ifGiven("--keep-checkpoints", toKeep, builder::keepCheckpoints);
        if (target.isEmpty() && (given.contain("--checkpoint-every") || given.contain("--keep-checkpoints"))) {
            throw new IllegalArgumentException("expected --checkpoint DIR, where to save the run, but was none");
        }
        if (resume != null && resume.toString().isEmpty()) {
            Path own = target.orElseThrow(() ->
                    new IllegalArgumentException("expected --checkpoint DIR, from which to resume, but was none"));
            if (Files.isDirectory(own) && CheckpointFolder.of(own).newest().isPresent()) {
                builder.resume(own);
                return;
            }
        } else if (resume != null) {
            builder.resume(resume); // together with --start-from it is refused when the options are built
        }
        given.ifGiven("--start-from", startFrom, builder::startFrom);
    }
}
