package org.lamp4j.generation.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.lamp4j.diffusion.SamplingState;
import org.lamp4j.generation.Extension;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;

/**
 * Lets a clip go on. A window's frames 0 to K-1 are the last K that there are: frame 0 is given clean, as a pattern
 * expects it, and the others are {@linkplain KnownFrames held}, so that the new ones follow their motion.
 */
final class VideoExtension {

    private final VideoPipeline pipeline;
    private final Extension extension;
    private final GenerationOptions options;

    VideoExtension(VideoPipeline pipeline, Extension extension, GenerationOptions options) {
        this.pipeline = pipeline;
        this.extension = extension;
        this.options = options;
    }

    VideoClip extend(VideoClip clip, String prompt) {
        check(clip);
        List<RgbImage> frames = new ArrayList<>(clip.frames());
        List<Integer> seams = new ArrayList<>();
        int wanted = clip.frameCount() + extension.frameCount();
        try (DenoisingRun run =
                new DenoisingRun(pipeline, prompt, pipeline.latents(1, options.frameCount(), options), options)) {
            while (frames.size() < wanted) {
                frames.subList(frames.size() - extension.redraw(), frames.size())
                        .clear();
                seams.add(frames.size());
                List<RgbImage> more = window(run, lastFrames(frames), seams.size());
                frames.addAll(more.subList(0, Math.min(more.size(), wanted - frames.size())));
            }
        }
        return VideoClip.of(frames, clip.framesPerSecond()).withProvenance(provenance(clip, prompt, seams));
    }

    private void check(VideoClip clip) {
        pipeline.requireOverlap(extension.overlap(), options, "extend");
        if (extension.redraw() >= options.frameCount() - extension.overlap()) {
            throw new IllegalArgumentException("expected fewer frames to draw anew than the "
                    + (options.frameCount() - extension.overlap()) + " new ones of a window, but was "
                    + extension.redraw() + " (extend)");
        }
        long needed = (long) extension.overlap() + extension.redraw();
        if (clip.frameCount() < needed) {
            throw new IllegalArgumentException("expected a clip of at least the " + needed
                    + " frames of the overlap" + (extension.redraw() == 0 ? "" : " and those to draw anew")
                    + ", but was " + clip.frameCount() + " (extend)");
        }
        pipeline.requireSize(clip, options, "extend");
        long frames = (long) clip.frameCount() + extension.frameCount() + options.frameCount();
        pipeline.requireRoom(frames, options.frameCount(), options);
    }

    private FloatTensor lastFrames(List<RgbImage> frames) {
        return pipeline.encode(frames.subList(frames.size() - extension.overlap(), frames.size()), options);
    }

    /** Generates the frames that follow known ones {@code [1, C, K, h, w]}. */
    private List<RgbImage> window(DenoisingRun run, FloatTensor known, int windowIndex) {
        int overlap = extension.overlap();
        int length = options.frameCount();
        FloatTensor noise = RandomSource.stream(options.seed(), "initial noise", windowIndex)
                .gaussian(known.shape().with(2, length));
        FloatTensor clean = FloatTensor.concat(2, List.of(known, noise.slice(2, overlap, length)));
        FloatTensor start = pipeline.denoiser(options).initialLatents(noise, known.slice(2, 0, 1));
        FloatTensor latents = run.denoise(
                SamplingState.of(0, start),
                KnownFrames.of(pipeline.schedule(), clean, noise, IntStream.range(0, overlap)),
                windowIndex);
        return pipeline.decode(latents, IntStream.range(overlap, length), options);
    }

    private Map<String, String> provenance(VideoClip clip, String prompt, List<Integer> seams) {
        Map<String, String> provenance = pipeline.provenance(clip.provenance(), prompt, options);
        provenance.put("extended_from", clip.frameCount() + " frames");
        provenance.put("overlap", Integer.toString(extension.overlap()));
        provenance.put("redraw", Integer.toString(extension.redraw()));
        Seams.add(provenance, seams);
        return provenance;
    }
}
