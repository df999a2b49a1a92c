package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lamp4j.generation.GenerationBatch;
import org.lamp4j.generation.GenerationOptions;
import picocli.CommandLine.Option;

/** Which clips to generate, if many. */
final class BatchOptions {

    @Option(
            names = "--batch",
            paramLabel = "PATH",
            description =
                    "First frames of many clips, in place of --image and --prompt: a folder of images, whose names "
                            + "are the prompts with underscores for spaces, or a .csv file with the heading image,prompt and, if "
                            + "wanted, output and seed. --output is a folder then. A clip that fails does not keep the others "
                            + "from being made.")
    private @Nullable Path path;

    /** The formats of a batch's clips. */
    enum Format {
        MP4,
        WEBM,
        GIF
    }

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description =
                    "${COMPLETION-CANDIDATES}: of a batch's clips whose output has no ending. Default: ${DEFAULT-VALUE}.")
    private Format format = Format.MP4;

    @Option(names = "--skip-existing", description = "Do not make a batch's clips again that are there already.")
    private boolean skipExisting;

    @Option(
            names = "--shard",
            paramLabel = "I/N",
            description =
                    "Make the I-th of N parts of a batch only, 1/N to N/N. A hash of a clip's output name decides "
                            + "which part it is in, so that N processes share a batch and may write to one folder at once.")
    private Optional<BatchShard> shard = Optional.empty();

    boolean isGiven() {
        return path != null;
    }

    /**
     * Finds the clips.
     *
     * @param options what they are generated with
     * @throws IOException if there is nothing to generate, the table is damaged, or an output cannot be written where
     *     it should go
     * @throws IllegalArgumentException if an output leads out of the folder
     */
    BatchRun open(VideoOutput output, GenerationOptions options) throws IOException {
        GenerationBatch batch = GenerationBatch.read(Objects.requireNonNull(path));
        return new BatchRun(
                batch,
                output,
                options,
                "." + format.name().toLowerCase(Locale.ROOT),
                skipExisting,
                shard.orElse(BatchShard.WHOLE));
    }
}
