package org.lamp4j.spi;

import org.lamp4j.tensor.FloatTensor;

/**
 * One run of a {@link NoisePredictor} through the steps of sampling, in which the network's deep features are computed
 * at some steps and taken from there at those that follow. For one thread; any number of runs may be open.
 *
 * @see <a href="https://arxiv.org/abs/2312.00858">Ma et al., DeepCache</a>
 */
public interface FeatureReuse extends AutoCloseable {

    /**
     * Runs the whole network, as {@link NoisePredictor#predict} does, and keeps its deep features in place of those
     * kept before.
     *
     * @param latents noisy latents {@code [B, C, F, h, w]}, scaled
     * @param timesteps training timestep of each clip
     * @param context text hidden states {@code [B, N, D]}
     * @return the raw network output, same shape as {@code latents}
     * @throws org.lamp4j.tensor.ShapeMismatchException if a shape is not the one the predictor was made for
     * @throws IllegalStateException if this or the predictor is closed
     */
    FloatTensor predictAndKeep(FloatTensor latents, int[] timesteps, FloatTensor context);

    /**
     * Runs only what lies above the deep features, with those that were kept last.
     *
     * @param latents noisy latents {@code [B, C, F, h, w]}, scaled, of the same clips in the same order
     * @param timesteps training timestep of each clip
     * @param context text hidden states {@code [B, N, D]}
     * @return what the whole network would give, nearly; for the latents, timesteps and context of which the features
     *     are, the same but for rounding
     * @throws org.lamp4j.tensor.ShapeMismatchException if a shape is not the one the predictor was made for
     * @throws IllegalStateException if no features are kept, or this or the predictor is closed
     */
    FloatTensor predictReusing(FloatTensor latents, int[] timesteps, FloatTensor context);

    /** Frees the features. Closing twice does nothing. */
    @Override
    void close();
}
