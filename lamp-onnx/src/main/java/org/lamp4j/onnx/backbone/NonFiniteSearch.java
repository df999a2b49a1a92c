package org.lamp4j.onnx.backbone;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.StoredTensor;

/** Finds the first weight that is NaN or infinite, the pattern's before the model's. */
final class NonFiniteSearch {

    private NonFiniteSearch() {}

    static Optional<String> in(ModelFiles files, MotionWeights motion) {
        for (Parameter parameter : motion.parameters()) {
            Optional<String> found = in("parameter " + parameter.name() + " of the pattern", parameter.values());
            if (found.isPresent()) {
                return found;
            }
        }
        for (Checkpoint checkpoint : List.of(files.text(), files.vae(), files.unet())) {
            for (String name : checkpoint.names()) {
                StoredTensor tensor = checkpoint.tensor(name);
                Optional<String> found = in("tensor " + name + " of " + checkpoint.file(), tensor.floats());
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> in(String name, FloatBuffer values) {
        for (int index = values.position(); index < values.limit(); index++) {
            if (!Float.isFinite(values.get(index))) {
                return Optional.of(name + ", whose element " + index + " is " + values.get(index));
            }
        }
        return Optional.empty();
    }
}
