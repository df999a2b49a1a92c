package org.lamp4j.generation.pipeline;

import java.util.List;
import org.lamp4j.diffusion.SamplingState;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.generation.GenerationProgress;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/** The video UNet, open for clips of one shape and one prompt; denoises any number of them. */
final class DenoisingRun implements AutoCloseable {

    private final BackboneModel model;
    private final MotionWeights motion;
    private final VideoDenoiser denoiser;
    private final GenerationOptions options;
    private final GuidedPredictor predictor;

    /**
     * Opens the UNet.
     *
     * @param pipeline the model and its pattern
     * @param prompt what clips show
     * @param clip shape of their latents, {@code [1, C, F, h, w]}
     * @param options how they are generated
     */
    DenoisingRun(VideoPipeline pipeline, String prompt, Shape clip, GenerationOptions options) {
        this.model = pipeline.model();
        this.motion = pipeline.motion();
        this.denoiser = pipeline.denoiser(options);
        this.options = options;
        this.predictor = pipeline.guided(List.of(prompt), clip, options);
    }

    /**
     * Takes all steps from a state on.
     *
     * @param start the latents, and the step they belong to
     * @return clean latents {@code [1, C, F, h, w]}
     */
    FloatTensor denoise(SamplingState start) {
        SamplingState state = start;
        while (state.stepIndex() < denoiser.stepCount()) {
            state = step(state, start.stepIndex(), 0);
        }
        return denoiser.finish(state.latents());
    }

    /**
     * Takes all steps from a state on, with some frames held besides frame 0.
     *
     * @param start the latents, and the step they belong to
     * @param known the frames
     * @param window which of several windows this is
     * @return clean latents {@code [1, C, F, h, w]}, the known frames as they were given
     */
    FloatTensor denoise(SamplingState start, KnownFrames known, long window) {
        SamplingState state = start;
        while (state.stepIndex() < denoiser.stepCount()) {
            int timestep = denoiser.timestep(state.stepIndex());
            state = step(state.withLatents(known.heldAt(timestep, state.latents())), start.stepIndex(), window);
        }
        return known.heldClean(denoiser.finish(state.latents()));
    }

    private SamplingState step(SamplingState state, int firstStep, long window) {
        Generation.checkInterrupt();
        SamplingState next = denoiser.step(state, predictor, window);
        model.requireFinite(next.latents(), "latents after step " + state.stepIndex(), motion);
        Generation.report(
                options.listener(),
                new GenerationProgress.Denoising(next.stepIndex() - firstStep, denoiser.stepCount() - firstStep));
        return next;
    }

    @Override
    public void close() {
        predictor.close();
    }
}
