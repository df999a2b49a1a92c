package org.lamp4j.generation.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.lamp4j.diffusion.SamplingState;
import org.lamp4j.generation.Doubling;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/**
 * Puts a frame between any two of a clip. It begins as the mean of their latents, in which moving things are doubled,
 * is given noise, and is denoised with the clip's own frames {@linkplain KnownFrames held} beside it, which makes one
 * thing of two.
 *
 * @see <a href="https://arxiv.org/abs/2108.01073">Meng et al., SDEdit</a>, algorithm 1, for starting in the midst of
 *     sampling
 */
final class FrameRateDoubling {

    private final VideoPipeline pipeline;
    private final Doubling doubling;
    private final GenerationOptions options;

    FrameRateDoubling(VideoPipeline pipeline, Doubling doubling, GenerationOptions options) {
        this.pipeline = pipeline;
        this.doubling = doubling;
        this.options = options;
    }

    VideoClip doubled(VideoClip clip, String prompt) {
        check(clip);
        int frameCount = 2 * clip.frameCount() - 1;
        int length = Math.min(frameCount, options.frameCount() - 1 + options.frameCount() % 2);
        FloatTensor joined = withMeansBetween(pipeline.encode(clip.frames(), options));
        List<RgbImage> frames = new ArrayList<>(clip.frames());
        try (DenoisingRun run =
                new DenoisingRun(pipeline, prompt, joined.shape().with(2, length), withoutSharing())) {
            for (int done = 1; done < frameCount; ) {
                int first = Math.min(done - 1, frameCount - length);
                List<RgbImage> between = window(run, joined.slice(2, first, first + length), done);
                for (int index = (done - 1 - first) / 2; index < between.size(); index++) {
                    frames.add(done, between.get(index));
                    done += 2;
                }
            }
        }
        return VideoClip.of(frames, 2 * clip.framesPerSecond()).withProvenance(provenance(clip, prompt));
    }

    private void check(VideoClip clip) {
        if (clip.frameCount() < 2 || options.frameCount() < 3) {
            throw new IllegalArgumentException(
                    "expected a clip of at least 2 frames and windows of at least 3, but was " + clip.frameCount()
                            + " and " + options.frameCount() + " (doubleFrameRate)");
        }
        if (Double.isInfinite(2 * clip.framesPerSecond())) {
            throw new IllegalArgumentException("expected a rate that can be doubled, but was " + clip.framesPerSecond()
                    + " frames per second (doubleFrameRate)");
        }
        pipeline.requireSize(clip, options, "doubleFrameRate");
        long frames = 2L * clip.frameCount() - 1;
        pipeline.requireRoom(frames, frames, options);
    }

    /** Returns {@code [1, C, 2F-1, h, w]}: between any two frames their mean. */
    private static FloatTensor withMeansBetween(FloatTensor frames) {
        int count = frames.shape().size(2);
        List<FloatTensor> joined = new ArrayList<>();
        for (int frame = 0; frame < count; frame++) {
            FloatTensor current = frames.slice(2, frame, frame + 1);
            joined.add(current);
            if (frame + 1 < count) {
                joined.add(current.weighted(0.5f, 0.5f, frames.slice(2, frame + 1, frame + 2)));
            }
        }
        return FloatTensor.concat(2, joined);
    }

    /** The frames held beside new ones share no noise, so that a sampler's fresh noise is not shared either. */
    private GenerationOptions withoutSharing() {
        return options.toBuilder().noiseSharing(0).build();
    }

    /** Denoises the odd frames of a window {@code [1, C, F, h, w]}, whose even ones are known. */
    private List<RgbImage> window(DenoisingRun run, FloatTensor joined, int place) {
        VideoDenoiser denoiser = pipeline.denoiser(options);
        Shape shape = joined.shape();
        FloatTensor noise = RandomSource.stream(options.seed(), "noise between frames", place)
                .gaussian(shape);
        int startStep = denoiser.startStep(doubling.strength());
        FloatTensor noisy = pipeline.schedule().addNoise(joined, noise, new int[] {denoiser.timestep(startStep)});
        FloatTensor start = denoiser.withFirstFrame(noisy, joined.slice(2, 0, 1));
        FloatTensor latents = run.denoise(
                new SamplingState(startStep, start, Optional.of(joined)),
                KnownFrames.of(
                        pipeline.schedule(),
                        joined,
                        noise,
                        IntStream.iterate(0, frame -> frame < shape.size(2), frame -> frame + 2)),
                place);
        return pipeline.decode(
                latents, IntStream.iterate(1, frame -> frame < shape.size(2), frame -> frame + 2), options);
    }

    private Map<String, String> provenance(VideoClip clip, String prompt) {
        Map<String, String> provenance = pipeline.provenance(clip.provenance(), prompt, options);
        Seams.move(provenance, frame -> 2 * frame);
        provenance.put("frame_rate_doubled_from", clip.frameCount() + " frames");
        provenance.put("strength", Double.toString(doubling.strength()));
        return provenance;
    }
}
