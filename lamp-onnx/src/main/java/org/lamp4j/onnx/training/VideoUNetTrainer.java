package org.lamp4j.onnx.training;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.TensorType;
import org.lamp4j.onnx.model.VideoUNetGraph;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeScope;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.TensorMemory;
import org.lamp4j.spi.LossScale;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.tensor.Shape;

/**
 * Trains a video UNet's motion parameters with {@link StepGraph} and {@link AdamW}. Parameters, gradients and moments
 * lie in a {@link TensorMemory} that the sessions read and write in place.
 *
 * <p>With float16 activations the loss is multiplied by a scale that keeps small gradients from vanishing. Where it
 * makes them overflow, the batch is run again with half the scale, so that no batch is lost.
 *
 * <p>Threads that share a trainer take turns.
 */
public final class VideoUNetTrainer implements MotionTrainer {

    private static final System.Logger LOG = System.getLogger(VideoUNetTrainer.class.getName());

    private final NativeScope natives = new NativeScope();
    private final TensorMemory memory;
    private final ParameterLayout layout;
    private final ParameterBuffers trained;
    private final ParameterBuffers gradients;
    private final Map<String, NativeTensor> fixed;
    private final MotionWeights fixedWeights;
    private final TrainingStep step;
    private final AdamW optimizer;
    private final GradientSum gradientSum;
    private final GradientNorm gradientNorm;

    /** The loss scale where the parameters are, as it was last written. */
    private final NativeTensor scale;

    private float scaleInMemory;
    private @Nullable ParameterBuffers incoming;
    private LossScale lossScale = LossScale.initial();
    private int batchCount;
    private boolean closed;

    /**
     * Makes a trainer.
     *
     * @param graph a graph of {@link StepGraph}
     * @param start values the trained parameters start from
     * @param fixed parameters that are inputs of the graph as well but do not change
     * @param device where to run the graph; the optimiser runs where the parameters are, see {@link TensorMemory#of}
     */
    public VideoUNetTrainer(Graph graph, MotionWeights start, MotionWeights fixed, ComputeDevice device) {
        this(() -> TrainingStep.whole(graph, device), start, fixed, device);
    }

    /**
     * Makes a trainer. The step is opened by a thread of its own, while memory is made for the parameters.
     *
     * @param step makes what computes loss and gradients; closed with the trainer
     * @param start values the trained parameters start from
     * @param fixed parameters that are inputs of the step as well but do not change
     * @param device what the step runs on
     */
    public VideoUNetTrainer(
            Supplier<TrainingStep> step, MotionWeights start, MotionWeights fixed, ComputeDevice device) {
        fixedWeights = fixed;
        OpeningStep opening = new OpeningStep(step);
        try {
            memory = natives.own(TensorMemory.of(device));
            layout = ParameterLayout.of(start, memory);
            trained = new ParameterBuffers(layout, memory, natives);
            trained.set(start);
            gradients = new ParameterBuffers(layout, memory, natives);
            this.fixed = FixedParameters.of(fixed, memory, natives);
            optimizer = natives.own(new AdamW(layout, memory));
            gradientSum = natives.own(new GradientSum(memory));
            gradientNorm = natives.own(new GradientNorm(memory));
            scale = natives.own(memory.allocate(new TensorType(ElementType.FLOAT, Shape.of())));
            this.step = natives.own(opening.opened());
        } catch (RuntimeException | Error e) {
            natives.own(opening);
            natives.closeAfter(e);
            throw e;
        }
    }

    @Override
    public synchronized float accumulate(Batch batch) {
        checkOpen();
        ParameterBuffers target = batchCount == 0 ? gradients : incoming();
        float loss = run(batch, target);
        if (target != gradients) {
            gradientSum.addTo(gradients, target);
        }
        batchCount++;
        return loss;
    }

    /**
     * Gradients are computed, too, and thrown away: a graph of the loss alone would hold another copy of the weights.
     */
    @Override
    public synchronized float loss(Batch batch) {
        checkOpen();
        ParameterBuffers unused = batchCount == 0 ? gradients : incoming();
        try (NativeScope scope = new NativeScope()) {
            return run(give(batch, scope), unused);
        }
    }

    private ParameterBuffers incoming() {
        ParameterBuffers made = incoming;
        if (made == null) {
            made = new ParameterBuffers(layout, memory, natives);
            incoming = made;
        }
        return made;
    }

    private float run(Batch batch, ParameterBuffers target) {
        boolean scaled = isScaled();
        try (NativeScope scope = new NativeScope()) {
            Map<String, NativeTensor> given = give(batch, scope);
            float loss = run(given, target);
            while (scaled
                    && lossScale.canShrink()
                    && Float.isFinite(loss)
                    && !Double.isFinite(gradientNorm.of(target))) {
                lossScale = lossScale.afterOverflow();
                LOG.log(
                        System.Logger.Level.INFO,
                        "float16 gradients overflowed, time {0} of this run; the batch is repeated with loss scale {1}",
                        lossScale.overflows(),
                        lossScale.value());
                loss = run(given, target);
            }
            if (scaled) {
                lossScale = lossScale.afterGoodBatch();
            }
            return loss;
        }
    }

    private boolean isScaled() {
        return step.inputNames().contains(StepGraph.LOSS_SCALE);
    }

    private Map<String, NativeTensor> give(Batch batch, NativeScope owner) {
        Map<String, NativeTensor> given = new HashMap<>();
        long[] timesteps = Arrays.stream(batch.timesteps()).asLongStream().toArray();
        given.put(VideoUNetGraph.SAMPLE, owner.own(NativeTensor.copyOf(batch.noisyLatents())));
        given.put(VideoUNetGraph.TIMESTEP, owner.own(NativeTensor.copyOf(Shape.of(timesteps.length), timesteps)));
        given.put(VideoUNetGraph.HIDDEN_STATES, owner.own(NativeTensor.copyOf(batch.context())));
        given.put(StepGraph.TARGET, owner.own(NativeTensor.copyOf(batch.target())));
        return given;
    }

    private void writeScale() {
        if (scaleInMemory != lossScale.value()) {
            scaleInMemory = lossScale.value();
            scale.put(ByteBuffer.allocateDirect(Float.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer()
                    .put(0, scaleInMemory));
        }
    }

    private float run(Map<String, NativeTensor> given, ParameterBuffers target) {
        Map<String, NativeTensor> inputs = new HashMap<>(given);
        inputs.putAll(trained.tensors());
        inputs.putAll(fixed);
        if (isScaled()) {
            writeScale();
            inputs.put(StepGraph.LOSS_SCALE, scale);
        }
        return step.run(inputs, target.tensors());
    }

    @Override
    public synchronized float update(Update update) {
        checkOpen();
        checkBatches();
        float average = 1f / batchCount;
        batchCount = 0;
        double norm = gradientNorm.of(gradients) * average;
        if (Double.isFinite(norm)) {
            // the reference divides by the norm plus 1e-6
            double clipping = Math.min(1, update.maxGradientNorm() / (norm + 1e-6));
            optimizer.update(trained, gradients, (float) (average * clipping), update);
        }
        return (float) norm;
    }

    @Override
    public synchronized MotionWeights gradients() {
        checkOpen();
        checkBatches();
        return gradients.copy(1f / batchCount);
    }

    @Override
    public synchronized MotionWeights weights() {
        checkOpen();
        List<Parameter> all = new ArrayList<>(trained.copy(1).parameters());
        all.addAll(fixedWeights.parameters());
        return MotionWeights.of(all);
    }

    @Override
    public synchronized State state() {
        checkOpen();
        List<Parameter> weights = new ArrayList<>(trained.parameters().parameters());
        weights.addAll(fixedWeights.parameters());
        return new State(
                MotionWeights.of(weights),
                optimizer.firstMoments().parameters(),
                optimizer.secondMoments().parameters(),
                optimizer.updateCount(),
                lossScale);
    }

    @Override
    public synchronized LossScale lossScale() {
        checkOpen();
        return lossScale;
    }

    @Override
    public synchronized void restore(State state) {
        checkOpen();
        trained.set(state.weights());
        optimizer.firstMoments().set(state.firstMoments());
        optimizer.secondMoments().set(state.secondMoments());
        optimizer.continueAfter(state.updateCount());
        lossScale = state.lossScale();
        batchCount = 0;
    }

    private void checkBatches() {
        if (batchCount == 0) {
            throw new IllegalStateException("expected a batch since the last update, but there was none");
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("expected an open trainer, but it is closed");
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        natives.close();
    }
}
