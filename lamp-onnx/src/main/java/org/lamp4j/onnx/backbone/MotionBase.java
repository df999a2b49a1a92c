package org.lamp4j.onnx.backbone;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.onnx.model.LowRankUpdates;
import org.lamp4j.onnx.model.UNetInflation;
import org.lamp4j.onnx.weights.StoredTensor;

/** What a pattern's parameters differ from those of the base by that they take the place of. */
final class MotionBase {

    private final UNetInflation inflation;

    MotionBase(UNetInflation inflation) {
        this.inflation = inflation;
    }

    /** Returns the parameters that take the place of one of the base's. */
    Set<String> replaced(MotionWeights motion) {
        Set<String> replaced = new LinkedHashSet<>();
        for (String name : motion.names()) {
            if (!LowRankUpdates.isPart(name) && inflation.isCopied(name)) {
                replaced.add(name);
            }
        }
        return replaced;
    }

    /** Returns the difference of a parameter to the base's, made when it is written. */
    StoredTensor difference(String name, Parameter parameter) {
        return StoredTensor.generated(name, parameter.shape(), () -> {
            FloatBuffer learned = parameter.values();
            FloatBuffer given = base(parameter);
            return () -> learned.get() - given.get();
        });
    }

    private FloatBuffer base(Parameter parameter) {
        return inflation.copied(parameter.name(), parameter.shape()).floats();
    }

    /** Adds differences to the base's parameters. */
    MotionWeights shifted(MotionWeights motion, MotionWeights differences) {
        List<Parameter> shifted = new ArrayList<>();
        for (Parameter parameter : motion.parameters()) {
            shifted.add(
                    differences.names().contains(parameter.name())
                            ? sum(differences.parameter(parameter.name()))
                            : parameter);
        }
        return MotionWeights.of(shifted);
    }

    private Parameter sum(Parameter difference) {
        FloatBuffer given = base(difference);
        FloatBuffer added = difference.values();
        FloatBuffer sum = ByteBuffer.allocateDirect(added.remaining() * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        while (added.hasRemaining()) {
            sum.put(given.get() + added.get());
        }
        return new Parameter(difference.name(), difference.shape(), sum.flip());
    }
}
