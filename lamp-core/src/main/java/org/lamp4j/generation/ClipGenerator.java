package org.lamp4j.generation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.SamplerType;
import org.lamp4j.diffusion.SamplingState;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.LatentCodec;
import org.lamp4j.spi.LatentDistribution;
import org.lamp4j.spi.MotionWeights;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.spi.NonFiniteException;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/**
 * Makes clips from first frames: encode, denoise, decode, match colours. Users call it through
 * {@code MotionPattern.generate}. Safe for several threads.
 */
public final class ClipGenerator {

    private final BackboneModel model;
    private final NoiseSchedule schedule;
    private final Function<String, FloatTensor> promptEncoder;
    private final MotionWeights motion;

    /**
     * Creates a generator.
     *
     * @param model the open model; stays the caller's
     * @param schedule the noise schedule it was trained with
     * @param promptEncoder turns a prompt into text hidden states {@code [1, N, D]}
     * @param motion the pattern's parameters
     */
    public ClipGenerator(
            BackboneModel model,
            NoiseSchedule schedule,
            Function<String, FloatTensor> promptEncoder,
            MotionWeights motion) {
        this.model = model;
        this.schedule = schedule;
        this.promptEncoder = promptEncoder;
        this.motion = motion;
    }

    /**
     * Generates a clip.
     *
     * @param prompt what the clip shows
     * @param firstFrame where it begins; resized to cover the frame size and centre-cropped
     * @param options how it is generated
     * @return the clip, with prompt and options as its provenance; frame 0 is the first frame after encoding and decoding
     * @throws IllegalArgumentException if the frame size is no multiple of the auto-encoder's factor, or the schedule
     *     does not allow that number of steps
     * @throws NonFiniteException if a network gives something that is no finite number; the message names the damaged weight,
     *     if there is one
     * @throws CancellationException if the listener stops the generation or the thread is interrupted, whose flag stays
     *     set
     */
    public VideoClip generate(String prompt, RgbImage firstFrame, GenerationOptions options) {
        ClipDenoiser denoiser = denoiser(options);
        FloatTensor first = encode(firstFrame.coverCrop(options.frameSize()), options.seed());
        FloatTensor noise = RandomSource.stream(options.seed(), "initial noise", 0)
                .gaussian(first.shape().with(2, options.frameCount()));
        return denoise(prompt, denoiser.initialLatents(noise, first), denoiser, options);
    }

    /**
     * Generates a clip that keeps the structure of another: it starts not from noise but from the latents that lead back
     * to the other clip, found with an empty prompt.
     *
     * @param source the other clip, of the options' number of frames; resized to cover the frame size and cropped
     * @param prompt what the new clip shows
     * @param firstFrame where it begins; resized to cover the frame size and centre-cropped
     * @param options how it is generated; its noise sharing is not used
     * @return the clip, as {@link #generate} gives it
     * @throws IllegalArgumentException if the source has another number of frames or the sampler is not DDIM, and as
     *     {@link #generate} does
     * @throws CancellationException if the listener stops the generation or the thread is interrupted, whose flag stays
     *     set
     */
    public VideoClip edit(VideoClip source, String prompt, RgbImage firstFrame, GenerationOptions options) {
        if (source.frameCount() != options.frameCount()) {
            throw new IllegalArgumentException(
                    "expected a clip of " + options.frameCount() + " frames to edit, but was " + source.frameCount());
        }
        if (options.sampler() != SamplerType.DDIM) {
            throw new IllegalArgumentException("expected the sampler " + SamplerType.DDIM
                    + ", which can be inverted, but was " + options.sampler());
        }
        ClipDenoiser denoiser = denoiser(options);
        List<FloatTensor> frames = new ArrayList<>();
        for (RgbImage frame : source.frames()) {
            Generation.checkInterrupt();
            frames.add(encode(frame.coverCrop(options.frameSize()), options.seed()));
        }
        FloatTensor clean = FloatTensor.concat(2, frames);
        FloatTensor inverted;
        try (NoisePredictor predictor = model.noisePredictor(motion, clean.shape())) {
            inverted = DdimInversion.of(schedule, options.steps()).invert(clean, predictor, promptEncoder.apply(""));
        }
        FloatTensor first = encode(firstFrame.coverCrop(options.frameSize()), options.seed());
        return denoise(prompt, denoiser.withFirstFrame(inverted, first), denoiser, options);
    }

    private ClipDenoiser denoiser(GenerationOptions options) {
        options.frameSize().requireMultipleOf(model.latentCodec().factor());
        return ClipDenoiser.of(schedule, options);
    }

    private VideoClip denoise(String prompt, FloatTensor start, ClipDenoiser denoiser, GenerationOptions options) {
        SamplingState state = SamplingState.of(0, start);
        FloatTensor context = context(prompt, options, denoiser);
        try (NoisePredictor predictor =
                model.noisePredictor(motion, start.shape().with(0, denoiser.branches()))) {
            while (state.stepIndex() < denoiser.stepCount()) {
                Generation.checkInterrupt();
                state = denoiser.step(state, predictor, context);
                NonFiniteException.check(
                        state.latents(), "latents after step " + (state.stepIndex() - 1), model, motion);
                Generation.report(options, GenerationProgress.Phase.DENOISING, state.stepIndex(), denoiser.stepCount());
            }
        }
        List<RgbImage> frames = decode(denoiser.finish(state.latents()), options);
        return VideoClip.of(frames, options.framesPerSecond()).withProvenance(provenance(prompt, options));
    }

    private FloatTensor encode(RgbImage image, long seed) {
        LatentCodec codec = model.latentCodec();
        Shape pixels = Shape.of(1, 3, image.size().height(), image.size().width());
        LatentDistribution posterior = codec.encode(image.toTensor().reshape(pixels));
        FloatTensor latent =
                posterior.sample(RandomSource.stream(seed, "first frame", 0)).times(codec.scalingFactor());
        Shape shape = latent.shape();
        return latent.reshape(Shape.of(1, shape.size(1), 1, shape.size(2), shape.size(3)));
    }

    private FloatTensor context(String prompt, GenerationOptions options, ClipDenoiser denoiser) {
        FloatTensor text = promptEncoder.apply(prompt);
        return denoiser.branches() == 1
                ? text
                : FloatTensor.concat(0, List.of(promptEncoder.apply(options.negativePrompt()), text));
    }

    private List<RgbImage> decode(FloatTensor latents, GenerationOptions options) {
        Shape shape = latents.shape();
        List<RgbImage> frames = new ArrayList<>();
        FloatTensor firstFrame = DecodedFrames.decode(model, latents, 0);
        for (int frameIndex = 0; frameIndex < shape.size(2); frameIndex++) {
            Generation.checkInterrupt();
            FloatTensor pixels =
                    frameIndex == 0 ? firstFrame : DecodedFrames.decode(model, latents, frameIndex);
            boolean match = frameIndex > 0 && options.histogramMatching();
            frames.add(RgbImage.of(match ? HistogramMatching.match(pixels, firstFrame) : pixels));
            Generation.report(options, GenerationProgress.Phase.DECODING, frameIndex + 1, shape.size(2));
        }
        return frames;
    }

    private static Map<String, String> provenance(String prompt, GenerationOptions options) {
        Map<String, String> provenance = new LinkedHashMap<>();
        provenance.put("prompt", prompt);
        provenance.putAll(options.toProvenance());
        return provenance;
    }
}
