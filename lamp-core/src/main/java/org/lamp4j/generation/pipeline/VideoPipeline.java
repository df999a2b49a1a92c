package org.lamp4j.generation.pipeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.lamp4j.diffusion.Guidance;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.generation.GenerationProgress;
import org.lamp4j.generation.PromptSyntax;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.LatentCodec;
import org.lamp4j.spi.LatentDistribution;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/**
 * A model with a pattern over it, and what all ways to make a clip have in common: from images to latents, and back.
 *
 * @param base the base model
 * @param motion the pattern's parameters
 */
record VideoPipeline(FrozenModel base, MotionWeights motion) {

    BackboneModel model() {
        return base.networks();
    }

    NoiseSchedule schedule() {
        return base.schedule();
    }

    /** Returns the shape of the latents of so many clips of so many frames, {@code [B, C, F, h, w]}. */
    Shape latents(int clips, int frameCount, GenerationOptions options) {
        int factor = model().latentCodec().factor();
        return Shape.of(
                clips,
                model().latentChannels(),
                frameCount,
                options.frameSize().height() / factor,
                options.frameSize().width() / factor);
    }

    /** Checks the frame size and the number of steps. */
    VideoDenoiser denoiser(GenerationOptions options) {
        options.frameSize().requireMultipleOf(model().latentCodec().factor());
        return VideoDenoiser.of(schedule(), options);
    }

    /**
     * Opens the UNet for prompts, guided as the options say.
     *
     * @param prompts what each clip shows, B of them
     * @param latents shape of the latents, {@code [B, C, F, h, w]}
     * @param options guidance scale, negative prompt, how prompts are read and how much of the network runs are taken
     *     from them
     * @param runs how many {@linkplain GuidedPredictor#steps runs} will be under way at the same time
     * @return the predictor; the caller closes it
     */
    GuidedPredictor guided(List<String> prompts, Shape latents, GenerationOptions options, int runs) {
        Guidance guidance = guidance(options);
        PromptContext context = context(prompts, guidance, options);
        Shape batch = latents.with(0, guidance.branches() * latents.size(0));
        NoisePredictor network = model().noisePredictor(motion, batch, context.chunkCount(), reuses(runs, options));
        return GuidedPredictor.of(
                network,
                context.hiddenStates(),
                guidance,
                schedule(),
                options.sampling().deepCache());
    }

    private static Guidance guidance(GenerationOptions options) {
        return new Guidance(
                options.sampling().guidanceScale(), options.sampling().guidanceStart());
    }

    private static int reuses(int runs, GenerationOptions options) {
        return options.sampling().deepCache() == 1 ? 0 : runs;
    }

    /** Opens the UNet for the empty prompt and one clip {@code [1, C, F, h, w]}, without guidance. */
    GuidedPredictor unguided(Shape latents) {
        PromptContext context = PromptContext.of(List.of(""), base.prompts(), PromptSyntax.PLAIN);
        return GuidedPredictor.of(
                model().noisePredictor(motion, latents, context.chunkCount()),
                context.hiddenStates(),
                new Guidance(1),
                schedule());
    }

    /** Returns whether {@link #guided} has the memory for one clip in tiles. */
    Predicate<LatentTiles> fitsMemory(String prompt, GenerationOptions options) {
        Guidance guidance = guidance(options);
        int promptChunks = context(List.of(prompt), guidance, options).chunkCount();
        return tiles -> model().fitsMemory(
                        motion,
                        tiles.tile().with(0, guidance.branches()),
                        promptChunks,
                        reuses(tiles.count(), options));
    }

    private PromptContext context(List<String> prompts, Guidance guidance, GenerationOptions options) {
        List<String> texts = new ArrayList<>();
        if (guidance.branches() > 1) {
            texts.addAll(Collections.nCopies(prompts.size(), options.sampling().negativePrompt()));
        }
        texts.addAll(prompts);
        return PromptContext.of(texts, base.prompts(), options.sampling().promptSyntax());
    }

    /** Checks that so many frames, of which a window is denoised together, will fit into memory. */
    void requireRoom(long frames, long window, GenerationOptions options) {
        VideoMemory.require(model().latentCodec(), options.frameSize(), frames, window);
    }

    /** Checks that each window has frames that are new. */
    void requireOverlap(int overlap, GenerationOptions options, String where) {
        if (overlap >= options.frameCount()) {
            throw new IllegalArgumentException("expected an overlap below the window's " + options.frameCount()
                    + " frames, but was " + overlap + " (" + where + ")");
        }
    }

    /** Checks that new frames will be of the size of a clip's own. */
    void requireSize(VideoClip clip, GenerationOptions options, String where) {
        if (!clip.frameSize().equals(options.frameSize())) {
            throw new IllegalArgumentException("expected a clip of the frame size " + options.frameSize() + ", but was "
                    + clip.frameSize() + " (" + where + ")");
        }
    }

    /**
     * Returns what a new clip knows of itself: what the clip it was made of knew, the prompt, the options, and the
     * embeddings of words in the prompts.
     */
    Map<String, String> provenance(Map<String, String> before, String prompt, GenerationOptions options) {
        Map<String, String> provenance = new LinkedHashMap<>(before);
        provenance.put("prompt", prompt);
        provenance.putAll(options.toProvenance());
        Map<String, String> embeddings = new LinkedHashMap<>(base.prompts().embeddingsIn(prompt));
        embeddings.putAll(base.prompts().embeddingsIn(options.sampling().negativePrompt()));
        provenance.remove("embeddings");
        if (!embeddings.isEmpty()) {
            provenance.put("embeddings", PromptEncoder.listed(embeddings));
        }
        return provenance;
    }

    /** Returns the scaled latents of images, resized to cover the frame size and cropped: {@code [1, C, F, h, w]}. */
    FloatTensor encode(List<RgbImage> frames, GenerationOptions options) {
        List<FloatTensor> latents = new ArrayList<>();
        for (RgbImage frame : frames) {
            Generation.checkInterrupt();
            latents.add(encode(frame.coverCrop(options.frameSize()), options.seed()));
        }
        return FloatTensor.concat(2, latents);
    }

    private FloatTensor encode(RgbImage image, long seed) {
        LatentCodec codec = model().latentCodec();
        Shape pixels = Shape.of(1, 3, image.size().height(), image.size().width());
        LatentDistribution posterior = codec.encode(image.toTensor().reshape(pixels));
        FloatTensor latent =
                posterior.sample(RandomSource.stream(seed, "first frame", 0)).times(codec.scalingFactor());
        Shape shape = latent.shape();
        return latent.reshape(Shape.of(1, shape.size(1), 1, shape.size(2), shape.size(3)));
    }

    /**
     * Decodes frames and, if the options say so, gives them the colours of frame 0.
     *
     * @param latents {@code [1, C, F, h, w]}, scaled
     * @param frameIndices which frames
     * @param options whether histograms are matched, and who hears of it
     * @return an image for each index
     */
    List<RgbImage> decode(FloatTensor latents, IntStream frameIndices, GenerationOptions options) {
        int[] indices = frameIndices.toArray();
        FloatTensor firstFrame = DecodedFrames.decode(model(), latents, 0);
        List<RgbImage> frames = new ArrayList<>();
        for (int frameIndex : indices) {
            Generation.checkInterrupt();
            FloatTensor pixels = frameIndex == 0 ? firstFrame : DecodedFrames.decode(model(), latents, frameIndex);
            boolean match = frameIndex > 0 && options.consistency().histogramMatching();
            frames.add(RgbImage.of(match ? HistogramMatching.match(pixels, firstFrame) : pixels));
            Generation.report(options.listener(), new GenerationProgress.Decoding(frames.size(), indices.length));
        }
        return frames;
    }
}
