package org.lamp4j.generation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.lamp4j.diffusion.Guidance;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.Sampler;
import org.lamp4j.diffusion.SamplingState;
import org.lamp4j.errors.NonFiniteException;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.media.RgbImage;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/**
 * Makes still pictures from prompts with the base model alone: on a clip of a single frame, the inflated UNet without a
 * pattern is the image UNet. Users call it through {@code Backbone.generate}. Safe for several threads.
 */
public final class PictureGenerator {

    private static final MotionWeights NO_MOTION = MotionWeights.of(List.of());

    private final BackboneModel model;
    private final NoiseSchedule schedule;
    private final Function<String, FloatTensor> promptEncoder;

    /**
     * Creates a generator.
     *
     * @param model the open model; stays the caller's
     * @param schedule the noise schedule it was trained with
     * @param promptEncoder turns a prompt into text hidden states {@code [1, N, D]}
     */
    public PictureGenerator(BackboneModel model, NoiseSchedule schedule, Function<String, FloatTensor> promptEncoder) {
        this.model = model;
        this.schedule = schedule;
        this.promptEncoder = promptEncoder;
    }

    /**
     * Generates a picture for each prompt, all in one batch.
     *
     * @param prompts what the pictures show, at least one
     * @param options sampler, steps, guidance scale, negative prompt, frame size, seed and listener are taken from them
     * @return the pictures, of the frame size
     * @throws IllegalArgumentException if there is no prompt, the frame size is no multiple of the auto-encoder's factor,
     *     or the schedule does not allow that number of steps
     * @throws NonFiniteException if a network gives something that is no finite number
     * @throws StoppedException if the listener stops the generation or the thread is interrupted, whose flag stays
     *     set
     */
    public List<RgbImage> generate(List<String> prompts, GenerationOptions options) {
        if (prompts.isEmpty()) {
            throw new IllegalArgumentException("expected a prompt, but was none (PictureGenerator.generate)");
        }
        int factor = model.latentCodec().factor();
        options.frameSize().requireMultipleOf(factor);
        ClipMemory.require(model.latentCodec(), options.frameSize(), prompts.size(), prompts.size());
        Guidance guidance = new Guidance(options.guidanceScale());
        Shape shape = Shape.of(
                prompts.size(),
                model.latentChannels(),
                1,
                options.frameSize().height() / factor,
                options.frameSize().width() / factor);
        FloatTensor latents =
                RandomSource.stream(options.seed(), "picture noise", 0).gaussian(shape);
        FloatTensor context = context(prompts, options, guidance);
        try (NoisePredictor predictor =
                model.noisePredictor(NO_MOTION, shape.with(0, guidance.branches() * prompts.size()))) {
            latents = denoise(latents, context, predictor, options);
        }
        List<RgbImage> pictures = new ArrayList<>();
        for (int index = 0; index < prompts.size(); index++) {
            FloatTensor latent = latents.slice(0, index, index + 1);
            pictures.add(RgbImage.of(DecodedFrames.decode(model, latent, 0)));
            Generation.report(options.listener(), new GenerationProgress.Decoding(index + 1, prompts.size()));
        }
        return pictures;
    }

    private FloatTensor denoise(
            FloatTensor noise, FloatTensor context, NoisePredictor predictor, GenerationOptions options) {
        Guidance guidance = new Guidance(options.guidanceScale());
        Sampler sampler = options.sampler().sampler(schedule, options.steps());
        int[] timesteps = sampler.timesteps();
        SamplingState state = SamplingState.of(0, noise);
        for (int timestep : timesteps) {
            FloatTensor latents = state.latents();
            FloatTensor input = guidance.branches() == 1 ? latents : FloatTensor.concat(0, List.of(latents, latents));
            FloatTensor output = guidance.combine(LatentFrames.predict(predictor, input, timestep, context));
            state = sampler.step(state, schedule.predictedNoise(output, latents, timestep));
            model.requireFinite(state.latents(), "latents after step " + (state.stepIndex() - 1), NO_MOTION);
            Generation.report(
                    options.listener(), new GenerationProgress.Denoising(state.stepIndex(), timesteps.length));
        }
        return state.latents();
    }

    private FloatTensor context(List<String> prompts, GenerationOptions options, Guidance guidance) {
        List<FloatTensor> texts = new ArrayList<>();
        if (guidance.branches() > 1) {
            texts.addAll(Collections.nCopies(prompts.size(), promptEncoder.apply(options.negativePrompt())));
        }
        prompts.forEach(prompt -> texts.add(promptEncoder.apply(prompt)));
        return FloatTensor.concat(0, texts);
    }
}
