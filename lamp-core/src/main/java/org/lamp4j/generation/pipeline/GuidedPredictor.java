package org.lamp4j.generation.pipeline;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.lamp4j.diffusion.Guidance;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.spi.FeatureReuse;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;

/**
 * A noise predictor with guidance: it gives a sampler the noise in latents for a prompt. How many times the network
 * runs, how much of it, what stands against the prompt, and whether it gives noise or velocity is known here alone.
 * Owns the network. Safe for several threads.
 */
public final class GuidedPredictor implements AutoCloseable {

    private final NoisePredictor network;
    private final FloatTensor context;
    private final Guidance guidance;
    private final NoiseSchedule schedule;
    private final int interval;

    private GuidedPredictor(
            NoisePredictor network, FloatTensor context, Guidance guidance, NoiseSchedule schedule, int interval) {
        this.network = network;
        this.context = context;
        this.guidance = guidance;
        this.schedule = schedule;
        this.interval = interval;
    }

    /** The network in one of its ways to run. */
    @FunctionalInterface
    private interface Running {
        FloatTensor predict(FloatTensor latents, int[] timesteps, FloatTensor context);
    }

    /**
     * The steps of one run, taken one after another. With an interval N, the network runs whole at the first step and
     * at each N-th after it; at the others only what lies above its deep features does. For one thread.
     *
     * @see <a href="https://arxiv.org/abs/2312.00858">Ma et al., DeepCache</a>, section 3.3, with uniform 1:N inference
     */
    public final class Steps implements AutoCloseable {

        private final Optional<FeatureReuse> reuse;
        private int taken;

        private Steps() {
            reuse = interval == 1 ? Optional.empty() : Optional.of(network.reuseFeatures());
        }

        /**
         * Predicts the noise in the latents before the next step.
         *
         * @param latents {@code [B, C, F, h, w]}, scaled
         * @param timestep training timestep of all of them
         * @return noise &epsilon;&#770; after guidance, same shape, unit variance
         * @throws org.lamp4j.tensor.ShapeMismatchException if the shape is not the one the network was made for
         * @throws IllegalStateException if the network is closed
         */
        public FloatTensor predictedNoise(FloatTensor latents, int timestep) {
            boolean whole = taken++ % interval == 0;
            Running running = reuse.<Running>map(kept -> whole ? kept::predictAndKeep : kept::predictReusing)
                    .orElse(network::predict);
            return guided(running, latents, timestep);
        }

        /** Frees what is kept from step to step; the predictor stays open. */
        @Override
        public void close() {
            reuse.ifPresent(FeatureReuse::close);
        }
    }

    /**
     * Guides a network.
     *
     * @param network the video UNet, made for {@code [branches · B, C, F, h, w]}; closed with the predictor
     * @param context text hidden states {@code [branches · B, N, D]}; with two branches those of the negative prompt
     *     first
     * @param guidance how strongly the prompt is followed, and in how many branches
     * @param schedule the noise schedule the model was trained with, which says what the network gives
     * @return the predictor
     */
    public static GuidedPredictor of(
            NoisePredictor network, FloatTensor context, Guidance guidance, NoiseSchedule schedule) {
        return of(network, context, guidance, schedule, 1);
    }

    /**
     * Guides a network whose deep features are reused.
     *
     * @param network the video UNet, opened to reuse features unless N is 1; closed with the predictor
     * @param context text hidden states {@code [branches · B, N, D]}; with two branches those of the negative prompt
     *     first
     * @param guidance how strongly the prompt is followed, and in how many branches
     * @param schedule the noise schedule the model was trained with, which says what the network gives
     * @param interval N, of so many steps of a run the network runs whole at the first; 1 for all
     * @return the predictor
     */
    public static GuidedPredictor of(
            NoisePredictor network, FloatTensor context, Guidance guidance, NoiseSchedule schedule, int interval) {
        return new GuidedPredictor(network, context, guidance, schedule, interval);
    }

    /**
     * Begins a run of steps. Several may be under way.
     *
     * @return the steps; the caller closes them
     * @throws IllegalStateException if features shall be reused and the network was not opened for that
     */
    public Steps steps() {
        return new Steps();
    }

    /**
     * Predicts the noise in latents, with the whole network.
     *
     * @param latents {@code [B, C, F, h, w]}, scaled
     * @param timestep training timestep of all of them
     * @return noise &epsilon;&#770; after guidance, same shape, unit variance
     * @throws org.lamp4j.tensor.ShapeMismatchException if the shape is not the one the network was made for
     * @throws IllegalStateException if the network is closed
     */
    public FloatTensor predictedNoise(FloatTensor latents, int timestep) {
        return guided(network::predict, latents, timestep);
    }

    private FloatTensor guided(Running running, FloatTensor latents, int timestep) {
        FloatTensor input = guidance.branches() == 1 ? latents : FloatTensor.concat(0, List.of(latents, latents));
        int[] timesteps = new int[input.shape().size(0)];
        Arrays.fill(timesteps, timestep);
        double noisiness = (double) timestep / schedule.trainTimesteps();
        FloatTensor output = guidance.combine(running.predict(input, timesteps, context), noisiness);
        return schedule.predictedNoise(output, latents, timestep);
    }

    /** Closes the network. Closing twice does nothing. */
    @Override
    public void close() {
        network.close();
    }
}
