package org.lamp4j.onnx.training;

import com.google.common.util.concurrent.Uninterruptibles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeScope;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.TensorMemory;
import org.lamp4j.spi.MotionTrainer.Update;
import org.lamp4j.tensor.FloatTensor;

/**
 * Trains all parameters of a network with a graph of {@link StepGraph#addLoss} and {@link AdamW}, and keeps a
 * {@linkplain MovingAverage moving average} of them (Polyak and Juditsky, 1992), which is what a diffusion model is
 * used with.
 *
 * <p>A batch is given in shards of the graph's size, each of which runs on a thread of its own: small networks gain
 * more from that than from several threads in every operator. The result does not depend on timing: gradients are added
 * in the order of the shards. Threads that share one take turns; closing waits for a step under way.
 */
public final class NetworkTrainer implements AutoCloseable {

    /**
     * What the names of inputs begin with that are given the moving averages of the parameters, as they are before the
     * step; a graph has such inputs for all parameters or for none.
     */
    public static final String AVERAGE = "average/";

    private final NativeScope natives = new NativeScope();
    private final List<TrainedGroup> groups = new ArrayList<>();
    private final int shardCount;
    private final TrainingStep step;
    private final boolean takesAverages;
    private final ExecutorService threads;
    private boolean closed;

    /**
     * Parameters that share a weight decay.
     *
     * @param start values they start from, by the name of the graph's input
     * @param weightDecay decoupled decay per step, in units of the learning rate
     */
    public record Group(Map<String, FloatTensor> start, float weightDecay) {}

    /**
     * Makes a trainer.
     *
     * @param graph the loss of one shard and its gradients
     * @param groups all the parameters; the other inputs of the graph, but for their averages, come with each batch
     * @param shardCount number of shards in a batch, at least 1
     * @param device what a shard's thread runs the graph on; the optimiser runs where the parameters are, see
     *     {@link TensorMemory#of}
     */
    public NetworkTrainer(Graph graph, List<Group> groups, int shardCount, ComputeDevice device) {
        this.shardCount = shardCount;
        this.takesAverages =
                graph.inputs().stream().anyMatch(input -> input.name().startsWith(AVERAGE));
        try {
            TensorMemory memory = natives.own(TensorMemory.of(device));
            groups.forEach(group -> this.groups.add(new TrainedGroup(group, shardCount, memory, natives)));
            step = natives.own(TrainingStep.whole(graph, device));
        } catch (RuntimeException | Error e) {
            natives.closeAfter(e);
            throw e;
        }
        threads = Executors.newFixedThreadPool(shardCount);
    }

    /**
     * Computes loss and gradients of a batch, clips the gradients and updates the parameters and their averages.
     * Nothing is changed if the gradients' norm is not a finite number.
     *
     * @param shards the graph's inputs without the parameters, for each shard
     * @param update the optimiser's numbers; the groups' weight decays take the place of its own
     * @param averaging how much of the moving average stays, 0 to 1
     * @return the mean loss of the shards
     */
    public synchronized float step(List<Map<String, NativeTensor>> shards, Update update, float averaging) {
        checkOpen();
        if (shards.size() != shardCount) {
            throw new IllegalArgumentException("expected " + shardCount + " shards, but was " + shards.size());
        }
        float loss = lossAndGradients(shards);
        float mean = 1f / shardCount;
        double squares = 0;
        for (TrainedGroup group : groups) {
            group.addShards();
            squares += Math.pow(group.gradientNorm() * mean, 2);
        }
        double norm = Math.sqrt(squares);
        if (Double.isFinite(norm)) {
            float scale = (float) (mean * Math.min(1, update.maxGradientNorm() / (norm + 1e-6)));
            groups.forEach(group -> group.update(scale, update, averaging));
        }
        return loss;
    }

    private float lossAndGradients(List<Map<String, NativeTensor>> shards) {
        List<Future<Float>> running = new ArrayList<>();
        for (int shard = 0; shard < shardCount; shard++) {
            int index = shard;
            running.add(threads.submit(() -> lossAndGradients(shards.get(index), index)));
        }
        float total = 0;
        RuntimeException failure = null;
        for (Future<Float> shard : running) {
            try {
                total += finished(shard);
            } catch (RuntimeException e) {
                failure = e; // the other shards must end before anything they use is freed
            }
        }
        if (failure != null) {
            throw failure;
        }
        return total / shardCount;
    }

    private float lossAndGradients(Map<String, NativeTensor> shard, int index) {
        Map<String, NativeTensor> inputs = new HashMap<>(shard);
        Map<String, NativeTensor> gradients = new HashMap<>();
        for (TrainedGroup group : groups) {
            inputs.putAll(group.parameters.tensors());
            if (takesAverages) {
                group.averages.tensors().forEach((name, tensor) -> inputs.put(AVERAGE + name, tensor));
            }
            gradients.putAll(group.shardGradients.get(index).tensors());
        }
        return step.run(inputs, gradients);
    }

    /** Waits whatever happens: an interrupt is kept for the caller, who sees it after the step. */
    private static float finished(Future<Float> shard) {
        try {
            return Objects.requireNonNull(Uninterruptibles.getUninterruptibly(shard));
        } catch (ExecutionException e) {
            throw new IllegalStateException("a shard of the batch failed: " + e.getMessage(), e);
        }
    }

    /**
     * Returns the moving averages of the parameters.
     *
     * @return copies by name
     */
    public synchronized Map<String, FloatTensor> averages() {
        checkOpen();
        Map<String, FloatTensor> all = new LinkedHashMap<>();
        groups.forEach(group -> group.copyTo(all, "", group.averages));
        return all;
    }

    /**
     * Returns all that a later {@link #restore} needs to go on as if never interrupted, but for the number of steps.
     *
     * @return copies of parameters, averages and moments, each under a name of its own
     */
    public synchronized Map<String, FloatTensor> state() {
        checkOpen();
        Map<String, FloatTensor> all = new LinkedHashMap<>();
        groups.forEach(group -> group.parts().forEach((prefix, buffers) -> group.copyTo(all, prefix, buffers)));
        return all;
    }

    /**
     * Goes on from a state.
     *
     * @param state what {@link #state} gave, for the same network
     * @param stepCount the number of steps taken until then
     * @throws IllegalArgumentException if a tensor is missing or has another shape; the message names it
     */
    public synchronized void restore(Map<String, FloatTensor> state, int stepCount) {
        checkOpen();
        for (TrainedGroup group : groups) {
            group.parts().forEach((prefix, buffers) -> group.setFrom(state, prefix, buffers));
            group.optimizer.continueAfter(stepCount);
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("expected an open trainer, but it is closed");
        }
    }

    /** Frees sessions and tensors. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            threads.shutdown();
            natives.close();
        }
    }
}
