package org.lamp4j.spark;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures the clips of a table. */
@Command(
        name = "evaluate",
        description = "Measures how things move in clips and, with a CLIP model, LAMP's scores.",
        mixinStandardHelpOptions = true)
final class EvaluateJob implements Callable<Integer> {

    @Option(
            names = "--clips",
            paramLabel = "TABLE",
            required = true,
            description = "The table of results that generate wrote.")
    private String clips;

    @ArgGroup(exclusive = false)
    private @Nullable Clip clip;

    @Mixin
    private TableOptions tables;

    @Override
    public Integer call() {
        return tables.tables().evaluate(clips, Optional.ofNullable(clip).map(Clip::model));
    }

    /** What scores clips. */
    static final class Clip {
        @Option(
                names = "--clip-model",
                paramLabel = "DIR",
                required = true,
                description = "A CLIP model with both towers, on every host. Without it there are no scores.")
        private Path folder;

        @Option(
                names = "--clip-fingerprint",
                paramLabel = "HASH",
                description = "What the CLIP model's fingerprint must be; the error says what it is.")
        private @Nullable String fingerprint;

        ClusterModel model() {
            ClusterModel model = ClusterModel.onEveryHost(folder);
            return fingerprint == null ? model : model.withFingerprint(fingerprint);
        }
    }
}
