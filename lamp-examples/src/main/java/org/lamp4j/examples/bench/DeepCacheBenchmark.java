package org.lamp4j.examples.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.lamp4j.Backbone;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.onnx.config.BaseModelConfig;
import org.lamp4j.onnx.graph.FlopCount;
import org.lamp4j.onnx.model.VideoUNetGraph;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.singlefile.SingleFile;
import org.lamp4j.spi.FeatureReuse;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/**
 * Times a run of the whole video UNet, which keeps its deep features, against one of its last layer, which reuses them,
 * in turns.
 *
 * @param clip number and size of the clip's frames, and how many rounds are measured after one that is not
 */
public record DeepCacheBenchmark(Benchmark clip) {

    private static final int WARM_UP_ROUNDS = 1;
    private static final List<Integer> INTERVALS = List.of(2, 3, 5);

    /**
     * Measures a model and prints the figures.
     *
     * @param backbone the model
     * @param out where to print
     * @throws IOException if the model's configurations cannot be read
     */
    public void run(Backbone backbone, PrintWriter out) throws IOException {
        Shape latents = clip.latents(backbone);
        out.printf("clip: %d frames of %s, latents %s%n", clip.frameCount(), clip.frameSize(), latents);
        BaseModelConfig config = SingleFile.dimensions(backbone.path());
        VideoUNetGraph unet = NetworkFlops.unet(config, latents);
        FlopCount wholeFlops = FlopCount.of(unet.graph());
        FlopCount aboveFlops = FlopCount.of(unet.aboveDeepFeatures());
        PartTable table = new PartTable(out, Ceilings.measure(ComputeDevice.cpu()));
        table.printHeader();
        MotionWeights motion = backbone.model().freshMotion(Benchmark.modules(), 0);
        RandomSource random = RandomSource.stream(0, "bench", 1);
        FloatTensor noisy = random.gaussian(latents);
        FloatTensor context = random.gaussian(
                Shape.of(1, config.text().positions(), config.unet().contextWidth()));
        int[] timesteps = {Benchmark.TIMESTEP};
        Series whole = new Series(WARM_UP_ROUNDS);
        Series above = new Series(WARM_UP_ROUNDS);
        try (NoisePredictor predictor = backbone.model().noisePredictor(motion, latents, 1, 1);
                FeatureReuse reuse = predictor.reuseFeatures()) {
            for (int round = 0; round < WARM_UP_ROUNDS + clip.rounds(); round++) {
                whole.time(() -> reuse.predictAndKeep(noisy, timesteps, context));
                above.time(() -> reuse.predictReusing(noisy, timesteps, context));
            }
        }
        table.print("UNet forward, a clip", whole, wholeFlops);
        table.print("above deep features", above, aboveFlops);
        for (int interval : INTERVALS) {
            out.printf(
                    Locale.ROOT,
                    "steps with a deep cache of %d: %.2f times as fast, by operations %.2f%n",
                    interval,
                    gain(interval, above.ratioTo(whole)),
                    gain(interval, (double) aboveFlops.total() / wholeFlops.total()));
        }
        out.flush();
    }

    /** Returns how much faster N steps are of which one is whole and the others take a part of its time. */
    private static double gain(int interval, double part) {
        return interval / (1 + (interval - 1) * part);
    }
}
