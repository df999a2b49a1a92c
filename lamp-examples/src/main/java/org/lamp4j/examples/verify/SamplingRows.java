package org.lamp4j.examples.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.lamp4j.diffusion.Guidance;
import org.lamp4j.diffusion.SamplingState;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.generation.pipeline.GuidedPredictor;
import org.lamp4j.generation.pipeline.VideoDenoiser;
import org.lamp4j.spi.LatentCodec;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/** A whole sampling run: each step by itself, from the reference's latents, and all of them in a row. */
final class SamplingRows implements RowGroup {

    private static final String LATENTS = "sample.latents_after_step.";
    private static final String VIDEO = "sample.video";
    private static final double STEP_TOLERANCE = 1e-4;
    private static final double RUN_TOLERANCE = 2e-3;

    /** The program's constant, whatever the number of steps. */
    private static final double LAST_STEP_BEFORE_ADAIN = 30;

    /** Above this guidance the random networks amplify rounding, so the end of a run is reported, not judged. */
    private static final double STEADY_GUIDANCE = 7.5;

    @Override
    public void compare(Subject subject, Fixture fixture, Consumer<Row> rows) throws IOException {
        List<Integer> stored = fixture.steps(LATENTS);
        if (!fixture.has("sample.initial_noise", "sample.first_frame_latent", "sample.context") || stored.isEmpty()) {
            rows.accept(Row.absent(LATENTS + "*", STEP_TOLERANCE));
            rows.accept(Row.absent(VIDEO, STEP_TOLERANCE));
            return;
        }
        FloatTensor noise = fixture.tensor("sample.initial_noise");
        VideoDenoiser denoiser = VideoDenoiser.of(
                subject.schedule(),
                GenerationOptions.newBuilder()
                        .steps(fixture.integer("/num_inference_steps"))
                        .adaInStart(Math.min(1, LAST_STEP_BEFORE_ADAIN / fixture.integer("/num_inference_steps")))
                        .build());
        Guidance guidance = new Guidance((float) fixture.number("/guidance_scale"));
        Shape batch = noise.shape().with(0, guidance.branches() * noise.shape().size(0));
        try (GuidedPredictor predictor = GuidedPredictor.of(
                subject.model().noisePredictor(subject.motion(), batch),
                fixture.tensor("sample.context"),
                guidance,
                subject.schedule())) {
            Run run = new Run(subject, fixture, rows, denoiser, predictor);
            run.stepByStep(stored);
            run.freely(stored);
        }
    }

    /** The fixture's run, in parts and as a whole. */
    private record Run(
            Subject subject, Fixture fixture, Consumer<Row> rows, VideoDenoiser denoiser, GuidedPredictor predictor) {

        void stepByStep(List<Integer> stored) {
            for (int stepIndex : stored) {
                if (stepIndex == 0) {
                    compareLatents("step from noise to ", 0, step(0, initialLatents()), STEP_TOLERANCE);
                } else if (stored.contains(stepIndex - 1)) {
                    FloatTensor before = fixture.tensor(LATENTS + (stepIndex - 1));
                    compareLatents(
                            "step from " + (stepIndex - 1) + " to ",
                            stepIndex,
                            step(stepIndex, before),
                            STEP_TOLERANCE);
                }
            }
            int last = denoiser.stepCount() - 1;
            if (stored.contains(last)) {
                compareVideo("step from " + last + " to video", fixture.tensor(LATENTS + last), STEP_TOLERANCE);
            } else {
                rows.accept(Row.absent("step from " + last + " to video", STEP_TOLERANCE));
            }
        }

        void freely(List<Integer> stored) throws IOException {
            int middle = denoiser.stepCount() / 2;
            double endTolerance =
                    fixture.number("/guidance_scale") <= STEADY_GUIDANCE ? RUN_TOLERANCE : Double.POSITIVE_INFINITY;
            FloatTensor latents = initialLatents();
            for (int stepIndex = 0; stepIndex < denoiser.stepCount(); stepIndex++) {
                latents = step(stepIndex, latents);
                if (stored.contains(stepIndex)) {
                    boolean early = stepIndex <= 1 || stepIndex == middle;
                    compareLatents("run, after step ", stepIndex, latents, early ? RUN_TOLERANCE : endTolerance);
                }
            }
            compareVideo("run, video", latents, endTolerance);
        }

        private FloatTensor initialLatents() {
            return denoiser.initialLatents(
                    fixture.tensor("sample.initial_noise"), fixture.tensor("sample.first_frame_latent"));
        }

        private FloatTensor step(int stepIndex, FloatTensor latents) {
            return denoiser.step(SamplingState.of(stepIndex, latents), predictor)
                    .latents();
        }

        private void compareLatents(String what, int stepIndex, FloatTensor latents, double tolerance) {
            rows.accept(Row.of("sample: " + what + stepIndex, latents, fixture.tensor(LATENTS + stepIndex), tolerance));
        }

        private void compareVideo(String what, FloatTensor latents, double tolerance) {
            if (fixture.has(VIDEO)) {
                rows.accept(
                        Row.of("sample: " + what, decode(denoiser.finish(latents)), fixture.tensor(VIDEO), tolerance));
            } else {
                rows.accept(Row.absent("sample: " + what, tolerance));
            }
        }

        /** Turns latents {@code [1, C, F, h, w]} into images {@code [1, 3, F, H, W]} in 0 to 1. */
        private FloatTensor decode(FloatTensor latents) {
            LatentCodec codec = subject.model().latentCodec();
            List<FloatTensor> frames = new ArrayList<>();
            Shape shape = latents.shape();
            for (int frameIndex = 0; frameIndex < shape.size(2); frameIndex++) {
                FloatTensor latent = latents.slice(2, frameIndex, frameIndex + 1)
                        .reshape(Shape.of(1, shape.size(1), shape.size(3), shape.size(4)));
                FloatTensor decoded = codec.decode(latent.times(1 / codec.scalingFactor()));
                FloatTensor image = FloatTensor.generate(
                        decoded.shape(), index -> Math.min(1, Math.max(0, decoded.valueAt(index) / 2 + 0.5f)));
                frames.add(image.reshape(Shape.of(
                        1, 3, 1, decoded.shape().size(2), decoded.shape().size(3))));
            }
            return FloatTensor.concat(2, frames);
        }
    }
}
