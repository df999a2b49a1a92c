package org.lamp4j.examples.pretrain;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.lamp4j.onnx.model.VaeConfig;
import org.lamp4j.onnx.pretraining.AutoencoderGraph;
import org.lamp4j.onnx.pretraining.InitialValues;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.training.NetworkTrainer;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/** A stage of {@link #STEPS} steps that trains the smallest auto-encoder, on grey images. */
final class TinyStage implements AutoCloseable {

    static final int STEPS = 3;

    private static final String NAME = "tiny";
    private static final Shape IMAGES = Shape.of(1, 3, 4, 4);

    private final Path folder;
    private final NetworkTrainer trainer;

    TinyStage(Path folder) {
        this.folder = folder;
        AutoencoderGraph graph = new AutoencoderGraph(new VaeConfig(3, 4, List.of(4), 1, 2, 1), IMAGES);
        trainer = new NetworkTrainer(
                graph.graph(), InitialValues.groups(InitialValues.of(graph.parameters(), 1), 0.01f), 1);
    }

    Path stateFile() {
        return folder.resolve(NAME + "-state.safetensors");
    }

    /** Opens the stage as its state file left it; the trainer is shared. */
    Stage open() throws IOException {
        return new Stage(NAME, new Recipe.Schedule(STEPS, 1, 1, 1e-3f, 0.9f), trainer, folder);
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

    private static Map<String, NativeTensor> batch() {
        return Map.of(
                AutoencoderGraph.IMAGES, NativeTensor.copyOf(FloatTensor.zeros(IMAGES)),
                AutoencoderGraph.WEIGHTS, NativeTensor.copyOf(FloatTensor.generate(IMAGES.with(1, 1), index -> 1)),
                AutoencoderGraph.NOISE, NativeTensor.copyOf(FloatTensor.zeros(IMAGES.with(1, 4))));
    }

    @Override
    public void close() {
        trainer.close();
    }
}
