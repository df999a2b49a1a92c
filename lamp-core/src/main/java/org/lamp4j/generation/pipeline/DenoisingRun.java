package org.lamp4j.generation.pipeline;

import java.util.List;
import java.util.function.UnaryOperator;
import org.lamp4j.diffusion.SamplingState;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.generation.GenerationProgress;
import org.lamp4j.generation.Preview;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/** The video UNet, open for clips of one shape and one prompt; denoises any number of them. */
final class DenoisingRun implements AutoCloseable {

    private final VideoPipeline pipeline;
    private final VideoDenoiser denoiser;
    private final GenerationOptions options;
    private final LatentTiles tiles;
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
        this(pipeline, prompt, LatentTiles.whole(clip), options);
    }

    /**
     * Opens the UNet for tiles of clips.
     *
     * @param pipeline the model and its pattern
     * @param prompt what clips show
     * @param tiles how each clip is divided
     * @param options how they are generated
     */
    DenoisingRun(VideoPipeline pipeline, String prompt, LatentTiles tiles, GenerationOptions options) {
        this.pipeline = pipeline;
        this.denoiser = pipeline.denoiser(options);
        this.options = options;
        this.tiles = tiles;
        this.predictor = pipeline.guided(List.of(prompt), tiles.tile(), options, tiles.count());
    }

    /**
     * Takes all steps from a state on.
     *
     * @param start the latents, and the step they belong to
     * @return clean latents {@code [1, C, F, h, w]}
     */
    FloatTensor denoise(SamplingState start) {
        return denoise(start, state -> state, denoiser::finish, 0);
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
        return denoise(
                start,
                state -> state.withLatents(known.heldAt(denoiser.timestep(state.stepIndex()), state.latents())),
                latents -> known.heldClean(denoiser.finish(latents)),
                window);
    }

    private FloatTensor denoise(
            SamplingState start, UnaryOperator<SamplingState> held, UnaryOperator<FloatTensor> finish, long window) {
        SamplingState state = start;
        try (TiledSteps steps = new TiledSteps(tiles, predictor)) {
            while (state.stepIndex() < denoiser.stepCount()) {
                state = step(held.apply(state), steps, window, start.stepIndex(), finish);
            }
        }
        return finish.apply(state.latents());
    }

    /** Takes a step; a preview of it is finished as the last one will be. */
    private SamplingState step(
            SamplingState state, TiledSteps steps, long window, int firstStep, UnaryOperator<FloatTensor> finish) {
        Generation.checkInterrupt();
        FloatTensor latents = state.latents();
        int timestep = denoiser.timestep(state.stepIndex());
        FloatTensor noise = steps.predictedNoise(latents, timestep);
        SamplingState next = denoiser.step(state, noise, window);
        pipeline.model().requireFinite(next.latents(), "latents after step " + state.stepIndex(), pipeline.motion());
        Preview preview = () -> {
            FloatTensor clean = pipeline.schedule().predictedClean(latents, noise, timestep);
            return pipeline.base()
                    .previews()
                    .of(finish.apply(
                            LatentFrames.copyOf(clean).copyFrame(0, latents).toTensor()));
        };
        Generation.report(
                options.listener(),
                new GenerationProgress.Denoising(
                        next.stepIndex() - firstStep, denoiser.stepCount() - firstStep, preview));
        return next;
    }

    @Override
    public void close() {
        predictor.close();
    }
}
