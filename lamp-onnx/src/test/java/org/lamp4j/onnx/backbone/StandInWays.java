package org.lamp4j.onnx.backbone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.lamp4j.device.Device;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.motion.LowRank;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.onnx.model.LowRankUpdates;
import org.lamp4j.onnx.model.UNetKeys;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/** The ways to run a model's UNet on a GPU, each with its estimate, whatever the budget. */
final class StandInWays {

    /** What the UNet is run for. */
    enum Task {
        PREDICT,
        TRAIN,
        TRAIN_LOW_RANK
    }

    private static final Shape LATENTS = Shape.of(1, 4, 16, 32, 32);
    private static final int RANK = 4;

    private final Path model;
    private final Task task;

    StandInWays(Path model, Task task) {
        this.model = model;
        this.task = task;
    }

    /** Does something with a way while the model's files are open. */
    private interface Use<T> {
        T of(MemoryPlan<?> way, ModelFiles files);
    }

    String name(int way) throws IOException {
        return with(way, (plan, files) -> plan.name());
    }

    long estimate(int way) throws IOException {
        return with(way, (plan, files) -> plan.bytes().getAsLong());
    }

    /** Opens the network that way, runs it twice and closes it. */
    void run(int way) throws IOException {
        with(way, (plan, files) -> {
            Object opened = plan.open().get();
            if (opened instanceof NoisePredictor predictor) {
                predict(predictor, files);
            } else {
                train((MotionTrainer) opened, files);
            }
            return null;
        });
    }

    private <T> T with(int way, Use<T> use) throws IOException {
        try (ModelFiles files = ModelFiles.open(model)) {
            VideoUNets unets = new VideoUNets(files, ComputeDevice.of(Device.cuda(0)), MemoryBudget.ofMachine());
            UNetKeys keys = UNetKeys.of(files.unetConfig());
            FreshMotion fresh = new FreshMotion(keys, files.unet(), 0);
            Set<String> parameters = keys.ofModules(StandInRun.MODULES);
            MotionWeights motion =
                    task == Task.TRAIN_LOW_RANK ? fresh.of(parameters, new LowRank(RANK, RANK)) : fresh.of(parameters);
            LowRankUpdates updates = LowRankUpdates.of(motion, keys);
            List<? extends MemoryPlan<?>> ways = task == Task.PREDICT
                    ? unets.waysToPredict(motion, updates, unets.inputs(LATENTS.with(0, 2), 1), 0)
                    : unets.waysToTrain(motion, MotionWeights.of(List.of()), updates, LATENTS)
                            .all();
            return use.of(ways.get(way), files);
        }
    }

    private static void predict(NoisePredictor opened, ModelFiles files) {
        try (NoisePredictor predictor = opened) {
            for (int run = 0; run < 2; run++) {
                predictor.predict(FloatTensor.zeros(LATENTS.with(0, 2)), new int[2], context(files, 2));
            }
        }
    }

    private static void train(MotionTrainer opened, ModelFiles files) {
        try (MotionTrainer trainer = opened) {
            for (int run = 0; run < 2; run++) {
                trainer.accumulate(new MotionTrainer.Batch(
                        FloatTensor.zeros(LATENTS), new int[1], context(files, 1), FloatTensor.zeros(LATENTS)));
                trainer.update(new MotionTrainer.Update(1e-5f, 0.9f, 0.999f, 1e-8f, 1e-2f, 1));
            }
        }
    }

    private static FloatTensor context(ModelFiles files, int clips) {
        return FloatTensor.zeros(Shape.of(
                clips, files.textConfig().positions(), files.unetConfig().contextWidth()));
    }
}
