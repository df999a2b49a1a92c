package org.lamp4j.examples.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lamp4j.Backbone;
import org.lamp4j.device.Device;
import org.lamp4j.files.ScratchFolder;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.MotionTrainer.Batch;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.Shape;

/**
 * Says which operators the time of the video UNet goes to, forward and in a training step.
 *
 * @param model opens the model
 * @param device where to run it
 * @param clip frames and size, and how to train
 */
public record ProfileBenchmark(Opening model, Device device, Benchmark clip) {

    /** The first run reads weights and reserves memory; the second is looked at. */
    private static final int RUNS = 2;

    /** Opens a model. */
    @FunctionalInterface
    public interface Opening {
        /**
         * Opens it.
         *
         * @param device where it runs
         * @return the model, with what is added to its weights
         * @throws IOException if it cannot be read
         */
        Backbone on(Device device) throws IOException;
    }

    /** Uses an open model and what runs on it. */
    private interface Work {
        void on(Backbone backbone, MotionWeights motion, Batch batch);
    }

    /**
     * Measures and prints the tables.
     *
     * @param out where to print
     * @throws IOException if the model cannot be opened or a profile cannot be read
     */
    public void run(PrintWriter out) throws IOException {
        ofForward().print(out, "UNet forward");
        ofTrainingStep().print(out, "training step");
    }

    /**
     * Measures the video UNet forward.
     *
     * @return its operators
     * @throws IOException if the model cannot be opened or a profile cannot be read
     */
    public OperatorProfile ofForward() throws IOException {
        return profile(ProfileBenchmark::forward);
    }

    /**
     * Measures a training step without its update.
     *
     * @return its operators
     * @throws IOException if the model cannot be opened or a profile cannot be read
     */
    public OperatorProfile ofTrainingStep() throws IOException {
        return profile(this::trainingStep);
    }

    private static void forward(Backbone backbone, MotionWeights motion, Batch batch) {
        Shape latents = batch.noisyLatents().shape();
        try (NoisePredictor predictor = backbone.model().noisePredictor(motion, latents)) {
            for (int run = 0; run < RUNS; run++) {
                predictor.predict(batch.noisyLatents(), batch.timesteps(), batch.context());
            }
        }
    }

    private void trainingStep(Backbone backbone, MotionWeights motion, Batch batch) {
        try (MotionTrainer trainer =
                clip.openTrainer(backbone, motion, batch.noisyLatents().shape())) {
            for (int run = 0; run < RUNS; run++) {
                trainer.accumulate(batch);
            }
        }
    }

    private OperatorProfile profile(Work work) throws IOException {
        try (ScratchFolder scratch = ScratchFolder.ofSystem()) {
            Path profiles = Files.createDirectory(scratch.path().resolve("profiles"));
            try (Backbone plain = model.on(device);
                    Backbone profiled = model.on(device.withProfilesIn(profiles))) {
                Batch batch = Benchmark.batch(clip.latents(plain), plain.encodePrompt(""));
                work.on(profiled, profiled.model().freshMotion(Benchmark.modules(), 0), batch);
            }
            return OperatorProfile.read(profiles);
        }
    }
}
