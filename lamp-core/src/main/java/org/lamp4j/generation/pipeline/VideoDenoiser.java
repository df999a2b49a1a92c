package org.lamp4j.generation.pipeline;

import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.Sampler;
import org.lamp4j.diffusion.SamplingState;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
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
    private final long seed;
    private final OptionalInt lastStepBeforeAdaIn;

    private VideoDenoiser(NoiseSchedule schedule, GenerationOptions options) {
        this.sampler = options.sampling()
                .sampler()
                .sampler(
                        schedule, options.sampling().steps(), options.sampling().timestepSpacing());
        this.timesteps = sampler.timesteps();
        this.noiseSharing = options.consistency().noiseSharing();
        this.seed = options.seed();
        OptionalDouble start = options.consistency().adaInStart();
        this.lastStepBeforeAdaIn = start.isPresent()
                ? OptionalInt.of(lastStepBefore(start.getAsDouble(), schedule.trainTimesteps()))
                : OptionalInt.empty();
    }

    /** Returns the last step that begins within a fraction of the way from the noisiest timestep down by T. */
    private int lastStepBefore(double fraction, int trainTimesteps) {
        int last = 0;
        while (last + 1 < timesteps.length && timesteps[0] - timesteps[last + 1] <= fraction * trainTimesteps) {
            last++;
        }
        return last;
    }

    /**
     * Returns a denoiser.
     *
     * @param schedule the noise schedule the model was trained with
     * @param options sampler, steps, timestep spacing, noise sharing, AdaIN and seed are taken from them
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

    /** Returns the step from which on a part of the way is taken, of 0 to 1, at least the last step. */
    int startStep(double strength) {
        return stepCount() - Math.max(1, (int) Math.round(strength * stepCount()));
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
            return shared(noise.valueAt(channel * frames * plane + pixel), noise.valueAt(index));
        });
    }

    private float shared(float firstFrame, float own) {
        return noiseSharing * firstFrame + (1 - noiseSharing) * own;
    }

    /**
     * Returns noise that samplers add after a step, shared as the noise at the start is; frame 0's will not be used.
     */
    private FloatTensor freshNoise(Shape shape, long run, int stepIndex) {
        FloatTensor noise = RandomSource.stream(seed, "noise after a step of run " + run, stepIndex)
                .gaussian(shape);
        int plane = shape.size(3) * shape.size(4);
        int clip = plane * shape.size(FRAME_AXIS);
        return FloatTensor.generate(
                shape, index -> shared(noise.valueAt(index / clip * clip + index % plane), noise.valueAt(index)));
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
     * Takes one step of the only run with these options.
     *
     * @param state the step to be taken, and the latents before it: {@code [B, C, F, h, w]}, scaled, frame 0 clean
     * @param predictor sees the noise in the latents
     * @return the state after the step; the latents have the same shape, and frame 0 is the one that came in
     * @see #step(SamplingState, GuidedPredictor, long)
     */
    public SamplingState step(SamplingState state, GuidedPredictor predictor) {
        return step(state, predictor, 0);
    }

    /**
     * Takes one step.
     *
     * @param state the step to be taken, and the latents before it: {@code [B, C, F, h, w]}, scaled, frame 0 clean
     * @param predictor sees the noise in the latents
     * @param run which of several runs with these options this is, such as the number of a window; each has noise of
     *     its own, where the sampler adds some
     * @return the state after the step; the latents have the same shape, and frame 0 is the one that came in
     * @throws IndexOutOfBoundsException if there is no such step
     * @throws IllegalArgumentException if the sampler looks back and the state does not say on what
     * @throws ShapeMismatchException if a shape is not the one the predictor was made for
     */
    public SamplingState step(SamplingState state, GuidedPredictor predictor, long run) {
        LatentFrames.checkClip(state.latents().shape(), "VideoDenoiser.step");
        return step(state, predictor.predictedNoise(state.latents(), timestep(state.stepIndex())), run);
    }

    /** Takes one step, with noise that was predicted of the latents before it. */
    SamplingState step(SamplingState state, FloatTensor predictedNoise, long run) {
        FloatTensor latents = state.latents();
        SamplingState stepped =
                sampler.step(state, predictedNoise, stepIndex -> freshNoise(latents.shape(), run, stepIndex));
        LatentFrames next = LatentFrames.copyOf(stepped.latents()).copyFrame(0, latents);
        if (lastStepBeforeAdaIn.isPresent()) {
            shareStatistics(next, state.stepIndex() > lastStepBeforeAdaIn.getAsInt());
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
        if (lastStepBeforeAdaIn.isEmpty()) {
            return latents;
        }
        LatentFrames finished = LatentFrames.copyOf(latents);
        for (int frame = 1; frame < finished.frameCount(); frame++) {
            finished.adaptStatistics(frame, 0);
        }
        return finished.toTensor();
    }
}
