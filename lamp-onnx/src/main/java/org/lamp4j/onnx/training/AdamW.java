package org.lamp4j.onnx.training;

import org.lamp4j.onnx.runtime.NativeScope;
import org.lamp4j.onnx.runtime.TensorMemory;
import org.lamp4j.spi.MotionTrainer.Update;

/**
 * AdamW with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101, algorithm 2):
 *
 * <pre>
 *   m ← β₁ m + (1 - β₁) g
 *   v ← β₂ v + (1 - β₂) g²
 *   θ ← (1 - η λ) θ - η/(1 - β₁ᵗ) · m / (√v/√(1 - β₂ᵗ) + ε)
 * </pre>
 *
 * <p>An {@link AdamWLoop} over host memory, an {@link AdamWGraph} over a device's own.
 */
final class AdamW implements AutoCloseable {

    private final NativeScope natives = new NativeScope();
    private final ParameterBuffers firstMoments;
    private final ParameterBuffers secondMoments;
    private final Rule rule;
    private int updateCount;

    /**
     * The numbers of one update.
     *
     * @param gradientScale what gradients are multiplied by
     * @param beta1 β₁
     * @param beta2 β₂
     * @param rest1 1 - β₁
     * @param rest2 1 - β₂
     * @param decay 1 - η λ
     * @param rate η/(1 - β₁ᵗ)
     * @param rootScale 1/√(1 - β₂ᵗ)
     * @param epsilon ε
     */
    record Numbers(
            float gradientScale,
            float beta1,
            float beta2,
            float rest1,
            float rest2,
            float decay,
            float rate,
            float rootScale,
            float epsilon) {

        static Numbers of(float gradientScale, Update update, int updateCount) {
            return new Numbers(
                    gradientScale,
                    update.beta1(),
                    update.beta2(),
                    (float) (1 - (double) update.beta1()),
                    (float) (1 - (double) update.beta2()),
                    (float) (1 - (double) update.learningRate() * update.weightDecay()),
                    (float) (update.learningRate() / (1 - Math.pow(update.beta1(), updateCount))),
                    (float) (1 / Math.sqrt(1 - Math.pow(update.beta2(), updateCount))),
                    update.epsilon());
        }
    }

    /** How an update is computed; both ways give the same bits. */
    interface Rule {

        /** Updates all but the gradients in place; all are of one layout. */
        void update(
                ParameterBuffers parameters,
                ParameterBuffers gradients,
                ParameterBuffers firstMoments,
                ParameterBuffers secondMoments,
                Numbers numbers);
    }

    /**
     * Makes an optimiser that has made no update.
     *
     * @param layout the parameters
     * @param memory where parameters, gradients and moments lie
     */
    AdamW(ParameterLayout layout, TensorMemory memory) {
        try {
            firstMoments = new ParameterBuffers(layout, memory, natives);
            secondMoments = new ParameterBuffers(layout, memory, natives);
            rule = memory.isHost() ? new AdamWLoop() : new AdamWGraph(memory, natives);
        } catch (RuntimeException | Error e) {
            natives.closeAfter(e);
            throw e;
        }
    }

    ParameterBuffers firstMoments() {
        return firstMoments;
    }

    ParameterBuffers secondMoments() {
        return secondMoments;
    }

    int updateCount() {
        return updateCount;
    }

    /** Goes on as after so many updates; the moments must be set as well. */
    void continueAfter(int updates) {
        updateCount = updates;
    }

    /** Updates parameters in place by {@code gradientScale · gradients}. */
    void update(ParameterBuffers parameters, ParameterBuffers gradients, float gradientScale, Update update) {
        updateCount++;
        rule.update(parameters, gradients, firstMoments, secondMoments, Numbers.of(gradientScale, update, updateCount));
    }

    @Override
    public void close() {
        natives.close();
    }
}
