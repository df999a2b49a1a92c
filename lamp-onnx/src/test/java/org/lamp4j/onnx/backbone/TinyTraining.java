package org.lamp4j.onnx.backbone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lamp4j.device.Device;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.generation.pipeline.FrozenModel;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.training.CheckpointFolder;
import org.lamp4j.training.HorizontalFlip;
import org.lamp4j.training.LearningRateSchedule;
import org.lamp4j.training.TrainingClip;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingOptionsBuilder;
import org.lamp4j.training.loop.MotionTraining;
import org.lamp4j.training.loop.PatternFile;

/**
 * A training run on a {@link TinyModel}, the same in every process. As a program it goes on where it was killed before.
 */
final class TinyTraining implements AutoCloseable {

    private static final FrameSize SIZE = new FrameSize(8, 8);

    private final BackboneModel model;
    private final MotionTraining training;
    private double[] weights = {1, 1, 1};

    TinyTraining(Path modelFolder) throws IOException {
        Files.createDirectories(modelFolder.resolve("scheduler"));
        Files.writeString(
                modelFolder.resolve("scheduler/scheduler_config.json"),
                "{\"beta_start\": 0.00085, \"beta_end\": 0.012, \"beta_schedule\": \"scaled_linear\"}");
        model = new OnnxBackboneProvider().open(modelFolder, Device.cpu());
        training = new MotionTraining(new FrozenModel(
                model,
                NoiseSchedule.read(modelFolder.resolve("scheduler")),
                prompt -> model.textEncoder().encode(List.of(new int[] {1, 2, prompt.length(), 3, 4}))));
    }

    /** Sets the weights of the three clips. */
    void weights(double... newWeights) {
        weights = newWeights;
    }

    BackboneModel model() {
        return model;
    }

    static TrainingOptionsBuilder options(int steps) {
        return TrainingOptions.newBuilder()
                .steps(steps)
                .frameCount(2)
                .frameSize(SIZE)
                .gradientAccumulation(2)
                .learningRate(1e-3f)
                .learningRateSchedule(LearningRateSchedule.warmUp(5).times(LearningRateSchedule.cosineTo(0.1)))
                .horizontalFlip(HorizontalFlip.RANDOM)
                .seed(5);
    }

    /** Trains and writes the pattern. */
    void run(TrainingOptions options, Path pattern) throws IOException {
        new PatternFile(pattern, StoredPrecision.FLOAT32).write(model, training.run(clips(), options));
    }

    private TrainingClips clips() {
        List<TrainingClip> clips = new ArrayList<>();
        for (int clip = 0; clip < 3; clip++) {
            RandomSource random = RandomSource.stream(3, "clip", clip);
            List<RgbImage> frames = new ArrayList<>();
            for (int frame = 0; frame < 4; frame++) {
                frames.add(RgbImage.of(random.gaussian(Shape.of(3, SIZE.height(), SIZE.width()))));
            }
            clips.add(TrainingClip.of("clip" + clip, VideoClip.of(frames, 8), "x".repeat(clip + 1))
                    .withWeight(weights[clip]));
        }
        return TrainingClips.of(clips);
    }

    /**
     * Goes on with the run, or begins it.
     *
     * @param arguments model folder, folder of checkpoints, pattern to write, number of steps
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[1]);
        TrainingOptionsBuilder options = options(Integer.parseInt(arguments[3]))
                .checkpoint(folder)
                .checkpointEvery(1)
                .keepCheckpoints(2);
        if (Files.exists(folder) && CheckpointFolder.of(folder).newest().isPresent()) {
            options.resume(folder);
        }
        try (TinyTraining tiny = new TinyTraining(Path.of(arguments[0]))) {
            tiny.run(options.build(), Path.of(arguments[2]));
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
