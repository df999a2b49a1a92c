package org.lamp4j.training.loop;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.lamp4j.generation.pipeline.PromptEncoder;
import org.lamp4j.motion.BaseFingerprint;
import org.lamp4j.motion.PatternMetadata;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.WindowStart;

/** What is noted of a run while it goes on, and saved with the pattern. */
final class TrainingRecord {

    static final String SEED = "seed";
    static final String OPTIONS = "options";
    static final String CLIPS = "clips";
    static final String STEPS_OPTION = "steps";

    /** The entry that names the pattern whose parameters were the first, by its content. */
    static final String START_FROM = "start_from";

    private final BaseFingerprint base;
    private final Map<String, String> details;
    private final List<Float> losses = new ArrayList<>();
    private int overflows;

    private TrainingRecord(BaseFingerprint base, Map<String, String> details) {
        this.base = base;
        this.details = details;
    }

    static TrainingRecord start(
            BaseFingerprint base, Collection<ReadClip> clips, TrainingOptions options, PromptEncoder prompts) {
        Map<String, String> details = new LinkedHashMap<>();
        details.put(SEED, Long.toString(options.seed()));
        details.put(OPTIONS, json(options));
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (ReadClip read : clips) {
            ObjectNode entry = list.addObject();
            entry.put("name", read.clip().name());
            entry.put("caption", read.clip().caption());
            entry.put("hash", read.hash());
            if (read.clip().weight() != 1) {
                entry.put("weight", read.clip().weight());
            }
            Map<String, String> embeddings = prompts.embeddingsIn(read.clip().caption());
            if (!embeddings.isEmpty()) {
                entry.put("embeddings", PromptEncoder.listed(embeddings));
            }
        }
        details.put(CLIPS, list.toString());
        return new TrainingRecord(base, details);
    }

    /** Returns what of the options decides the result. */
    private static String json(TrainingOptions options) {
        TrainingOptions.Window window = options.window();
        TrainingOptions.Batches batches = options.batches();
        TrainingOptions.Optimizer optimizer = options.optimizer();
        TrainingOptions.Parameters parameters = options.parameters();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put(STEPS_OPTION, options.steps());
        json.put("frame_count", window.frameCount());
        json.put("frame_size", window.frameSize().toString());
        json.put("frame_stride", window.frameStride());
        if (window.windowStart() != WindowStart.RANDOM) {
            json.put("window_start", window.windowStart().name().toLowerCase(Locale.ROOT));
        }
        json.put("batch_size", batches.batchSize());
        json.put("gradient_accumulation", batches.gradientAccumulation());
        json.put("learning_rate", optimizer.learningRate());
        json.put("learning_rate_schedule", optimizer.learningRateSchedule().toString());
        json.put("beta1", optimizer.beta1());
        json.put("beta2", optimizer.beta2());
        json.put("epsilon", optimizer.epsilon());
        json.put("weight_decay", optimizer.weightDecay());
        json.put("max_gradient_norm", optimizer.maxGradientNorm());
        ArrayNode modules = json.putArray("trainable_modules");
        parameters.trainableModules().forEach(modules::add);
        parameters.lowRank().ifPresent(lowRank -> {
            json.put("rank", lowRank.rank());
            json.put("alpha", lowRank.alpha());
        });
        json.put("horizontal_flip", window.horizontalFlip().name().toLowerCase(Locale.ROOT));
        json.put("timestep_share", batches.timestepSampling().share());
        json.put("timestep_from", batches.timestepSampling().from());
        return json.toString();
    }

    /** Notes that training began with a pattern's parameters. */
    void startFrom(String patternHash) {
        details.put(START_FROM, patternHash);
    }

    void stepDone(float loss, int overflowsSoFar) {
        overflows = overflowsSoFar;
        losses.add(loss);
    }

    /** Takes over the losses of the steps before the first of this process. */
    void goOnAfter(FloatTensor earlierLosses) {
        for (float loss : earlierLosses.toArray()) {
            losses.add(loss);
        }
    }

    BaseFingerprint base() {
        return base;
    }

    int steps() {
        return losses.size();
    }

    /** Returns the loss of each step, {@code [steps]}. */
    FloatTensor losses() {
        return FloatTensor.generate(Shape.of(losses.size()), losses::get);
    }

    PatternMetadata metadata() {
        Map<String, String> all = new LinkedHashMap<>(details);
        if (!losses.isEmpty()) {
            all.put("final_loss", Float.toString(losses.get(losses.size() - 1)));
        }
        if (overflows > 0) {
            all.put("float16_overflows", Integer.toString(overflows));
        }
        return PatternMetadata.of(base, OptionalInt.of(losses.size()), all);
    }
}
