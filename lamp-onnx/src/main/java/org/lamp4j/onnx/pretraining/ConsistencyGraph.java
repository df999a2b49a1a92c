package org.lamp4j.onnx.pretraining;

import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Elementwise.sqrt;
import static org.lamp4j.onnx.op.Elementwise.sub;
import static org.lamp4j.onnx.op.Layout.concat;
import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.Reductions.mean;
import static org.lamp4j.onnx.op.Slicing.slice;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Target;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.layer.CheckpointParameters;
import org.lamp4j.onnx.layer.ParameterSource;
import org.lamp4j.onnx.layer.Scope;
import org.lamp4j.onnx.model.LowRankUpdate;
import org.lamp4j.onnx.model.VideoUNet;
import org.lamp4j.onnx.training.NetworkTrainer;
import org.lamp4j.onnx.training.StepGraph;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.tensor.Shape;

/**
 * One step of consistency distillation: the loss between what the student makes of noisy latents and what the average
 * of its past makes of the cleaner latents that the teacher's step leads to. All networks are the same image UNet; the
 * student's and its average's have low-rank updates added.
 *
 * <pre>
 *   o   = u + w (c - u),      c, u the teacher's outputs for x_t with the caption and without
 *   x_s = step₀ x_t + step₁ o                      a step of DDIM from t to s
 *   L   = mean (√((f(x_t, t) - f⁻(x_s, s))² + δ²) - δ),   f = state x + output · network's output
 * </pre>
 *
 * <p>The factors of each line come with the batch, one for each image, and are those of {@link ConsistencyBatch}.
 *
 * @see <a href="https://arxiv.org/abs/2310.04378">Luo et al., Latent Consistency Models</a>, algorithm 1, with Song and
 *     Dhariwal's pseudo-Huber loss (arXiv 2310.14189), δ = 0.001
 */
final class ConsistencyGraph {

    /** Input of the noisy latents x_t, {@code [B, C, h, w]}. */
    static final String LATENTS = "latents";

    /** Input of their timesteps t, {@code [B]}, INT64. */
    static final String TIMESTEPS = "timesteps";

    /** Input of the timesteps s that the teacher's step leads to, {@code [B]}, INT64. */
    static final String CLEANER_TIMESTEPS = "cleaner_timesteps";

    /** Input of the captions' hidden states, {@code [B, N, D]}. */
    static final String CONTEXT = "context";

    /** Input of the empty caption's hidden states, {@code [B, N, D]}; only with guidance. */
    static final String EMPTY_CONTEXT = "empty_context";

    /** Input of the factors, {@code [6, B, 1, 1, 1]}: of step, of the average's f, of the student's f. */
    static final String FACTORS = "factors";

    private static final float HUBER = 1e-3f;

    private final Graph graph;
    private final VideoUNetConfig config;
    private final Shape images;
    private final Map<String, LowRankUpdate> updates;

    /**
     * Builds the graph.
     *
     * @param config dimensions of the UNet
     * @param unet its weights
     * @param context shape of the captions' hidden states, {@code [B, N, D]}
     * @param rank r of the updates
     * @param guidanceScale w of the teacher; at 1 or below it has no guidance
     * @param target what it is run on
     */
    ConsistencyGraph(
            VideoUNetConfig config, Checkpoint unet, Shape context, int rank, float guidanceScale, Target target) {
        this.graph = new Graph("consistency distillation", target);
        this.config = config;
        int size = config.sampleSize();
        images = Shape.of(context.size(0), config.inChannels(), size, size);
        Value latents = graph.input(LATENTS, ElementType.FLOAT, images);
        Value timesteps = graph.input(TIMESTEPS, ElementType.INT64, Shape.of(context.size(0)));
        Value cleaner = graph.input(CLEANER_TIMESTEPS, ElementType.INT64, Shape.of(context.size(0)));
        Value captions = graph.input(CONTEXT, ElementType.FLOAT, context);
        Value factors = graph.input(FACTORS, ElementType.FLOAT, Shape.of(6, context.size(0), 1, 1, 1));

        Value taught = teacher(new CheckpointParameters(unet, "teacher/"), latents, timesteps, captions, guidanceScale);
        Value stepped = combined(factors, 0, latents, taught);
        AddedUpdates past = new AddedUpdates(new CheckpointParameters(unet, "past/"), rank, NetworkTrainer.AVERAGE);
        Value held = combined(factors, 2, stepped, network(past, stepped, cleaner, captions));
        AddedUpdates student = new AddedUpdates(new CheckpointParameters(unet), rank, "");
        Value predicted = combined(factors, 4, latents, network(student, latents, timesteps, captions));
        Value error = sub(predicted, held);
        Value distance = sqrt(add(mul(error, error), HUBER * HUBER));
        updates = student.updates();
        StepGraph.addLoss(add(reshape(mean(distance, 0, 1, 2, 3), Shape.of()), -HUBER), factorNames());
    }

    private Value teacher(ParameterSource source, Value latents, Value timesteps, Value captions, float guidanceScale) {
        if (guidanceScale <= 1) {
            return network(source, latents, timesteps, captions);
        }
        Value empty = graph.input(EMPTY_CONTEXT, ElementType.FLOAT, captions.shape());
        int count = images.size(0);
        Value both = network(
                source,
                concat(0, List.of(latents, latents)),
                concat(0, List.of(timesteps, timesteps)),
                concat(0, List.of(empty, captions)));
        Value without = slice(both, 0, 0, count);
        return add(without, mul(sub(slice(both, 0, count, 2 * count), without), guidanceScale));
    }

    private Value network(ParameterSource source, Value latents, Value timesteps, Value context) {
        Shape shape = latents.shape();
        Value clips = reshape(latents, shape.size(0), shape.size(1), 1, shape.size(2), shape.size(3));
        Value output = new VideoUNet(config, VideoUNet.Variant.IMAGE)
                .apply(Scope.root(graph, source, ElementType.FLOAT), clips, timesteps, context);
        return reshape(output, shape);
    }

    private Value combined(Value factors, int first, Value latents, Value output) {
        return add(mul(factor(factors, first), latents), mul(factor(factors, first + 1), output));
    }

    private Value factor(Value factors, int index) {
        return reshape(slice(factors, 0, index, index + 1), images.size(0), 1, 1, 1);
    }

    private Set<String> factorNames() {
        Set<String> names = new LinkedHashSet<>();
        updates.values().forEach(update -> {
            names.add(update.aName());
            names.add(update.bName());
        });
        return names;
    }

    Graph graph() {
        return graph;
    }

    /** Returns the shape of the latents, {@code [B, C, h, w]}. */
    Shape images() {
        return images;
    }

    /** Returns the updates by the key of their matrix. */
    Map<String, LowRankUpdate> updates() {
        return updates;
    }
}
