package org.lamp4j.generation.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.lamp4j.diffusion.SamplingState;
import org.lamp4j.generation.Enlargement;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/**
 * Makes a clip larger and finer. Its frames are scaled up, whose latents are given part of the noise and are denoised
 * at the new size with the first frame given clean, as a pattern expects it. A longer clip is done in windows: each
 * begins with the last frames that are done, of which the first is given clean and the others are
 * {@linkplain KnownFrames held}.
 *
 * @see <a href="https://arxiv.org/abs/2108.01073">Meng et al., SDEdit</a>, algorithm 1, for starting in the midst of
 *     sampling
 */
final class VideoEnlargement {

    private final VideoPipeline pipeline;
    private final Enlargement enlargement;
    private final GenerationOptions options;

    VideoEnlargement(VideoPipeline pipeline, Enlargement enlargement, GenerationOptions options) {
        this.pipeline = pipeline;
        this.enlargement = enlargement;
        this.options = options;
    }

    VideoClip enlarged(VideoClip clip, String prompt) {
        check(clip);
        List<RgbImage> frames = new ArrayList<>(clip.frames());
        enlargement.firstFrame().ifPresent(first -> frames.set(0, first));
        FloatTensor scaledUp = pipeline.encode(frames, options);
        int length = Math.min(clip.frameCount(), options.frameCount());
        LatentTiles tiles = tiles(scaledUp.shape().with(2, length), prompt);
        List<Integer> seams = new ArrayList<>();
        FloatTensor done = scaledUp.slice(2, 0, 1);
        try (DenoisingRun run = new DenoisingRun(pipeline, prompt, tiles, options)) {
            for (int window = 0; done.shape().size(2) < clip.frameCount(); window++) {
                int known = done.shape().size(2);
                int first = window == 0 ? 0 : Math.min(known - enlargement.overlap(), clip.frameCount() - length);
                if (window > 0) {
                    seams.add(known);
                }
                FloatTensor wanted = scaledUp.slice(2, known, first + length);
                FloatTensor given = done.slice(2, first, known);
                FloatTensor latents = window(run, given, wanted, window);
                done = FloatTensor.concat(2, List.of(done, latents.slice(2, known - first, length)));
            }
        }
        List<RgbImage> large = pipeline.decode(done, IntStream.range(0, clip.frameCount()), options);
        return VideoClip.of(large, clip.framesPerSecond()).withProvenance(provenance(clip, prompt, tiles, seams));
    }

    private void check(VideoClip clip) {
        FrameSize from = clip.frameSize();
        FrameSize to = options.frameSize();
        if (to.width() <= from.width() || to.height() <= from.height()) {
            throw new IllegalArgumentException("expected a frame size wider and higher than the clip's " + from
                    + ", but was " + to + " (enlarge)");
        }
        if (clip.frameCount() < 2 || options.frameCount() < 2) {
            throw new IllegalArgumentException("expected a clip and windows of at least 2 frames, but was "
                    + clip.frameCount() + " and " + options.frameCount() + " (enlarge)");
        }
        to.requireMultipleOf(pipeline.model().latentCodec().factor());
        enlargement
                .tileSize()
                .ifPresent(tile ->
                        tile.requireMultipleOf(pipeline.model().latentCodec().factor()));
        if (clip.frameCount() > options.frameCount()) {
            pipeline.requireOverlap(enlargement.overlap(), options, "enlarge");
        }
        // The clip's latents are kept, and those that are scaled up.
        pipeline.requireRoom(clip.frameCount(), Math.max(clip.frameCount(), options.frameCount()), options);
    }

    private LatentTiles tiles(Shape window, String prompt) {
        int factor = pipeline.model().latentCodec().factor();
        return enlargement
                .tileSize()
                .map(tile -> LatentTiles.ofSize(window, tile.height() / factor, tile.width() / factor))
                .orElseGet(() -> LatentTiles.largest(window, pipeline.fitsMemory(prompt, options)));
    }

    /**
     * Denoises a window.
     *
     * @param run the open network
     * @param given clean latents of the frames that are done, {@code [1, C, K, h, w]}
     * @param scaledUp those of the frames that are not, {@code [1, C, F-K, h, w]}
     * @param index which window it is
     * @return clean latents {@code [1, C, F, h, w]}, which begin with those given
     */
    private FloatTensor window(DenoisingRun run, FloatTensor given, FloatTensor scaledUp, int index) {
        VideoDenoiser denoiser = pipeline.denoiser(options);
        FloatTensor first = given.slice(2, 0, 1);
        FloatTensor clean = FloatTensor.concat(2, List.of(given, scaledUp));
        FloatTensor noise = denoiser.initialLatents(
                RandomSource.stream(options.seed(), "noise of an enlargement", index)
                        .gaussian(clean.shape()),
                first); // frame 0 of the noise is never used
        int startStep = denoiser.startStep(enlargement.strength());
        FloatTensor noisy = pipeline.schedule().addNoise(clean, noise, new int[] {denoiser.timestep(startStep)});
        SamplingState start = new SamplingState(startStep, denoiser.withFirstFrame(noisy, first), Optional.of(clean));
        return run.denoise(
                start,
                KnownFrames.of(
                        pipeline.schedule(),
                        clean,
                        noise,
                        IntStream.range(0, given.shape().size(2))),
                index);
    }

    private Map<String, String> provenance(VideoClip clip, String prompt, LatentTiles tiles, List<Integer> seams) {
        Map<String, String> provenance = pipeline.provenance(clip.provenance(), prompt, options);
        provenance.put("enlarged_from", clip.frameSize().toString());
        provenance.put("strength", Double.toString(enlargement.strength()));
        provenance.put("large_first_frame", enlargement.firstFrame().isPresent() ? "given" : "scaled up");
        provenance.put("tiles", tiles.description(pipeline.model().latentCodec().factor()));
        provenance.put("overlap", Integer.toString(enlargement.overlap()));
        Seams.add(provenance, seams);
        return provenance;
    }
}
