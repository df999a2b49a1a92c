package org.lamp4j.onnx.pretraining;

import java.util.List;
import java.util.Map;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.onnx.weights.StoredType;
import org.lamp4j.tensor.Shape;

/** Weights that are drawn while they are written, so that a model of any size takes no memory. */
final class RandomWeights {

    private RandomWeights() {}

    static StoredType type(StoredPrecision precision) {
        return precision == StoredPrecision.FLOAT16 ? StoredType.F16 : StoredType.F32;
    }

    static long count(Map<String, Shape> shapes) {
        return shapes.values().stream().mapToLong(Shape::elementCount).sum();
    }

    /** Returns the weights; writing them throws {@link StoppedException} in an interrupted thread. */
    static List<StoredTensor> of(Map<String, Shape> shapes, long seed) {
        return shapes.entrySet().stream()
                .map(entry -> of(entry.getKey(), entry.getValue(), seed))
                .toList();
    }

    private static StoredTensor of(String key, Shape shape, long seed) {
        return StoredTensor.generated(key, shape, () -> {
            if (Thread.currentThread().isInterrupted()) {
                throw new StoppedException("writing a model was interrupted before " + key);
            }
            return RandomValues.random(key, shape, seed);
        });
    }
}
