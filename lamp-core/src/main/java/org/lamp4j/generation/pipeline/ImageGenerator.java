package org.lamp4j.generation.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.lamp4j.diffusion.FreshNoise;
import org.lamp4j.diffusion.Sampler;
import org.lamp4j.diffusion.SamplingState;
import org.lamp4j.errors.NonFiniteException;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.generation.GenerationProgress;
import org.lamp4j.generation.Preview;
import org.lamp4j.media.RgbImage;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/**
 * A generator of still images from prompts, with the base model alone. On a clip of a single frame, the inflated UNet
 * without a pattern is the image UNet. Safe for several threads.
 */
public final class ImageGenerator {

    private static final MotionWeights NO_MOTION = MotionWeights.of(List.of());

    private final VideoPipeline pipeline;

    /**
     * Creates a generator.
     *
     * @param base the base model
     */
    public ImageGenerator(FrozenModel base) {
        this.pipeline = new VideoPipeline(base, NO_MOTION);
    }

    /**
     * Generates an image for each prompt, all in one batch.
     *
     * @param prompts what the images show, at least one
     * @param options their sampling, frame size, seed and listener are taken
     * @return the images, of the frame size
     * @throws IllegalArgumentException if there is no prompt, the frame size is no multiple of the auto-encoder's
     *     factor, or the schedule does not allow that number of steps
     * @throws NonFiniteException if a network gives something that is no finite number
     * @throws StoppedException if the listener stops the generation or the thread is interrupted, whose flag stays set
     */
    public List<RgbImage> generate(List<String> prompts, GenerationOptions options) {
        if (prompts.isEmpty()) {
            throw new IllegalArgumentException("expected a prompt, but was none (ImageGenerator.generate)");
        }
        BackboneModel model = pipeline.model();
        options.frameSize().requireMultipleOf(model.latentCodec().factor());
        VideoMemory.require(model.latentCodec(), options.frameSize(), prompts.size(), prompts.size());
        Shape shape = pipeline.latents(prompts.size(), 1, options);
        FloatTensor latents =
                RandomSource.stream(options.seed(), "picture noise", 0).gaussian(shape);
        try (GuidedPredictor predictor = pipeline.guided(prompts, shape, options, 1);
                GuidedPredictor.Steps steps = predictor.steps()) {
            latents = denoise(latents, steps, options);
        }
        List<RgbImage> images = new ArrayList<>();
        for (int index = 0; index < prompts.size(); index++) {
            FloatTensor latent = latents.slice(0, index, index + 1);
            images.add(RgbImage.of(DecodedFrames.decode(model, latent, 0)));
            Generation.report(options.listener(), new GenerationProgress.Decoding(index + 1, prompts.size()));
        }
        return images;
    }

    private FloatTensor denoise(FloatTensor noise, GuidedPredictor.Steps steps, GenerationOptions options) {
        Sampler sampler = options.sampling()
                .sampler()
                .sampler(
                        pipeline.schedule(),
                        options.sampling().steps(),
                        options.sampling().timestepSpacing());
        FreshNoise fresh = stepIndex -> RandomSource.stream(options.seed(), "picture noise after a step", stepIndex)
                .gaussian(noise.shape());
        int[] timesteps = sampler.timesteps();
        SamplingState state = SamplingState.of(0, noise);
        for (int timestep : timesteps) {
            FloatTensor latents = state.latents();
            FloatTensor predictedNoise = steps.predictedNoise(latents, timestep);
            state = sampler.step(state, predictedNoise, fresh);
            pipeline.model().requireFinite(state.latents(), "latents after step " + (state.stepIndex() - 1), NO_MOTION);
            Preview preview = () -> pipeline.base()
                    .previews()
                    .of(pipeline.schedule().predictedClean(latents, predictedNoise, timestep));
            Generation.report(
                    options.listener(), new GenerationProgress.Denoising(state.stepIndex(), timesteps.length, preview));
        }
        return state.latents();
    }
}
