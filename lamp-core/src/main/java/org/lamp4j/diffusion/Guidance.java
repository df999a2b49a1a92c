package org.lamp4j.diffusion;

import org.lamp4j.tensor.FloatTensor;

/**
 * Classifier-free guidance: the network runs without and with the prompt, and the difference is exaggerated.
 *
 * @param scale s; at 1 or below only the branch with the prompt runs. 12.5 in LAMP
 * @see <a href="https://arxiv.org/abs/2207.12598">Ho and Salimans, Classifier-Free Diffusion Guidance</a>, equation 6
 *     with s = 1 + w
 */
public record Guidance(float scale) {

    /** Checks the scale. */
    public Guidance {
        if (!(scale >= 0) || Float.isInfinite(scale)) {
            throw new IllegalArgumentException("expected a guidance scale of 0 or more, but was " + scale);
        }
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
     * Joins the branches: ε̂<sub>u</sub> + s(ε̂<sub>c</sub> - ε̂<sub>u</sub>), on raw network output.
     *
     * @param output raw network output {@code [branches · B, …]}, the branch without the prompt first
     * @return the guided output, {@code [B, …]}
     * @throws IllegalArgumentException if the first axis cannot be split into {@link #branches()}
     */
    public FloatTensor combine(FloatTensor output) {
        if (branches() == 1) {
            return output;
        }
        int rows = output.shape().size(0);
        if (rows % 2 != 0) {
            throw new IllegalArgumentException(
                    "expected an even number of rows for guidance, but was " + output.shape());
        }
        FloatTensor unconditional = output.slice(0, 0, rows / 2);
        FloatTensor conditional = output.slice(0, rows / 2, rows);
        return unconditional.plus(conditional.minus(unconditional).times(scale));
    }
}
