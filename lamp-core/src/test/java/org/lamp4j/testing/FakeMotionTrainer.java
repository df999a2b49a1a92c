package org.lamp4j.testing;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.spi.LossScale;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.tensor.Shape;

/** A trainer that notes what it is given; its one parameter counts the updates. */
public final class FakeMotionTrainer implements MotionTrainer {

    private final List<Batch> batches = new ArrayList<>();
    private final List<Batch> comparedBy = new ArrayList<>();
    private final List<Update> updates = new ArrayList<>();
    private final Shape latents;
    private final GradientCheckpointing checkpointing;
    private final Losses losses;
    private int earlierUpdates;
    private State restored;
    private boolean closed;

    /** Says what a step's loss and gradient norm are. */
    @FunctionalInterface
    public interface Losses {
        /** Returns the loss of a batch, counted from 0; its gradient norm is taken to be ten times that. */
        float of(int batch);
    }

    FakeMotionTrainer(Shape latents, GradientCheckpointing checkpointing, Losses losses) {
        this.latents = latents;
        this.checkpointing = checkpointing;
        this.losses = losses;
    }

    /** Returns the batches so far. */
    public List<Batch> batches() {
        return batches;
    }

    /** Returns the batches whose loss alone was asked for. */
    public List<Batch> comparedBy() {
        return comparedBy;
    }

    /** Returns the updates so far. */
    public List<Update> updates() {
        return updates;
    }

    /** Returns the shape it was made for. */
    public Shape latents() {
        return latents;
    }

    /** Returns how it was told to save memory. */
    public GradientCheckpointing checkpointing() {
        return checkpointing;
    }

    /** Tells whether it was closed. */
    public boolean isClosed() {
        return closed;
    }

    @Override
    public float accumulate(Batch batch) {
        batches.add(batch);
        return losses.of(batches.size() - 1);
    }

    /** Gives the loss of the batch before. */
    @Override
    public float loss(Batch batch) {
        comparedBy.add(batch);
        return losses.of(batches.size() - 1);
    }

    @Override
    public float update(Update update) {
        float norm = 10 * losses.of(batches.size() - 1);
        updates.add(update);
        return norm;
    }

    @Override
    public MotionWeights gradients() {
        return weights();
    }

    @Override
    public MotionWeights weights() {
        return weights(earlierUpdates + updates.size());
    }

    @Override
    public State state() {
        int updateCount = earlierUpdates + updates.size();
        return new State(
                weights(), weights(10 * updateCount), weights(100 * updateCount), updateCount, new LossScale(4, 1, 0));
    }

    @Override
    public void restore(State state) {
        earlierUpdates = state.updateCount();
        restored = state;
    }

    /** Returns the state it was told to go on from. */
    public State restored() {
        return restored;
    }

    static MotionWeights weights(float value) {
        return MotionWeights.of(List.of(new MotionWeights.Parameter(
                "conv_in.conv1d.bias", Shape.of(2), FloatBuffer.wrap(new float[] {value, -1}))));
    }

    static MotionWeights lowRankWeights(int rank) {
        return MotionWeights.of(List.of(
                weights(0).parameter("conv_in.conv1d.bias"),
                new MotionWeights.Parameter("rank", Shape.of(), FloatBuffer.wrap(new float[] {rank}))));
    }

    @Override
    public void close() {
        closed = true;
    }
}
