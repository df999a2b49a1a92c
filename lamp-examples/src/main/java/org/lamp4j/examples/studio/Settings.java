package org.lamp4j.examples.studio;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.lamp4j.examples.drawing.Look;
import org.lamp4j.examples.evaluate.EmbeddedModelEvaluation;
import org.lamp4j.examples.quickstart.Quickstart;
import org.lamp4j.generation.Extension;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.progress.ProgressListener;
import org.lamp4j.training.HorizontalFlip;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingOptionsBuilder;

/**
 * How motions are learned and clips made, unless the person says otherwise: with the paper's settings on a model of the
 * usual size, with the quickstart's on the embedded one.
 *
 * @param training how motions are learned
 * @param generation how clips are made
 * @param validationEvery steps between two clips that are made while a motion is learned
 * @param extension how a longer clip goes on, by however many frames
 */
record Settings(TrainingOptions training, GenerationOptions generation, int validationEvery, Extension extension) {

    static final Set<String> LEARN = Set.of(
            "steps",
            "frameCount",
            "frameSize",
            "frameStride",
            "learningRate",
            "seed",
            "rank",
            "horizontalFlip",
            "validationEvery");

    static final Set<String> ANIMATE = Set.of(
            "steps",
            "guidanceScale",
            "frameCount",
            "frameSize",
            "framesPerSecond",
            "negativePrompt",
            "noiseSharing",
            "histogramMatching",
            "seed");

    private static final int MAX_NEGATIVE_PROMPT = 1000;

    static Settings of(OpenModel model) {
        if (model.isEmbedded()) {
            EmbeddedModelEvaluation.Settings quickstart =
                    Quickstart.settings(0, Look.DRAWN, ProgressListener.none(), ProgressListener.none());
            return new Settings(
                    quickstart.training(),
                    quickstart.generation(),
                    250,
                    quickstart.extension().orElseThrow());
        }
        return new Settings(
                TrainingOptions.newBuilder().build(),
                GenerationOptions.newBuilder().build(),
                1000,
                Extension.by(1));
    }

    ObjectNode learnDefaults() {
        TrainingOptions.Window window = training.window();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("steps", training.steps());
        json.put("frameCount", window.frameCount());
        json.put("frameSize", window.frameSize().toString());
        json.put("frameStride", window.frameStride());
        json.put("learningRate", plain(training.optimizer().learningRate()));
        json.put("seed", training.seed());
        json.put("rank", 0);
        json.put("horizontalFlip", window.horizontalFlip() == HorizontalFlip.RANDOM);
        json.put("validationEvery", validationEvery);
        return json;
    }

    ObjectNode animateDefaults() {
        GenerationOptions.Sampling sampling = generation.sampling();
        GenerationOptions.Consistency consistency = generation.consistency();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("steps", sampling.steps());
        json.put("guidanceScale", plain(sampling.guidanceScale()));
        json.put("frameCount", generation.frameCount());
        json.put("frameSize", generation.frameSize().toString());
        json.put("framesPerSecond", generation.framesPerSecond());
        json.put("negativePrompt", sampling.negativePrompt());
        json.put("noiseSharing", plain(consistency.noiseSharing()));
        json.put("histogramMatching", consistency.histogramMatching());
        return json;
    }

    /** Without the digits that a float has more in a double than people write. */
    private static double plain(float value) {
        return Double.parseDouble(Float.toString(value));
    }

    /**
     * Returns how a motion is learned.
     *
     * @throws IllegalArgumentException if an option is out of range
     */
    TrainingOptionsBuilder learning(Fields options) {
        options.only(LEARN);
        TrainingOptionsBuilder builder = training.toBuilder();
        options.ifInteger("steps", builder::steps);
        options.ifInteger("frameCount", builder::frameCount);
        options.ifSize("frameSize", builder::frameSize);
        options.ifInteger("frameStride", builder::frameStride);
        options.ifNumber("learningRate", rate -> builder.learningRate(rate.floatValue()));
        options.ifLong("seed", builder::seed);
        options.ifInteger("rank", rank -> {
            if (rank != 0) { // 0 stands for whole matrices
                builder.rank(rank);
            }
        });
        options.flag("horizontalFlip")
                .ifPresent(flip -> builder.horizontalFlip(flip ? HorizontalFlip.RANDOM : HorizontalFlip.OFF));
        return builder;
    }

    int validationEvery(Fields options) {
        return options.has("validationEvery") ? options.integer("validationEvery") : validationEvery;
    }

    /**
     * Returns how a clip is made.
     *
     * @throws IllegalArgumentException if an option is out of range
     */
    GenerationOptions.Builder animating(Fields options) {
        options.only(ANIMATE);
        GenerationOptions.Builder builder =
                options.flag("histogramMatching").map(this::withMatching).orElse(generation).toBuilder();
        options.ifInteger("steps", builder::steps);
        options.ifNumber("guidanceScale", scale -> builder.guidanceScale(scale.floatValue()));
        options.ifInteger("frameCount", builder::frameCount);
        options.ifSize("frameSize", builder::frameSize);
        options.ifNumber("framesPerSecond", builder::framesPerSecond);
        options.optionalText("negativePrompt", MAX_NEGATIVE_PROMPT).ifPresent(builder::negativePrompt);
        options.ifNumber("noiseSharing", share -> builder.noiseSharing(share.floatValue()));
        options.ifLong("seed", builder::seed);
        return builder;
    }

    /** The builder can only leave the matching out, and the embedded model's settings have done so. */
    private GenerationOptions withMatching(boolean matching) {
        GenerationOptions.Consistency before = generation.consistency();
        return new GenerationOptions(
                generation.frameCount(),
                generation.frameSize(),
                generation.framesPerSecond(),
                generation.sampling(),
                new GenerationOptions.Consistency(before.noiseSharing(), before.adaInStart(), matching),
                generation.seed(),
                generation.listener());
    }
}
