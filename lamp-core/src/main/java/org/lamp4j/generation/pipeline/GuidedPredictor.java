package org.lamp4j.generation.pipeline;

import java.util.Arrays;
import java.util.List;
import org.lamp4j.diffusion.Guidance;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;

/**
 * A noise predictor with guidance: it gives a sampler the noise in latents for a prompt. How many times the network
 * runs, what stands against the prompt, and whether the network gives noise or velocity is known here alone. Owns the
 * network. Safe for several threads.
 */
public final class GuidedPredictor implements AutoCloseable {

    private final NoisePredictor network;
    private final FloatTensor context;
    private final Guidance guidance;
    private final NoiseSchedule schedule;

    private GuidedPredictor(NoisePredictor network, FloatTensor context, Guidance guidance, NoiseSchedule schedule) {
        this.network = network;
        this.context = context;
        this.guidance = guidance;
        this.schedule = schedule;
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
        return new GuidedPredictor(network, context, guidance, schedule);
    }

    /**
     * Predicts the noise in latents.
     *
     * @param latents {@code [B, C, F, h, w]}, scaled
     * @param timestep training timestep of all of them
     * @return noise &epsilon;&#770; after guidance, same shape, unit variance
     * @throws org.lamp4j.tensor.ShapeMismatchException if the shape is not the one the network was made for
     * @throws IllegalStateException if the network is closed
     */
    public FloatTensor predictedNoise(FloatTensor latents, int timestep) {
        FloatTensor input = guidance.branches() == 1 ? latents : FloatTensor.concat(0, List.of(latents, latents));
        int[] timesteps = new int[input.shape().size(0)];
        Arrays.fill(timesteps, timestep);
        FloatTensor output = guidance.combine(network.predict(input, timesteps, context));
        return schedule.predictedNoise(output, latents, timestep);
    }

    /** Closes the network. Closing twice does nothing. */
    @Override
    public void close() {
        network.close();
    }
}
