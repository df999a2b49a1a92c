package org.lamp4j.examples.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.lamp4j.Backbone;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.media.FrameSize;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.singlefile.SingleFile;
import org.lamp4j.spi.LatentCodec;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.MotionTrainer.Batch;
import org.lamp4j.spi.MotionTrainer.Update;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.training.TrainingOptions;

/**
 * Times each part of training and generating with one model. What is compared is measured in turns, once each a round,
 * so that a ratio holds on a machine whose speed drifts; medians of the rounds are printed.
 *
 * @param frameCount frames of the clip
 * @param frameSize size of the clip
 * @param rounds rounds measured after two that are not
 * @param checkpointing whether a training step recomputes activations in its backward pass
 */
public record Benchmark(int frameCount, FrameSize frameSize, int rounds, GradientCheckpointing checkpointing) {

    static final int TIMESTEP = 500;
    static final Update UPDATE = new Update(1e-5f, 0.9f, 0.999f, 1e-8f, 1e-2f, 1);
    private static final int WARM_UP_ROUNDS = 2;
    private static final int PASSES_OF_AN_UPDATE = 1 + 7;

    /** Checks the numbers. */
    public Benchmark {
        if (frameCount < 2 || rounds < 1) {
            throw new IllegalArgumentException(
                    "expected 2 frames and 1 round or more, but was " + frameCount + " and " + rounds);
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
        Shape latents = latents(backbone);
        out.printf("clip: %d frames of %s, latents %s%n", frameCount, frameSize, latents);
        NetworkFlops flops = NetworkFlops.of(SingleFile.dimensions(backbone.path()), latents, frameSize, modules());
        Ceilings ceilings = Ceilings.measure(ComputeDevice.cpu());
        PartTable table = new PartTable(out, ceilings);
        table.printHeader();
        FloatTensor context = new CodecBenchmark(frameSize, rounds, WARM_UP_ROUNDS).run(backbone, flops, table);
        measureUNet(backbone, context, flops, table);
        new OperatorTable(out, ceilings, rounds).print();
    }

    /**
     * Returns the shape of the clip's latents.
     *
     * @param backbone the model
     * @return {@code [1, channels, F, h, w]}
     */
    public Shape latents(Backbone backbone) {
        LatentCodec codec = backbone.model().latentCodec();
        return Shape.of(
                1,
                codec.latentChannels(),
                frameCount,
                frameSize.height() / codec.factor(),
                frameSize.width() / codec.factor());
    }

    /**
     * Returns which modules are trained.
     *
     * @return those of the default options
     */
    public static List<String> modules() {
        return TrainingOptions.newBuilder().build().parameters().trainableModules();
    }

    /**
     * Draws a batch.
     *
     * @param latents shape of the clip's latents
     * @param context what the text encoder gives for a prompt
     * @return latents and target of unit variance
     */
    public static Batch batch(Shape latents, FloatTensor context) {
        RandomSource random = RandomSource.stream(0, "bench", 1);
        return new Batch(random.gaussian(latents), new int[] {TIMESTEP}, context, random.gaussian(latents));
    }

    /**
     * Opens a trainer of the clip.
     *
     * @param backbone the model
     * @param motion where it begins
     * @param latents shape of the clip's latents
     * @return the trainer; the caller closes it
     */
    public MotionTrainer openTrainer(Backbone backbone, MotionWeights motion, Shape latents) {
        return backbone.model().motionTrainer(motion, modules(), latents, checkpointing);
    }

    private void measureUNet(Backbone backbone, FloatTensor context, NetworkFlops flops, PartTable table) {
        Shape latents = latents(backbone);
        Batch batch = batch(latents, context);
        MotionWeights motion = backbone.model().freshMotion(modules(), 0);
        Series predictorOpening = new Series(0);
        Series trainerOpening = new Series(0);
        try (NoisePredictor predictor =
                        predictorOpening.time(() -> backbone.model().noisePredictor(motion, latents));
                MotionTrainer trainer = trainerOpening.time(() -> openTrainer(backbone, motion, latents))) {
            table.print("open for generating", predictorOpening);
            table.print("open for training", trainerOpening);
            Series forward = new Series(WARM_UP_ROUNDS);
            Series gradients = new Series(WARM_UP_ROUNDS);
            Series update = new Series(WARM_UP_ROUNDS);
            for (int round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
                forward.time(() -> predictor.predict(batch.noisyLatents(), batch.timesteps(), context));
                gradients.time(() -> trainer.accumulate(batch));
                update.time(() -> trainer.update(UPDATE));
            }
            table.print("UNet forward, a clip", forward, flops.forward());
            table.print("loss and gradients, a step", gradients, flops.step());
            table.print("of it, all but a forward", gradients.without(forward), flops.wayBack());
            table.print("clipping and AdamW, a step", update, updatedBytes(motion));
            printRatios(table.out(), motion, forward, gradients, update);
        }
        printTransfers(table.out(), flops.transfers());
    }

    /**
     * A norm reads the gradients; an update reads them, parameters and two moments, and writes all but the gradients.
     */
    static long updatedBytes(MotionWeights motion) {
        return PASSES_OF_AN_UPDATE * Float.BYTES * motion.elementCount();
    }

    static void printRatios(PrintWriter out, MotionWeights motion, Series forward, Series gradients, Series update) {
        out.printf(Locale.ROOT, "trained parameters: %,d%n", motion.elementCount());
        out.printf(Locale.ROOT, "loss and gradients / forward: %.2f%n", gradients.ratioTo(forward));
        out.printf(Locale.ROOT, "clipping and AdamW / whole step: %.1f %%%n", 100 * update.ratioTo(gradients, update));
        out.flush();
    }

    static void printTransfers(PrintWriter out, Transfers transfers) {
        out.printf(
                Locale.ROOT,
                "a training step takes %.1f MiB in and gives %.1f MiB, which are copied between host and device where it runs on a GPU%n",
                transfers.inputMebibytes(),
                transfers.outputMebibytes());
        out.flush();
    }
}
