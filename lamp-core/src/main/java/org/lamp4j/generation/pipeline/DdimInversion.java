package org.lamp4j.generation.pipeline;

import java.util.Optional;
import org.lamp4j.diffusion.DdimSampler;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.TimestepSpacing;
import org.lamp4j.generation.GenerationProgress;
import org.lamp4j.progress.ProgressListener;
import org.lamp4j.tensor.FloatTensor;

/**
 * DDIM inversion: finds the noise from which deterministic sampling leads back to a given clip. Generation that starts
 * from it keeps the clip's structure. Immutable and, but for the predictor, pure.
 *
 * @see <a href="https://arxiv.org/abs/2010.02502">Song et al., DDIM</a>, section 4.3
 */
public final class DdimInversion {

    private final DdimSampler sampler;

    private DdimInversion(DdimSampler sampler) {
        this.sampler = sampler;
    }

    /**
     * Returns an inversion at LAMP's timesteps.
     *
     * @param schedule the noise schedule the model was trained with
     * @param steps number of steps S
     * @return the inversion
     * @throws IllegalArgumentException if the schedule does not allow that number of steps
     */
    public static DdimInversion of(NoiseSchedule schedule, int steps) {
        return of(schedule, steps, Optional.empty());
    }

    /**
     * Returns an inversion.
     *
     * @param schedule the noise schedule the model was trained with
     * @param steps number of steps S
     * @param spacing which timesteps it visits: those of the sampling that leads back; LAMP's if empty
     * @return the inversion
     * @throws IllegalArgumentException if the spacing does not allow that number of steps
     */
    public static DdimInversion of(NoiseSchedule schedule, int steps, Optional<TimestepSpacing> spacing) {
        return new DdimInversion(DdimSampler.of(schedule, steps, spacing.orElse(TimestepSpacing.LEADING)));
    }

    /**
     * Walks from clean latents to noise, all frames alike: at each step from t<sub>prev</sub> to t the network is given
     * the cleaner latents and t.
     *
     * @param latents clean latents {@code [B, C, F, h, w]}, scaled
     * @param predictor sees the noise in the latents, usually without guidance and with the empty prompt
     * @return the latents at the noisiest timestep, same shape
     * @throws org.lamp4j.tensor.ShapeMismatchException if a shape is not the one the predictor was made for
     * @throws org.lamp4j.errors.StoppedException if the thread is interrupted, whose flag stays set
     */
    public FloatTensor invert(FloatTensor latents, GuidedPredictor predictor) {
        return invert(latents, predictor, ProgressListener.none());
    }

    /**
     * Walks from clean latents to noise as {@link #invert(FloatTensor, GuidedPredictor)} does, and tells how far it is.
     *
     * @param latents clean latents {@code [B, C, F, h, w]}, scaled
     * @param predictor sees the noise in the latents, usually without guidance and with the empty prompt
     * @param listener hears of every step
     * @return the latents at the noisiest timestep, same shape
     * @throws org.lamp4j.tensor.ShapeMismatchException if a shape is not the one the predictor was made for
     * @throws org.lamp4j.errors.StoppedException if the listener says stop or the thread is interrupted, whose flag
     *     stays set
     */
    public FloatTensor invert(
            FloatTensor latents, GuidedPredictor predictor, ProgressListener<GenerationProgress> listener) {
        LatentFrames.checkClip(latents.shape(), "DdimInversion.invert");
        int[] timesteps = sampler.timesteps();
        FloatTensor current = latents;
        for (int stepIndex = timesteps.length - 1; stepIndex >= 0; stepIndex--) {
            Generation.checkInterrupt();
            int timestep = timesteps[stepIndex];
            current = sampler.stepBack(current, predictor.predictedNoise(current, timestep), timestep);
            Generation.report(
                    listener, new GenerationProgress.Inverting(timesteps.length - stepIndex, timesteps.length));
        }
        return current;
    }
}
