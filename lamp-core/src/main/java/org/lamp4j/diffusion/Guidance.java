package org.lamp4j.diffusion;

import org.lamp4j.tensor.FloatTensor;

/**
 * Classifier-free guidance: the network runs without and with the prompt, and the difference is exaggerated.
 *
 * @param scale s; at 1 or below only the branch with the prompt runs. 12.5 in LAMP
 * @param start the part of all T timesteps, the noisiest ones, at which the difference is not exaggerated, 0 to 1. 0 in
 *     LAMP
 * @see <a href="https://arxiv.org/abs/2207.12598">Ho and Salimans, Classifier-Free Diffusion Guidance</a>, equation 6
 *     with s = 1 + w
 * @see <a href="https://arxiv.org/abs/2404.07724">Kynk&auml;&auml;nniemi et al., Applying Guidance in a Limited
 *     Interval</a>, whose interval ends where this one starts
 */
public record Guidance(float scale, double start) {

    /** Checks both. */
    public Guidance {
        if (!(scale >= 0) || Float.isInfinite(scale)) {
            throw new IllegalArgumentException("expected a guidance scale of 0 or more, but was " + scale);
        }
        if (!(start >= 0 && start <= 1)) {
            throw new IllegalArgumentException("expected a guidance start from 0 to 1, but was " + start);
        }
    }

    /**
     * Guides at all timesteps.
     *
     * @param scale s
     */
    public Guidance(float scale) {
        this(scale, 0);
    }

    /**
     * Returns how many times the network runs for each clip.
     *
     * @return 2 (without, then with the prompt), or 1 (with the prompt) when the scale is at most 1
     */
    public int branches() {
        return scale > 1 ? 2 : 1;
    }

    /**
     * Joins the branches, on raw network output: ε̂<sub>u</sub> + s(ε̂<sub>c</sub> - ε̂<sub>u</sub>), and before
     * guidance starts ε̂<sub>c</sub>.
     *
     * @param output raw network output {@code [branches · B, …]}, the branch without the prompt first
     * @param noisiness t / T of the timestep that it is of, 0 to 1
     * @return the guided output, {@code [B, …]}
     * @throws IllegalArgumentException if the first axis cannot be split into {@link #branches()}
     */
    public FloatTensor combine(FloatTensor output, double noisiness) {
        if (branches() == 1) {
            return output;
        }
        int rows = output.shape().size(0);
        if (rows % 2 != 0) {
            throw new IllegalArgumentException(
                    "expected an even number of rows for guidance, but was " + output.shape());
        }
        FloatTensor conditional = output.slice(0, rows / 2, rows);
        if (noisiness > 1 - start) {
            return conditional;
        }
        FloatTensor unconditional = output.slice(0, 0, rows / 2);
        return unconditional.plus(conditional.minus(unconditional).times(scale));
    }
}
