package org.lamp4j.generation.pipeline;

import java.util.List;
import java.util.stream.IntStream;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.tensor.FloatTensor;

/**
 * Frames of a window that are given, besides frame 0. Before each step they are put back with the noise that belongs to
 * it, so that the network sees all frames but frame 0 equally noisy, as it was trained. Immutable.
 *
 * @see <a href="https://arxiv.org/abs/2201.09865">Lugmayr et al., RePaint</a>, equation 8
 */
final class KnownFrames {

    private final NoiseSchedule schedule;
    private final FloatTensor clean;
    private final FloatTensor noise;
    private final List<Integer> frames;

    private KnownFrames(NoiseSchedule schedule, FloatTensor clean, FloatTensor noise, List<Integer> frames) {
        this.schedule = schedule;
        this.clean = clean;
        this.noise = noise;
        this.frames = frames;
    }

    /**
     * Names the frames that are known.
     *
     * @param schedule the noise schedule the model was trained with
     * @param clean clean latents {@code [1, C, F, h, w]}; only the known frames are looked at
     * @param noise standard normal noise of the same shape, the same at every step
     * @param frames indices of the known frames
     */
    static KnownFrames of(NoiseSchedule schedule, FloatTensor clean, FloatTensor noise, IntStream frames) {
        return new KnownFrames(schedule, clean, noise, frames.boxed().toList());
    }

    /** Returns latents in which the known frames have the noise of a timestep, and frame 0 has none. */
    FloatTensor heldAt(int timestep, FloatTensor latents) {
        FloatTensor noisy = schedule.addNoise(clean, noise, new int[] {timestep});
        LatentFrames held = LatentFrames.copyOf(latents);
        frames.forEach(frame -> held.copyFrame(frame, noisy));
        return held.copyFrame(0, latents).toTensor();
    }

    /** Returns latents in which the known frames are clean. */
    FloatTensor heldClean(FloatTensor latents) {
        LatentFrames held = LatentFrames.copyOf(latents);
        frames.forEach(frame -> held.copyFrame(frame, clean));
        return held.toTensor();
    }
}
