package org.lamp4j.examples.pretrain;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.lamp4j.device.Device;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.pretraining.AutoencoderBatch;
import org.lamp4j.onnx.pretraining.InitialValues;
import org.lamp4j.onnx.pretraining.NetworkTraining;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/** A stage of {@link #STEPS} steps that trains the smallest auto-encoder, on grey images. */
final class TinyStage implements AutoCloseable {

    static final int STEPS = 3;

    private static final String NAME = "tiny";
    private static final Shape IMAGES = Shape.of(1, 3, 4, 4);

    private final Path folder;
    private final NetworkTraining<AutoencoderBatch> training;

    TinyStage(Path folder) {
        this.folder = folder;
        training = NetworkTraining.ofAutoencoder(
                new VaeConfig(3, 4, List.of(4), 1, 2, 1),
                IMAGES,
                new NetworkTraining.Start(1, Stage.optimizer(0.01f), InitialValues.random(1), Device.cpu()));
    }

    Path stateFile() {
        return folder.resolve(NAME + "-state.safetensors");
    }

    /** Opens the stage as its state file left it; the training is shared. */
    Stage<AutoencoderBatch> open() throws IOException {
        return new Stage<>(NAME, new Recipe.Schedule(STEPS, 1, 1, 1e-3f, 0.9f), training, folder);
    }

    /** Trains until so many steps are done. */
    void run(int steps) throws IOException {
        open().run(step -> List.of(batch()), new Stage.Listener() {
            @Override
            public boolean stepped(String stage, int done, double loss) {
                return done < steps;
            }

            @Override
            public void kept(int done) {}
        });
    }

    private static AutoencoderBatch batch() {
        return new AutoencoderBatch(
                FloatTensor.zeros(IMAGES),
                FloatTensor.generate(IMAGES.with(1, 1), index -> 1),
                FloatTensor.zeros(IMAGES.with(1, 4)));
    }

    @Override
    public void close() {
        training.close();
    }
}
