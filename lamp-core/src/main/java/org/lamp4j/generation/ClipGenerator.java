package org.lamp4j.generation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.LatentCodec;
import org.lamp4j.spi.LatentDistribution;
import org.lamp4j.spi.MotionWeights;
import org.lamp4j.spi.NoisePredictor;
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
     * @throws IllegalStateException if the network gives something that is no finite number
     * @throws CancellationException if the listener stops the generation or the thread is interrupted, whose flag stays
     *     set
     */
    public VideoClip generate(String prompt, RgbImage firstFrame, GenerationOptions options) {
        LatentCodec codec = model.latentCodec();
        options.frameSize().requireMultipleOf(codec.factor());
        ClipDenoiser denoiser = ClipDenoiser.of(schedule, options);
        FloatTensor first = encode(firstFrame.coverCrop(options.frameSize()), options.seed());
        Shape shape = first.shape().with(2, options.frameCount());
        FloatTensor latents = denoiser.initialLatents(
                RandomSource.stream(options.seed(), "initial noise", 0).gaussian(shape), first);
        FloatTensor context = context(prompt, options, denoiser);
        try (NoisePredictor predictor = model.noisePredictor(motion, shape.with(0, denoiser.branches()))) {
            for (int stepIndex = 0; stepIndex < denoiser.stepCount(); stepIndex++) {
                Generation.checkInterrupt();
                latents = denoiser.step(stepIndex, latents, predictor, context);
                Generation.requireFinite(latents, stepIndex, "pattern");
                Generation.report(options, GenerationProgress.Phase.DENOISING, stepIndex + 1, denoiser.stepCount());
            }
        }
        List<RgbImage> frames = decode(denoiser.finish(latents), options);
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
        FloatTensor firstFrame = DecodedFrames.decode(model.latentCodec(), latents, 0);
        for (int frameIndex = 0; frameIndex < shape.size(2); frameIndex++) {
            Generation.checkInterrupt();
            FloatTensor pixels = frameIndex == 0 ? firstFrame : DecodedFrames.decode(model.latentCodec(), latents, frameIndex);
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
