package org.lamp4j.onnx.pretraining;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.lamp4j.onnx.lora.LoraTargets;
import org.lamp4j.onnx.model.LowRankUpdate;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/**
 * The form of kohya's scripts for low-rank updates of a UNet: {@code lora_unet_} and the module's path with underscores
 * for dots, then {@code .lora_down.weight} for A, {@code .lora_up.weight} for B, and {@code .alpha}. A convolution's A
 * is a kernel of r channels, its B one of 1×1.
 */
final class KohyaNames {

    private KohyaNames() {}

    /**
     * Returns A, B and α = r of an update under their names.
     *
     * @param update the update
     * @param shape shape of the matrix or kernel as the model's file has it, {@code [O, I]} or {@code [O, C, h, w]}
     * @param factors A and B by the names of the update
     */
    static List<StoredTensor> stored(LowRankUpdate update, Shape shape, Map<String, FloatTensor> factors) {
        FloatTensor a = Objects.requireNonNull(factors.get(update.aName()));
        FloatTensor b = Objects.requireNonNull(factors.get(update.bName()));
        if (shape.rank() == 4) {
            a = a.reshape(shape.with(0, update.rank()));
            b = b.reshape(Shape.of(shape.size(0), update.rank(), 1, 1));
        }
        String module = LoraTargets.kohyaName(update.key());
        return List.of(
                StoredTensor.copyOf(module + ".lora_down.weight", a),
                StoredTensor.copyOf(module + ".lora_up.weight", b),
                StoredTensor.copyOf(module + ".alpha", FloatTensor.of(Shape.of(), update.rank())));
    }
}
