package org.lamp4j.onnx.backbone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.lamp4j.device.Device;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.motion.LowRank;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.standin.StandIn;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.training.TrainingOptions;

/**
 * What a model's networks do to a {@linkplain StandIn stand-in for a GPU}: each is opened and run as a training or a
 * generation does it.
 */
final class StandInRun {

    static final int RUNS = 3;
    static final List<String> MODULES =
            TrainingOptions.newBuilder().build().parameters().trainableModules();

    private final Path model;
    private final Device device;

    StandInRun(Path model, Device device) {
        this.model = model;
        this.device = device;
    }

    /**
     * What a network takes.
     *
     * @param openingSeconds how long it took to open
     * @param peakBytes the most device memory at once
     * @param next what a run did that was not the first
     */
    record Taken(double openingSeconds, long peakBytes, StandIn.Counts next) {}

    /** A network that is open, to be run several times. */
    private interface Runs extends AutoCloseable {
        void run();

        @Override
        void close();
    }

    /** Predicts noise, with the parameters of a fresh pattern. */
    Taken predict(Shape latents) throws IOException {
        try (BackboneModel backbone = new OnnxBackboneProvider().open(model, device)) {
            MotionWeights motion = backbone.freshMotion(MODULES, 0);
            FloatTensor context = context(latents.size(0));
            return taken(() -> {
                NoisePredictor predictor = backbone.noisePredictor(motion, latents);
                return runs(
                        predictor::close,
                        () -> predictor.predict(FloatTensor.zeros(latents), new int[latents.size(0)], context));
            });
        }
    }

    /** Trains for a few steps. */
    Taken train(Shape latents, GradientCheckpointing checkpointing) throws IOException {
        try (BackboneModel backbone = new OnnxBackboneProvider().open(model, device)) {
            return train(backbone, backbone.freshMotion(MODULES, 0), latents, checkpointing);
        }
    }

    /** Trains low-rank updates for a few steps. */
    Taken train(Shape latents, GradientCheckpointing checkpointing, LowRank lowRank) throws IOException {
        try (BackboneModel backbone = new OnnxBackboneProvider().open(model, device)) {
            return train(backbone, backbone.freshMotion(MODULES, lowRank, 0), latents, checkpointing);
        }
    }

    private Taken train(
            BackboneModel backbone, MotionWeights motion, Shape latents, GradientCheckpointing checkpointing)
            throws IOException {
        FloatTensor context = context(latents.size(0));
        MotionTrainer.Batch batch = new MotionTrainer.Batch(
                FloatTensor.zeros(latents), new int[latents.size(0)], context, FloatTensor.zeros(latents));
        return taken(() -> {
            MotionTrainer trainer = backbone.motionTrainer(motion, MODULES, latents, checkpointing);
            return runs(trainer::close, () -> {
                trainer.accumulate(batch);
                trainer.update(new MotionTrainer.Update(1e-5f, 0.9f, 0.999f, 1e-8f, 1e-2f, 1));
            });
        });
    }

    Taken encodeText() throws IOException {
        try (BackboneModel backbone = new OnnxBackboneProvider().open(model, device);
                ModelFiles files = ModelFiles.open(model)) {
            int[] tokens = new int[files.textConfig().positions()];
            return taken(() -> runs(() -> {}, () -> backbone.textEncoder().encode(List.of(tokens))));
        }
    }

    Taken encode(Shape pixels) throws IOException {
        try (BackboneModel backbone = new OnnxBackboneProvider().open(model, device)) {
            return taken(() -> runs(() -> {}, () -> backbone.latentCodec().encode(FloatTensor.zeros(pixels))));
        }
    }

    Taken decode(Shape latents) throws IOException {
        try (BackboneModel backbone = new OnnxBackboneProvider().open(model, device)) {
            return taken(() -> runs(() -> {}, () -> backbone.latentCodec().decode(FloatTensor.zeros(latents))));
        }
    }

    private FloatTensor context(int clips) throws IOException {
        try (ModelFiles files = ModelFiles.open(model)) {
            return FloatTensor.zeros(Shape.of(
                    clips, files.textConfig().positions(), files.unetConfig().contextWidth()));
        }
    }

    private static Runs runs(Runnable closing, Runnable running) {
        return new Runs() {
            @Override
            public void run() {
                running.run();
            }

            @Override
            public void close() {
                closing.run();
            }
        };
    }

    private static Taken taken(Supplier<Runs> opening) {
        StandIn.restart();
        long start = System.nanoTime();
        try (Runs network = opening.get()) {
            double seconds = (System.nanoTime() - start) / 1e9;
            network.run();
            StandIn.Counts first = StandIn.counts();
            for (int run = 1; run < RUNS; run++) {
                network.run();
            }
            return new Taken(seconds, StandIn.counts().peakBytes(), perRun(first, StandIn.counts()));
        }
    }

    private static StandIn.Counts perRun(StandIn.Counts before, StandIn.Counts after) {
        int runs = RUNS - 1;
        return new StandIn.Counts(
                after.bytes(),
                after.peakBytes(),
                (after.allocations() - before.allocations()) / runs,
                (after.launches() - before.launches()) / runs,
                (after.uploads() - before.uploads()) / runs,
                (after.uploadedBytes() - before.uploadedBytes()) / runs,
                (after.downloads() - before.downloads()) / runs,
                (after.downloadedBytes() - before.downloadedBytes()) / runs);
    }
}
