package org.lamp4j.onnx.pretraining;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.onnx.backbone.ModelFiles;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/** The values that the parameters of a network have before its first step. */
@FunctionalInterface
public interface InitialValues {

    /**
     * Returns a parameter's value.
     *
     * @param key its checkpoint key
     * @param shape its shape
     * @return the value, of that shape
     * @throws IllegalArgumentException if there is none; the message names the key
     */
    FloatTensor of(String key, Shape shape);

    /**
     * Returns values of a network that knows nothing yet.
     *
     * @param seed where they come from; each depends on the seed and its own key only
     * @return random matrices and kernels, zeros and ones
     */
    static InitialValues random(long seed) {
        return (key, shape) -> RandomValues.initial(key, shape, seed);
    }

    /**
     * Reads the networks of a model, to train them further.
     *
     * @param model a folder in diffusers layout or a single file
     * @return the parameters of its text encoder, auto-encoder and UNet
     * @throws IOException if the model cannot be read
     */
    static InitialValues ofModel(Path model) throws IOException {
        Map<String, FloatTensor> values = new HashMap<>();
        try (ModelFiles files = ModelFiles.open(model)) {
            files.requireWeights();
            for (Checkpoint network : List.of(files.text(), files.vae(), files.unet())) {
                for (String key : network.names()) {
                    values.put(key, network.tensor(key).toTensor());
                }
            }
        }
        return (key, shape) -> {
            FloatTensor value = values.get(key);
            if (value == null || !value.shape().equals(shape)) {
                throw new IllegalArgumentException("expected " + key + " " + shape + ", but was "
                        + (value == null ? "missing" : value.shape()) + " (" + model + ")");
            }
            return value;
        };
    }
}
