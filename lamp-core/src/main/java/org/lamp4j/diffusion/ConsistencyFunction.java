package org.lamp4j.diffusion;

import org.lamp4j.tensor.FloatTensor;

/**
 * The consistency function of a latent consistency model: from noisy latents straight to clean ones,
 *
 * <pre>
 *   f(x, t) = c_skip(t) x + c_out(t) x₀,   x₀ = (x - σ ε̂) / α
 *   c_skip(t) = σ_d² / ((s t)² + σ_d²),    c_out(t) = s t / √((s t)² + σ_d²)
 * </pre>
 *
 * which is x itself at t = 0, whatever the network says. σ<sub>d</sub> is 0.5 and the timestep scaling s is 10.
 *
 * @see <a href="https://arxiv.org/abs/2310.04378">Luo et al., Latent Consistency Models</a>, equation 9 and appendix
 */
public final class ConsistencyFunction {

    private static final double DATA_DEVIATION = 0.5;
    private static final double TIMESTEP_SCALING = 10;

    private ConsistencyFunction() {}

    /**
     * Returns c<sub>skip</sub>.
     *
     * @param timestep t, 0 or more
     * @return the share of the noisy latents, 1 at timestep 0
     */
    public static double skip(int timestep) {
        double scaled = TIMESTEP_SCALING * timestep;
        return DATA_DEVIATION * DATA_DEVIATION / (scaled * scaled + DATA_DEVIATION * DATA_DEVIATION);
    }

    /**
     * Returns c<sub>out</sub>.
     *
     * @param timestep t, 0 or more
     * @return the share of the predicted clean latents, 0 at timestep 0
     */
    public static double out(int timestep) {
        double scaled = TIMESTEP_SCALING * timestep;
        return scaled / Math.sqrt(scaled * scaled + DATA_DEVIATION * DATA_DEVIATION);
    }

    /** Returns f(x, t) for all latents of one timestep. */
    static FloatTensor clean(NoiseLevel level, int timestep, FloatTensor latents, FloatTensor predictedNoise) {
        double skip = skip(timestep);
        double out = out(timestep);
        return FloatTensor.generate(latents.shape(), index -> (float) (skip * latents.valueAt(index)
                + out * level.clean(latents.valueAt(index), predictedNoise.valueAt(index))));
    }
}
