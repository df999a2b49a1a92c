package org.lamp4j.examples.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Collections;
import org.lamp4j.Backbone;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.diffusion.Guidance;
import org.lamp4j.diffusion.SamplingState;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.generation.pipeline.GuidedPredictor;
import org.lamp4j.generation.pipeline.VideoDenoiser;
import org.lamp4j.media.FrameSize;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.singlefile.SingleFile;
import org.lamp4j.spi.MotionTrainer.Batch;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/**
 * Times one denoising step and one training step of the paper's clip, 16 frames of 512×320, one after the other: two
 * sessions of that size at once need not fit into memory. Nothing is warmed up, since a step takes minutes.
 *
 * @param rounds how many steps of each kind; medians are printed
 * @param checkpointing whether a training step recomputes activations in its backward pass
 */
public record FullSizeBenchmark(int rounds, GradientCheckpointing checkpointing) {

    private static final int FRAMES = 16;
    private static final FrameSize SIZE = new FrameSize(512, 320);

    /** Checks the number. */
    public FullSizeBenchmark {
        if (rounds < 1) {
            throw new IllegalArgumentException("expected 1 round or more, but was " + rounds);
        }
    }

    /**
     * Measures a model and prints the figures.
     *
     * @param backbone the model
     * @param out where to print
     * @throws IOException if the model's configurations cannot be read
     */
    public void run(Backbone backbone, PrintWriter out) throws IOException {
        Benchmark paper = new Benchmark(FRAMES, SIZE, rounds, checkpointing);
        Shape latents = paper.latents(backbone);
        out.printf("clip: %d frames of %s, latents %s%n", FRAMES, SIZE, latents);
        NetworkFlops flops =
                NetworkFlops.of(SingleFile.dimensions(backbone.path()), latents, SIZE, Benchmark.modules());
        PartTable table = new PartTable(out, Ceilings.measure(ComputeDevice.cpu()));
        table.printHeader();
        FloatTensor context = new CodecBenchmark(SIZE, rounds, 0).run(backbone, flops, table);
        MotionWeights motion = backbone.model().freshMotion(Benchmark.modules(), 0);
        Run run = new Run(paper, backbone, motion, Benchmark.batch(latents, context), flops, table);
        Series forward = run.forward(rounds);
        run.denoising(rounds);
        run.training(rounds, forward);
    }

    /** What all parts need. */
    private record Run(
            Benchmark paper,
            Backbone backbone,
            MotionWeights motion,
            Batch batch,
            NetworkFlops flops,
            PartTable table) {

        Series forward(int rounds) {
            Series open = new Series(0);
            Series forward = new Series(0);
            try (NoisePredictor predictor = open.time(() -> predictor(1))) {
                table.print("open for one branch", open);
                for (int round = 0; round < rounds; round++) {
                    forward.time(() -> predictor.predict(batch.noisyLatents(), batch.timesteps(), batch.context()));
                }
            }
            table.print("UNet forward, a clip", forward, flops.forward());
            return forward;
        }

        void denoising(int rounds) {
            GenerationOptions options = GenerationOptions.newBuilder().build();
            VideoDenoiser denoiser = VideoDenoiser.of(backbone.noiseSchedule(), options);
            Guidance guidance = new Guidance(options.sampling().guidanceScale());
            FloatTensor contexts = FloatTensor.concat(0, Collections.nCopies(guidance.branches(), batch.context()));
            SamplingState start = SamplingState.of(0, batch.noisyLatents());
            Series open = new Series(0);
            Series step = new Series(0);
            try (GuidedPredictor predictor = GuidedPredictor.of(
                    open.time(() -> predictor(guidance.branches())), contexts, guidance, backbone.noiseSchedule())) {
                table.print("open for generating", open);
                for (int round = 0; round < rounds; round++) {
                    step.time(() -> denoiser.step(start, predictor));
                }
            }
            table.print("denoising step, guided", step, flops.forward().times(guidance.branches()));
        }

        void training(int rounds, Series forward) {
            Shape latents = batch.noisyLatents().shape();
            TrainingTimes times =
                    TrainingTimes.measure(() -> paper.openTrainer(backbone, motion, latents), batch, 0, rounds);
            Series gradients = times.gradients();
            Series update = times.update();
            table.print("open for training", times.open());
            table.print("loss and gradients, a step", gradients, flops.step());
            table.print("of it, all but a forward", gradients.without(forward), flops.wayBack());
            table.print("clipping and AdamW, a step", update, Benchmark.updatedBytes(motion));
            Benchmark.printRatios(table.out(), motion, forward, gradients, update);
            Benchmark.printTransfers(table.out(), flops.transfers());
        }

        private NoisePredictor predictor(int branches) {
            return backbone.model()
                    .noisePredictor(motion, batch.noisyLatents().shape().with(0, branches));
        }
    }
}
