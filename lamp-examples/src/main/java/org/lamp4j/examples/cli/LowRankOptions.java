package org.lamp4j.examples.cli;

import java.util.Optional;
import org.lamp4j.training.TrainingOptionsBuilder;
import picocli.CommandLine.Option;

/** Whether low-rank updates are trained instead of whole matrices. */
final class LowRankOptions {

    @Option(
            names = "--rank",
            required = true,
            paramLabel = "N",
            description = "Train low-rank updates (LoRA) of this rank instead of whole matrices: a small file.")
    private int rank;

    @Option(
            names = "--alpha",
            paramLabel = "A",
            description = "What low-rank updates are multiplied by, times the rank. Default: the rank.")
    private Optional<Float> alpha = Optional.empty();

    void applyTo(TrainingOptionsBuilder builder) {
        builder.lowRank(rank, alpha.orElse((float) rank));
    }
}
