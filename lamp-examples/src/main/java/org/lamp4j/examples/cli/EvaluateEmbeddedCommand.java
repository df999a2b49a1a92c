package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lamp4j.examples.drawing.Motion;
import org.lamp4j.examples.evaluate.EmbeddedModelEvaluation;
import org.lamp4j.examples.quickstart.Quickstart;
import org.lamp4j.progress.ProgressListener;
import org.lamp4j.testing.EmbeddedModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the table of figures in the embedded model's card. */
@Command(
        name = "evaluate-embedded",
        description = "Measures the small base model that comes with the examples, and the five motions learned on it, "
                + "on scenes neither was trained on. Takes about a quarter of an hour.")
final class EvaluateEmbeddedCommand implements Callable<Integer> {

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "Another model that lamp pretrain made. Default: the embedded one.")
    private @Nullable Path model;

    @Option(
            names = "--motions",
            split = ",",
            paramLabel = "NAME",
            description = "${COMPLETION-CANDIDATES}: which motions. Default: all.")
    private List<Motion> motions = List.of(Motion.values());

    @Option(
            names = "--images",
            paramLabel = "N",
            description = "Number of captions to draw, and of scenes to encode. 0 leaves the base model out. Default: "
                    + "${DEFAULT-VALUE}.")
    private int images = 100;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            defaultValue = "lamp-evaluation",
            description = "Where clips and contact sheets go. Default: ${DEFAULT-VALUE}.")
    private Path output;

    @Mixin
    private SeedOption seed;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        try (WorkDisplay display = new WorkDisplay(spec.commandLine().getErr())) {
            EmbeddedModelEvaluation evaluation = new EmbeddedModelEvaluation(
                    model(),
                    output,
                    Quickstart.settings(seed.get(), display::training, ProgressListener.none()),
                    spec.commandLine().getOut()::println);
            if (images > 0) {
                evaluation.evaluateBase(images);
            }
            evaluation.evaluateMotions(motions);
        }
        return Lamp.OK;
    }

    private Path model() throws IOException {
        if (model != null) {
            return model;
        }
        Path copy = output.resolve("model");
        EmbeddedModel.copyTo(copy);
        return copy;
    }
}
