package org.lamp4j.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.diffusion.SamplerType;
import org.lamp4j.diffusion.TimestepSpacing;
import org.lamp4j.generation.PromptSyntax;
import org.lamp4j.media.FrameSize;
import org.lamp4j.training.HorizontalFlip;
import org.lamp4j.training.LearningRateSchedule;
import org.lamp4j.training.TimestepSampling;
import org.lamp4j.training.WindowStart;

/**
 * A setting, with a value that is not its default, in all places where it can be said or is kept. What differs from its
 * name stands here with the reason.
 *
 * @param name the builder's setter
 * @param value what the setter is given; none if it has no parameter
 * @param component where it arrives in the options
 * @param needs the setting without which this one is refused
 * @param option what stands behind the option of the command line; empty if there is none
 * @param yaml the lines of a file that say it; empty if none can
 * @param provenance what is kept of it with a pattern or clip; empty if it does not decide the result
 */
record Setting(
        String name,
        Optional<Object> value,
        String component,
        Optional<String> needs,
        Optional<String> option,
        String yaml,
        Map<String, String> provenance) {

    private static final String SWITCH = "";

    static final List<Setting> TRAINING = List.of(
            of("steps", 1).yaml("max_train_steps: 1"),
            of("frameCount", 2).yaml("train_data: {n_sample_frames: 2}"),
            of("frameSize", new FrameSize(32, 16)).yaml("train_data: {width: 32, height: 16}"),
            of("frameStride", 2).yaml("train_data: {sample_frame_rate: 2}"),
            of("windowStart", WindowStart.CLIP_START).option("clip_start").kept("window_start", "clip_start"),
            of("maxClipFrames", 100).forgotten("it refuses clips, and changes none"),
            of("horizontalFlip", HorizontalFlip.RANDOM).option(SWITCH).kept("horizontal_flip", "random"),
            of("batchSize", 2).yaml("train_batch_size: 2"),
            of("gradientAccumulation", 2).yaml("gradient_accumulation_steps: 2"),
            of("timestepSampling", TimestepSampling.withShareFrom(0.5, 400))
                    .option("0.5:400")
                    .kept("timestep_share", "0.5", "timestep_from", "400"),
            of("learningRate", 0.002f).yaml("learning_rate: 2e-3"),
            of("learningRateSchedule", LearningRateSchedule.warmUp(3))
                    .option("warmup:3")
                    .kept("learning_rate_schedule", "warm-up over 3 steps"),
            of("beta1", 0.5f).yaml("adam_beta1: 0.5").fileOnly(),
            of("beta2", 0.25f).yaml("adam_beta2: 0.25").fileOnly(),
            of("epsilon", 0.125f).yaml("adam_epsilon: 0.125").fileOnly(),
            of("weightDecay", 0.5f).yaml("adam_weight_decay: 0.5").fileOnly(),
            of("maxGradientNorm", 2f).yaml("max_grad_norm: 2").fileOnly(),
            of("trainableModules", List.of("attn_temp"))
                    .option("attn_temp")
                    .yaml("trainable_modules: [attn_temp]")
                    .kept("trainable_modules", "[\"attn_temp\"]"),
            of("rank", 2).component("lowRank", "a rank makes it, and α is as large unless it is said"),
            of("alpha", 3f).component("lowRank", "a number of the rank's").needs("rank"),
            of("seed", 7L).yaml("seed: 7"),
            of("gradientCheckpointing", GradientCheckpointing.ALWAYS)
                    .option("always")
                    .yaml("gradient_checkpointing: true")
                    .forgotten("the result is the same but for rounding"),
            of("checkpoint", Path.of("runs", "checkpoints"))
                    .component("checkpoints", "the folder makes the group")
                    .yaml("output_dir: runs\ncheckpointing_steps: 500")
                    .forgotten("it changes nothing of what is learned"),
            of("checkpointEvery", 1)
                    .component("checkpoints", "a number of the folder's")
                    .needs("checkpoint")
                    .yaml("output_dir: runs\ncheckpointing_steps: 1")
                    .forgotten("it changes nothing of what is learned"),
            of("keepCheckpoints", 2)
                    .component("checkpoints", "a number of the folder's")
                    .needs("checkpoint")
                    .forgotten("it changes nothing of what is learned"),
            of("resume", Path.of("runs", "earlier")).forgotten("the run is the same as without"),
            of("startFrom", Path.of("runs", "pattern.safetensors"))
                    .forgotten("the pattern has the hash of what was read, not the file's name"));

    static final List<Setting> GENERATION = List.of(
            of("frameCount", 2).yaml("validation_data: {video_length: 2}"),
            of("frameSize", new FrameSize(32, 16)).yaml("validation_data: {width: 32, height: 16}"),
            of("framesPerSecond", 12.0).forgotten("the clip has it itself"),
            of("sampler", SamplerType.EULER),
            of("steps", 3).yaml("validation_data: {num_inference_steps: 3}"),
            of("timestepSpacing", TimestepSpacing.TRAILING),
            of("guidanceScale", 2f).yaml("validation_data: {guidance_scale: 2}"),
            of("guidanceStart", 0.25),
            of("negativePrompt", "blurred"),
            of("promptSyntax", PromptSyntax.WEIGHTED).option(SWITCH).kept("prompt_syntax", "weighted"),
            of("deepCache", 2),
            of("noiseSharing", 0.5f),
            of("adaInStart", 0.25),
            ofNothing("withoutAdaIn")
                    .component("adaInStart", "it is off where it does not start")
                    .kept("adain_start", "off"),
            ofNothing("withoutHistogramMatching")
                    .component("histogramMatching", "it is on unless it is turned off")
                    .kept("histogram_matching", "off"),
            of("seed", 7L).yaml("seed: 7"));

    private static Setting of(String name, Object value) {
        String text = value.toString();
        return new Setting(
                name, Optional.of(value), name, Optional.empty(), Optional.of(text), "", Map.of(snake(name), text));
    }

    private static Setting ofNothing(String name) {
        return new Setting(name, Optional.empty(), name, Optional.empty(), Optional.of(SWITCH), "", Map.of());
    }

    /** AdaIN is one word. */
    private static String snake(String name) {
        return name.replace("adaIn", "adain").replaceAll("(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }

    private Setting yaml(String lines) {
        return new Setting(name, value, component, needs, option, lines, provenance);
    }

    private Setting option(String text) {
        return new Setting(name, value, component, needs, Optional.of(text), yaml, provenance);
    }

    /** The optimizer's own constants, which hardly anybody changes, are set by a file of --config only. */
    private Setting fileOnly() {
        return new Setting(name, value, component, needs, Optional.empty(), yaml, provenance);
    }

    @SuppressWarnings("UnusedVariable") // the reason is for who reads the table
    private Setting component(String another, String reason) {
        return new Setting(name, value, another, needs, option, yaml, provenance);
    }

    private Setting needs(String another) {
        return new Setting(name, value, component, Optional.of(another), option, yaml, provenance);
    }

    private Setting kept(String key, String text, String... more) {
        Map<String, String> entries = more.length == 0 ? Map.of(key, text) : Map.of(key, text, more[0], more[1]);
        return new Setting(name, value, component, needs, option, yaml, entries);
    }

    @SuppressWarnings("UnusedVariable") // the reason is for who reads the table
    private Setting forgotten(String reason) {
        return new Setting(name, value, component, needs, option, yaml, Map.of());
    }

    /** Returns the arguments that say it on the command line. */
    List<String> arguments() {
        String spelled = OptionNamesTest.option(name);
        return option.map(text -> text.equals(SWITCH) ? List.of(spelled) : List.of(spelled, text))
                .orElse(List.of());
    }

    /** Returns the value as options in JSON have it: what is no number and no list is the text of the command line. */
    JsonNode json() {
        Object plain = value.orElse(true);
        return plain instanceof Number || plain instanceof List || plain instanceof Boolean
                ? new ObjectMapper().valueToTree(plain)
                : new TextNode(option.filter(text -> !text.equals(SWITCH))
                        .orElseGet(() -> value.orElseThrow().toString()));
    }

    @Override
    public String toString() {
        return name;
    }
}
