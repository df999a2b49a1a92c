package org.lamp4j.spi;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.ShapeMismatchException;

/**
 * A trainer of a motion pattern, one step at a time: loss, gradients, update. It owns the trained parameters, their
 * gradients and the optimiser's moments. Used by one thread; another may close it, which waits for what is under way.
 */
public interface MotionTrainer extends AutoCloseable {

    /**
     * One batch of noisy clips and what the network should have said of them.
     *
     * @param noisyLatents {@code [B, C, F, h, w]}, scaled, frame 0 clean
     * @param timesteps training timestep of each clip, 0 to 999
     * @param context text hidden states {@code [B, N, D]}
     * @param target noise (or v) that was added, same shape as the latents; frame 0 is not looked at
     */
    record Batch(FloatTensor noisyLatents, int[] timesteps, FloatTensor context, FloatTensor target) {

        /** Checks that the shapes agree. */
        public Batch {
            ShapeMismatchException.check("target", noisyLatents.shape(), target.shape(), "MotionTrainer.Batch");
            timesteps = timesteps.clone();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Batch that
                    && noisyLatents.equals(that.noisyLatents)
                    && Arrays.equals(timesteps, that.timesteps)
                    && context.equals(that.context)
                    && target.equals(that.target);
        }

        @Override
        public int hashCode() {
            return Objects.hash(noisyLatents, Arrays.hashCode(timesteps), context, target);
        }

        @Override
        public String toString() {
            return "noisy latents " + noisyLatents + " at timesteps " + Arrays.toString(timesteps);
        }
    }

    /**
     * The numbers of one AdamW update (Loshchilov and Hutter, ICLR 2019).
     *
     * @param learningRate step size, 3e-5 in the paper
     * @param beta1 decay of the first moment, 0.9
     * @param beta2 decay of the second moment, 0.999
     * @param epsilon added to the root of the second moment, 1e-8
     * @param weightDecay decoupled decay per step, in units of the learning rate, 1e-2
     * @param maxGradientNorm norm that the gradient of all parameters together is clipped to, 1.0
     */
    record Update(
            float learningRate, float beta1, float beta2, float epsilon, float weightDecay, float maxGradientNorm) {}

    /**
     * All that an update changes.
     *
     * @param weights the trained parameters
     * @param firstMoments running means of the gradients, under the names of the parameters
     * @param secondMoments running means of their squares, under the same names
     * @param updateCount updates so far, by which the moments' bias is corrected
     * @param lossScale what the loss is multiplied by where activations are float16; not looked at elsewhere
     */
    record State(
            MotionWeights weights,
            MotionWeights firstMoments,
            MotionWeights secondMoments,
            int updateCount,
            LossScale lossScale) {}

    /**
     * Computes loss and gradients of a batch and adds the gradients to those already there.
     *
     * @param batch the batch
     * @return the loss: the mean squared error over frames 1 to F-1 of all clips
     * @throws ShapeMismatchException if a shape is not the one this trainer was made for
     */
    float accumulate(Batch batch);

    /**
     * Computes the loss of a batch and leaves everything as it is: parameters, gradients, loss scale.
     *
     * @param batch the batch
     * @return the loss, as {@link #accumulate} gives it
     * @throws ShapeMismatchException if a shape is not the one this trainer was made for
     */
    float loss(Batch batch);

    /**
     * Averages the gradients of the batches since the last update, clips them, updates the parameters and forgets the
     * gradients. If the gradients' norm is not a finite number nothing is changed but the gradients, which are
     * forgotten.
     *
     * @param update the optimiser's numbers
     * @return the norm of the averaged gradients of all parameters together, before clipping
     * @throws IllegalStateException if no batch came since the last update
     */
    float update(Update update);

    /**
     * Returns the averaged gradients of the batches since the last update, before clipping.
     *
     * @return a copy, under the names of the parameters
     * @throws IllegalStateException if no batch came since the last update
     */
    MotionWeights gradients();

    /**
     * Returns the parameters as they are now.
     *
     * @return a copy: the trained parameters, and whatever else the pattern that training started from laid over the
     *     base
     */
    MotionWeights weights();

    /**
     * Returns what {@link #restore} needs, without copying it if it lies in host memory.
     *
     * @return views of this trainer's own memory, which change with the next update; copies of what lies elsewhere
     */
    State state();

    /**
     * Returns the loss scale as it is now.
     *
     * @return the scale, and how often gradients have overflowed
     */
    default LossScale lossScale() {
        return state().lossScale();
    }

    /**
     * Goes on from a state as if the updates before it had been made here. Gradients of batches since the last update
     * are forgotten.
     *
     * @param state what {@link #state} gave, of a trainer of the same parameters; copied
     * @throws IllegalArgumentException if a parameter is missing or has another shape; the message names it
     */
    void restore(State state);

    /** Frees the sessions. Weights that were handed out stay usable. Closing twice does nothing. */
    @Override
    void close();
}
