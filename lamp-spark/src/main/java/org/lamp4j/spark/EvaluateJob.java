package org.lamp4j.spark;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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

    @Option(
            names = "--clip-model",
            paramLabel = "DIR",
            description = "A CLIP model with both towers, on every host. Without it there are no scores.")
    private @Nullable Path clipModel;

    @Mixin
    private TableOptions tables;

    @Override
    public Integer call() {
        return tables.tables().evaluate(clips, Optional.ofNullable(clipModel).map(ClusterModel::onEveryHost));
    }
}
