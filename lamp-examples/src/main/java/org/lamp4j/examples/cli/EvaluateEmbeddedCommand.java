package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.lamp4j.examples.drawing.Look;
import org.lamp4j.examples.drawing.Motion;
import org.lamp4j.examples.evaluate.EmbeddedModelEvaluation;
import org.lamp4j.examples.evaluate.EmbeddedModelEvaluation.Baselines;
import org.lamp4j.examples.quickstart.Quickstart;
import org.lamp4j.progress.Decision;
import org.lamp4j.progress.ProgressListener;
import org.lamp4j.testing.EmbeddedModel;
import org.lamp4j.training.TrainingProgress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints the table of figures in the embedded model's card. */
@Command(
        name = "evaluate-embedded",
        description =
                "Measures the small base model that comes with the examples, and motions learned on it, on scenes "
                        + "neither was trained on. Takes minutes for each motion and seed.")
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

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "How many seeds, from --seed on: each draws scenes, learns and generates anew. Figures are "
                    + "their mean, with the worst in brackets. Default: ${DEFAULT-VALUE}.")
    private int seeds = 1;

    @Option(
            names = "--look",
            paramLabel = "LOOK",
            description =
                    "${COMPLETION-CANDIDATES}: whether clips and first frames are as they are drawn or as a camera "
                            + "films them. Default: ${DEFAULT-VALUE}.")
    private Look look = Look.DRAWN;

    @Option(
            names = "--no-baselines",
            description =
                    "Leaves out what the learned motions are compared with: an untrained pattern, the drawn clips "
                            + "after encoding and decoding, and copies of the first frame.")
    private boolean noBaselines;

    @Mixin
    private LearningOptions learning;

    @Mixin
    private SeedOption seed;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (seeds < 1) {
            throw new ParameterException(
                    spec.commandLine(), "expected 1 or more seeds, but was " + seeds + " (--seeds)");
        }
        try (PhaseDisplay display = new PhaseDisplay(spec.commandLine().getErr())) {
            AtomicInteger done = new AtomicInteger();
            List<EmbeddedModelEvaluation.Settings> runs = OptionTypes.fromOptions(
                    spec,
                    () -> LongStream.range(seed.get(), seed.get() + seeds)
                            .mapToObj(each -> learning.applyTo(
                                    Quickstart.settings(each, look, trained(display, done), ProgressListener.none())))
                            .toList());
            EmbeddedModelEvaluation evaluation = new EmbeddedModelEvaluation(
                    model(), output, runs, spec.commandLine().getOut()::println);
            if (images > 0) {
                evaluation.evaluateBase(images);
            }
            evaluation.evaluateMotions(motions, noBaselines ? Baselines.WITHOUT : Baselines.WITH);
        }
        return Lamp.OK;
    }

    /** Counts the steps of all trainings, since several run at a time. */
    private ProgressListener<TrainingProgress> trained(PhaseDisplay display, AtomicInteger done) {
        return progress -> {
            if (progress instanceof TrainingProgress.TrainingStep step) {
                synchronized (display) {
                    display.show(new ProgressDisplay.Step(
                            "training", done.incrementAndGet(), step.steps() * motions.size() * seeds, ""));
                }
            }
            return Decision.CONTINUE;
        };
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
