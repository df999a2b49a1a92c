package org.lamp4j.generation.pipeline;

import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.Sampler;
import org.lamp4j.diffusion.SamplingState;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

/**
 * LAMP's denoising loop, one step at a time: a sampler's step of frames 1 to F-1 with frame 0 held, and the statistics
 * that later frames take from earlier ones. Immutable and, but for the predictor, pure.
 *
 * <pre>{@code
 * SamplingState state = SamplingState.of(0, denoiser.initialLatents(noise, firstFrameLatent));
 * while (state.stepIndex() < denoiser.stepCount()) {
 *     state = denoiser.step(state, predictor);
 * }
 * FloatTensor latents = denoiser.finish(state.latents());
 * }</pre>
 *
 * @see <a href="https://arxiv.org/abs/2310.10769">Wu et al., LAMP</a>, section 3.4
 */
public final class VideoDenoiser {

    private static final int FRAME_AXIS = 2;

    private final Sampler sampler;
    private final int[] timesteps;
    private final float noiseSharing;
    private final OptionalInt adaInStart;

    private VideoDenoiser(NoiseSchedule schedule, GenerationOptions options) {
        this.sampler = options.sampling()
                .sampler()
                .sampler(schedule, options.sampling().steps());
        this.timesteps = sampler.timesteps();
        this.noiseSharing = options.consistency().noiseSharing();
        this.adaInStart = options.consistency().adaInStart();
    }

    /**
     * Returns a denoiser.
     *
     * @param schedule the noise schedule the model was trained with
     * @param options sampler, steps, noise sharing and AdaIN are taken from them
     * @return the denoiser
     * @throws IllegalArgumentException if the schedule does not allow that number of steps
     */
    public static VideoDenoiser of(NoiseSchedule schedule, GenerationOptions options) {
        return new VideoDenoiser(schedule, options);
    }

    /**
     * Returns the number of steps.
     *
     * @return S
     */
    public int stepCount() {
        return timesteps.length;
    }

    /** Returns the timestep of the latents before a step. */
    int timestep(int stepIndex) {
        return timesteps[Objects.checkIndex(stepIndex, timesteps.length)];
    }

    /**
     * Mixes frame 0's noise into that of the other frames, n<sub>f</sub> ← α n<sub>0</sub> + (1-α) n<sub>f</sub>, not
     * re-normalised, and puts the first frame in frame 0's place.
     *
     * @param noise independent standard normal noise {@code [B, C, F, h, w]}
     * @param firstFrameLatent {@code [B, C, 1, h, w]}, scaled
     * @return the latents that step 0 takes, {@code [B, C, F, h, w]}
     * @throws ShapeMismatchException if the shapes do not fit; the message holds both
     */
    public FloatTensor initialLatents(FloatTensor noise, FloatTensor firstFrameLatent) {
        Shape shape = LatentFrames.checkClip(noise.shape(), "VideoDenoiser.initialLatents");
        ShapeMismatchException.check(
                "first frame's latent",
                shape.with(FRAME_AXIS, 1),
                firstFrameLatent.shape(),
                "VideoDenoiser.initialLatents");
        int plane = shape.size(3) * shape.size(4);
        int frames = shape.size(FRAME_AXIS);
        return FloatTensor.generate(shape, index -> {
            int pixel = index % plane;
            int channel = index / plane / frames;
            if (index / plane % frames == 0) {
                return firstFrameLatent.valueAt(channel * plane + pixel);
            }
            return noiseSharing * noise.valueAt(channel * frames * plane + pixel)
                    + (1 - noiseSharing) * noise.valueAt(index);
        });
    }

    /**
     * Puts the first frame in frame 0's place and leaves the others as they are, to start from a clip's inverted
     * latents.
     *
     * @param latents {@code [B, C, F, h, w]}
     * @param firstFrameLatent {@code [B, C, 1, h, w]}, scaled
     * @return the latents that step 0 takes, {@code [B, C, F, h, w]}
     * @throws ShapeMismatchException if the shapes do not fit; the message holds both
     */
    public FloatTensor withFirstFrame(FloatTensor latents, FloatTensor firstFrameLatent) {
        Shape shape = LatentFrames.checkClip(latents.shape(), "VideoDenoiser.withFirstFrame");
        ShapeMismatchException.check(
                "first frame's latent",
                shape.with(FRAME_AXIS, 1),
                firstFrameLatent.shape(),
                "VideoDenoiser.withFirstFrame");
        return FloatTensor.concat(
                FRAME_AXIS, List.of(firstFrameLatent, latents.slice(FRAME_AXIS, 1, shape.size(FRAME_AXIS))));
    }

    /**
     * Takes one step.
     *
     * @param state the step to be taken, and the latents before it: {@code [B, C, F, h, w]}, scaled, frame 0 clean
     * @param predictor sees the noise in the latents
     * @return the state after the step; the latents have the same shape, and frame 0 is the one that came in
     * @throws IndexOutOfBoundsException if there is no such step
     * @throws IllegalArgumentException if the sampler looks back and the state does not say on what
     * @throws ShapeMismatchException if a shape is not the one the predictor was made for
     */
    public SamplingState step(SamplingState state, GuidedPredictor predictor) {
        LatentFrames.checkClip(state.latents().shape(), "VideoDenoiser.step");
        return step(state, predictor.predictedNoise(state.latents(), timestep(state.stepIndex())));
    }

    /** Takes one step, with noise that was predicted of the latents before it. */
    SamplingState step(SamplingState state, FloatTensor predictedNoise) {
        FloatTensor latents = state.latents();
        SamplingState stepped = sampler.step(state, predictedNoise);
        LatentFrames next = LatentFrames.copyOf(stepped.latents()).copyFrame(0, latents);
        if (adaInStart.isPresent()) {
            shareStatistics(next, state.stepIndex() > adaInStart.getAsInt());
        }
        return stepped.withLatents(next.toTensor());
    }

    private static void shareStatistics(LatentFrames latents, boolean fromFirstFrame) {
        if (fromFirstFrame && latents.frameCount() > 1) {
            latents.adaptStatistics(1, 0);
        }
        for (int frame = 2; frame < latents.frameCount(); frame++) {
            latents.adaptStatistics(frame, 1);
        }
    }

    /**
     * Gives every frame the statistics of frame 0 once more, after the last step.
     *
     * @param latents {@code [B, C, F, h, w]}, scaled
     * @return the latents to decode, same shape; {@code latents} themselves without AdaIN
     */
    public FloatTensor finish(FloatTensor latents) {
        LatentFrames.checkClip(latents.shape(), "VideoDenoiser.finish");
        if (adaInStart.isEmpty()) {
            return latents;
        }
        LatentFrames finished = LatentFrames.copyOf(latents);
        for (int frame = 1; frame < finished.frameCount(); frame++) {
            finished.adaptStatistics(frame, 0);
        }
        return finished.toTensor();
    }
}
