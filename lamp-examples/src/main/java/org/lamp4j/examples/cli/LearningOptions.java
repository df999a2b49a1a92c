package org.lamp4j.examples.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lamp4j.examples.drawing.MotionClips;
import org.lamp4j.examples.evaluate.EmbeddedModelEvaluation;
import org.lamp4j.generation.Extension;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.training.TrainingOptionsBuilder;
import org.lamp4j.training.WindowStart;
import picocli.CommandLine.Option;

/** What a motion is learned with on the embedded model, where it is not what the quickstart learns with. */
final class LearningOptions {

    @Option(names = "--steps", paramLabel = "N", description = "Training steps. Default: the quickstart's.")
    private @Nullable Integer steps;

    @Option(
            names = "--window-start",
            paramLabel = "WHERE",
            description = "Where in a training clip a window begins: ${COMPLETION-CANDIDATES}. Default: random.")
    private @Nullable WindowStart windowStart;

    @Option(
            names = "--window",
            paramLabel = "N",
            description = "Frames of a window, in training and in generation: a clip has 15, and one of fewer goes on "
                    + "window by window, each from the last frame of the one before. Default: the quickstart's.")
    private @Nullable Integer window;

    @Option(
            names = "--guidance-scale",
            paramLabel = "SCALE",
            description = "How strongly the prompt is followed. Default: the quickstart's.")
    private @Nullable Float guidanceScale;

    @Option(
            names = "--guidance-start",
            paramLabel = "FRACTION",
            description = "The part of all timesteps, noisiest first, that is not guided. Default: the quickstart's.")
    private @Nullable Double guidanceStart;

    @Option(
            names = "--adain-start",
            paramLabel = "PART",
            description = "How far down the timesteps frame 1 begins to take on the first frame's statistics, 0 to 1. "
                    + "Default: off, without AdaIN.")
    private @Nullable Double adaInStart;

    @Option(names = "--name-motion", description = "Captions and prompts name the motion.")
    private boolean nameMotion;

    /**
     * Applies them.
     *
     * @throws IllegalArgumentException if an option is out of its range
     */
    EmbeddedModelEvaluation.Settings applyTo(EmbeddedModelEvaluation.Settings quickstart) {
        TrainingOptionsBuilder training = quickstart.training().toBuilder();
        if (steps != null) {
            training.steps(steps);
        }
        if (windowStart != null) {
            training.windowStart(windowStart);
        }
        GenerationOptions.Builder generation = quickstart.generation().toBuilder();
        if (guidanceScale != null) {
            generation.guidanceScale(guidanceScale);
        }
        if (guidanceStart != null) {
            generation.guidanceStart(guidanceStart);
        }
        if (adaInStart != null) {
            generation.adaInStart(adaInStart);
        }
        Optional<Extension> extension = quickstart.extension();
        if (window != null) {
            training.frameCount(window);
            generation.frameCount(window);
            int rest = quickstart.frameCount() - window;
            if (window < 3 || rest < 0) {
                throw new IllegalArgumentException("expected a window of 3 to " + quickstart.frameCount()
                        + " frames, but was " + window + " (--window)");
            }
            extension = rest == 0 ? Optional.empty() : extension.map(known -> known.withFrameCount(rest));
        }
        MotionClips clips = quickstart.clips();
        return new EmbeddedModelEvaluation.Settings(
                training.build(), generation.build(), extension, nameMotion ? clips.namingTheMotion() : clips);
    }
}
