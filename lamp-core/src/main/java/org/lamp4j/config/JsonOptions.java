package org.lamp4j.config;

import static java.util.Map.entry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.diffusion.SamplerType;
import org.lamp4j.diffusion.TimestepSpacing;
import org.lamp4j.files.NearestName;
import org.lamp4j.files.PrintableText;
import org.lamp4j.files.StrictJson;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.generation.PromptSyntax;
import org.lamp4j.training.HorizontalFlip;
import org.lamp4j.training.LearningRateSchedule;
import org.lamp4j.training.TimestepSampling;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingOptionsBuilder;
import org.lamp4j.training.WindowStart;

/**
 * Options as a JSON object, as tables of many clips or motions have them: {@code {"steps": 20, "frameSize":
 * "512x320"}}. A field has the name of the builder's setter; values that are no numbers, lists of names or {@code true}
 * are texts, as on the command line.
 */
public final class JsonOptions {

    private static final Map<String, BiConsumer<GenerationOptions.Builder, JsonValue>> GENERATION = Map.ofEntries(
            entry("frameCount", (options, value) -> options.frameCount(value.integer())),
            entry("frameSize", (options, value) -> options.frameSize(value.frameSize())),
            entry("framesPerSecond", (options, value) -> options.framesPerSecond(value.number())),
            entry("sampler", (options, value) -> options.sampler(SamplerType.ofLabel(value.text()))),
            entry("steps", (options, value) -> options.steps(value.integer())),
            entry(
                    "timestepSpacing",
                    (options, value) -> options.timestepSpacing(TimestepSpacing.ofLabel(value.text()))),
            entry("guidanceScale", (options, value) -> options.guidanceScale((float) value.number())),
            entry("guidanceStart", (options, value) -> options.guidanceStart(value.number())),
            entry("negativePrompt", (options, value) -> options.negativePrompt(value.text())),
            entry("promptSyntax", (options, value) -> options.promptSyntax(value.choice(PromptSyntax.class))),
            entry("deepCache", (options, value) -> options.deepCache(value.integer())),
            entry("noiseSharing", (options, value) -> options.noiseSharing((float) value.number())),
            entry("adaInStart", (options, value) -> options.adaInStart(value.number())),
            entry("withoutAdaIn", (options, value) -> value.ifTrue(options::withoutAdaIn)),
            entry("withoutHistogramMatching", (options, value) -> value.ifTrue(options::withoutHistogramMatching)),
            entry("seed", (options, value) -> options.seed(value.wholeNumber())));

    private static final Map<String, BiConsumer<TrainingOptionsBuilder, JsonValue>> TRAINING = Map.ofEntries(
            entry("steps", (options, value) -> options.steps(value.integer())),
            entry("frameCount", (options, value) -> options.frameCount(value.integer())),
            entry("frameSize", (options, value) -> options.frameSize(value.frameSize())),
            entry("frameStride", (options, value) -> options.frameStride(value.integer())),
            entry("windowStart", (options, value) -> options.windowStart(value.choice(WindowStart.class))),
            entry("maxClipFrames", (options, value) -> options.maxClipFrames(value.integer())),
            entry("horizontalFlip", (options, value) -> options.horizontalFlip(value.choice(HorizontalFlip.class))),
            entry("batchSize", (options, value) -> options.batchSize(value.integer())),
            entry("gradientAccumulation", (options, value) -> options.gradientAccumulation(value.integer())),
            entry(
                    "timestepSampling",
                    (options, value) -> options.timestepSampling(TimestepSampling.parse(value.text()))),
            entry("learningRate", (options, value) -> options.learningRate((float) value.number())),
            entry(
                    "learningRateSchedule",
                    (options, value) -> options.learningRateSchedule(LearningRateSchedule.parse(value.text()))),
            entry("beta1", (options, value) -> options.beta1((float) value.number())),
            entry("beta2", (options, value) -> options.beta2((float) value.number())),
            entry("epsilon", (options, value) -> options.epsilon((float) value.number())),
            entry("weightDecay", (options, value) -> options.weightDecay((float) value.number())),
            entry("maxGradientNorm", (options, value) -> options.maxGradientNorm((float) value.number())),
            entry("trainableModules", (options, value) -> options.trainableModules(value.texts())),
            entry("rank", (options, value) -> options.rank(value.integer())),
            entry("alpha", (options, value) -> options.alpha((float) value.number())),
            entry("seed", (options, value) -> options.seed(value.wholeNumber())),
            entry(
                    "gradientCheckpointing",
                    (options, value) -> options.gradientCheckpointing(value.choice(GradientCheckpointing.class))),
            entry("checkpointEvery", (options, value) -> options.checkpointEvery(value.integer())));

    private JsonOptions() {}

    /**
     * Reads how a clip is generated.
     *
     * @param json an object with names of {@link GenerationOptions.Builder}'s setters
     * @param defaults what counts where the object says nothing
     * @return a builder in which the listener, and what the object does not say, are still free
     * @throws IllegalArgumentException if it is no JSON object, a field has another name than a setter or is there
     *     twice, two set the same in different ways, or a value is out of range; the message names the field
     */
    public static GenerationOptions.Builder generation(String json, GenerationOptions defaults) {
        GenerationOptions.Builder builder = defaults.toBuilder();
        read(json, GENERATION, builder);
        return builder;
    }

    /**
     * Reads how a motion is learned.
     *
     * @param json an object with names of {@link TrainingOptionsBuilder}'s setters; none of a file or folder, which
     *     whoever reads this has to say
     * @return a builder in which files, listener and validation, and what the object does not say, are still free
     * @throws IllegalArgumentException if it is no JSON object, a field has another name than a setter or is there
     *     twice, or a value is out of range; the message names the field
     */
    public static TrainingOptionsBuilder training(String json) {
        TrainingOptionsBuilder builder = TrainingOptions.newBuilder();
        read(json, TRAINING, builder);
        return builder;
    }

    private static <B> void read(String json, Map<String, BiConsumer<B, JsonValue>> setters, B builder) {
        object(json).properties().forEach(field -> {
            BiConsumer<B, JsonValue> setter = setters.get(field.getKey());
            if (setter == null) {
                TreeSet<String> known = new TreeSet<>(setters.keySet());
                String name = PrintableText.excerpt(field.getKey());
                throw new IllegalArgumentException("expected one of " + String.join(", ", known) + ", but was " + name
                        + NearestName.of(name, known)
                                .map(nearest -> ", the nearest is " + nearest)
                                .orElse("") + " (options)");
            }
            try {
                setter.accept(builder, new JsonValue(field.getValue()));
            } catch (IllegalArgumentException | IllegalStateException refused) { // the latter: set under another name
                throw new IllegalArgumentException(refused.getMessage() + " (option " + field.getKey() + ")", refused);
            }
        });
    }

    private static ObjectNode object(String json) {
        try {
            JsonNode node = StrictJson.reader()
                    .reader()
                    .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .readTree(json);
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw new IllegalArgumentException(
                    "expected options as a JSON object, but was " + PrintableText.excerpt(json));
        } catch (JsonProcessingException notJson) {
            throw new IllegalArgumentException(
                    "expected options as a JSON object, but was " + PrintableText.excerpt(json) + ": "
                            + PrintableText.line(notJson.getOriginalMessage()),
                    notJson);
        }
    }
}
