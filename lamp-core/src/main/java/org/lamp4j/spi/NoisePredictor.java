package org.lamp4j.spi;

import org.lamp4j.tensor.FloatTensor;

/** A video UNet with a motion pattern in it, for latents of one shape. Safe for several threads. */
public interface NoisePredictor extends AutoCloseable {

    /**
     * Runs the network once.
     *
     * @param latents noisy latents {@code [B, C, F, h, w]}, scaled; frame 0 is the clean first frame
     * @param timesteps training timestep of each clip, B numbers from 0 to 999
     * @param context text hidden states {@code [B, N, D]}
     * @return the raw network output, same shape as {@code latents}: noise, or v for a {@code v_prediction} model
     * @throws org.lamp4j.tensor.ShapeMismatchException if a shape is not the one this predictor was made for
     * @throws IllegalStateException if the predictor is closed
     */
    FloatTensor predict(FloatTensor latents, int[] timesteps, FloatTensor context);

    /**
     * Begins a run that reuses deep features.
     *
     * @return the run; the caller closes it
     * @throws IllegalStateException if the predictor was not opened for that
     */
    default FeatureReuse reuseFeatures() {
        throw new IllegalStateException("expected a predictor that was opened to reuse features, but was one that was"
                + " not (NoisePredictor.reuseFeatures)");
    }

    /** Frees the network's session, after the runs under way. Closing twice does nothing. */
    @Override
    void close();
}
