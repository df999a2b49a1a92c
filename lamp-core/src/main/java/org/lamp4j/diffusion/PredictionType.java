package org.lamp4j.diffusion;

import java.util.Locale;

/** The quantity that a diffusion network was trained to predict from a noisy latent. */
public enum PredictionType {
    /** The noise ε that was added. */
    EPSILON,
    /** The velocity v = sqrt(ᾱ) ε - sqrt(1-ᾱ) z of Salimans and Ho (ICLR 2022), appendix D. */
    V_PREDICTION;

    /**
     * Returns the type as scheduler configurations spell it.
     *
     * @return {@code epsilon} or {@code v_prediction}
     */
    public String configName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
