package org.lamp4j.diffusion;

/**
 * How much of a latent is signal and how much noise.
 *
 * @param signal α = sqrt(ᾱ), factor of the clean latent
 * @param spread σ = sqrt(1-ᾱ), factor of the noise
 */
record NoiseLevel(double signal, double spread) {

    static final NoiseLevel CLEAN = new NoiseLevel(1, 0);

    /** Returns the level of a timestep; a negative one is the end of sampling, as the schedule has it. */
    static NoiseLevel at(NoiseSchedule schedule, int timestep) {
        double alpha = schedule.alphaCumprod(timestep);
        return new NoiseLevel(Math.sqrt(alpha), Math.sqrt(1 - alpha));
    }

    /** Returns what is left of a noisy value without its noise. */
    double clean(double latent, double noise) {
        return (latent - spread * noise) / signal;
    }

    /** Returns σ/α, the standard deviation of the noise where the signal is not scaled down. */
    double noiseToSignal() {
        return spread / signal;
    }

    /** Returns λ = log(α/σ), half the logarithm of the signal-to-noise ratio; infinite where there is no noise. */
    double halfLogSnr() {
        return Math.log(signal / spread);
    }
}
