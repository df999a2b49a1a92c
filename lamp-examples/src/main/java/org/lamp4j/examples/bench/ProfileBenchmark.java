package org.lamp4j.examples.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.lamp4j.Backbone;
import org.lamp4j.device.Device;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.files.ScratchFolder;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.onnx.device.Devices;
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

    /**
     * How long a network runs before the run that is looked at, once at least: the first reads weights and reserves
     * memory, and those of small networks go on taking pages from the system, which then outweigh their operators.
     */
    private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(1);

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

    /** What is profiled. */
    public enum Network {
        /** The video UNet forward. */
        FORWARD,
        /** A training step without its update. */
        TRAINING_STEP
    }

    /**
     * Measures and prints the tables.
     *
     * @param out where to print
     * @throws IOException if the model cannot be opened or a profile cannot be read
     * @throws IllegalStateException as {@link #writeProfiles} does
     */
    public void run(PrintWriter out) throws IOException {
        of(Network.FORWARD).print(out, "UNet forward");
        of(Network.TRAINING_STEP).print(out, "training step");
    }

    /**
     * Measures a network.
     *
     * @param network which
     * @return its operators
     * @throws IOException if the model cannot be opened or a profile cannot be read
     * @throws IllegalStateException as {@link #writeProfiles} does
     */
    public OperatorProfile of(Network network) throws IOException {
        try (ScratchFolder scratch = ScratchFolder.ofSystem()) {
            Path profiles = Files.createDirectory(scratch.path().resolve("profiles"));
            writeProfiles(network, profiles);
            return OperatorProfile.read(profiles);
        }
    }

    /**
     * Has ONNX Runtime write profiles of a network.
     *
     * @param network which
     * @param profiles an empty folder
     * @throws IOException if the model cannot be opened
     * @throws IllegalStateException if the device is a GPU and launches do not block: ONNX Runtime then records how
     *     long it takes to launch kernels, not to run them
     * @throws StoppedException if this thread was interrupted
     */
    void writeProfiles(Network network, Path profiles) throws IOException {
        if (isOnGpu() && !ProfileProcess.isThisOne()) {
            throw new IllegalStateException("expected the environment variable " + ProfileProcess.VARIABLE + "="
                    + ProfileProcess.BLOCKING + ", without which a profile has the times in which kernels are launched,"
                    + " not those in which they run, but was " + System.getenv(ProfileProcess.VARIABLE) + " ("
                    + device + ")");
        }
        try (Backbone plain = model.on(device);
                Backbone profiled = model.on(device.withProfilesIn(profiles))) {
            Batch batch = Benchmark.batch(clip.latents(plain), plain.encodePrompt(""));
            MotionWeights motion = profiled.model().freshMotion(Benchmark.modules(), 0);
            switch (network) {
                case FORWARD -> forward(profiled, motion, batch);
                case TRAINING_STEP -> trainingStep(profiled, motion, batch);
            }
        }
    }

    private boolean isOnGpu() {
        return switch (device.kind()) {
            case CPU -> false;
            case CUDA -> true;
            case AUTO -> !Devices.choose(device).sharesMemoryOfProcessor();
        };
    }

    private static void forward(Backbone backbone, MotionWeights motion, Batch batch) {
        Shape latents = batch.noisyLatents().shape();
        try (NoisePredictor predictor = backbone.model().noisePredictor(motion, latents)) {
            warmUpAndRun(() -> predictor.predict(batch.noisyLatents(), batch.timesteps(), batch.context()));
        }
    }

    private void trainingStep(Backbone backbone, MotionWeights motion, Batch batch) {
        try (MotionTrainer trainer =
                clip.openTrainer(backbone, motion, batch.noisyLatents().shape())) {
            warmUpAndRun(() -> trainer.accumulate(batch));
        }
    }

    private static void warmUpAndRun(Runnable network) {
        long start = System.nanoTime();
        do {
            Interruption.requireNone();
            network.run();
        } while (System.nanoTime() - start < WARM_UP_NANOS);
        Interruption.requireNone();
        network.run();
    }
}
