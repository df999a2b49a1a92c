package org.lamp4j.onnx.backbone;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.lamp4j.motion.LowRank;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.onnx.model.LowRankUpdate;
import org.lamp4j.onnx.model.LowRankUpdates;
import org.lamp4j.onnx.model.UNetInflation;
import org.lamp4j.onnx.model.UNetKeys;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** Parameters that have learned nothing yet. */
final class FreshMotion {

    private final UNetKeys keys;
    private final UNetInflation inflation;
    private final long seed;

    /**
     * Chooses where random values come from.
     *
     * @param keys the video UNet's parameters
     * @param image checkpoint of the image UNet
     * @param seed seed of the random ones
     */
    FreshMotion(UNetKeys keys, Checkpoint image, long seed) {
        this.keys = keys;
        this.inflation = new UNetInflation(image, seed);
        this.seed = seed;
    }

    MotionWeights of(Set<String> names) {
        return MotionWeights.of(names.stream().map(this::parameter).toList());
    }

    Parameter parameter(String name) {
        Shape shape = Objects.requireNonNull(keys.shapes().get(name));
        return new Parameter(name, shape, inflation.initialValues(name, shape));
    }

    /** Returns factors of matrices, where these are smaller, and other parameters whole. */
    MotionWeights of(Set<String> names, LowRank lowRank) {
        List<Parameter> parameters = new ArrayList<>();
        boolean anyUpdate = false;
        for (String name : names) {
            Optional<LowRankUpdate> update =
                    LowRankUpdate.of(name, Objects.requireNonNull(keys.shapes().get(name)), lowRank.rank());
            if (update.isPresent()) {
                parameters.add(uniform(update.get().aName(), update.get().aShape()));
                parameters.add(new Parameter(
                        update.get().bName(),
                        update.get().bShape(),
                        zeros(update.get().bShape())));
                anyUpdate = true;
            } else {
                parameters.add(parameter(name));
            }
        }
        if (anyUpdate) {
            FloatBuffer alpha = zeros(Shape.of()).put(0, lowRank.alpha());
            parameters.add(new Parameter(LowRankUpdates.ALPHA, Shape.of(), alpha));
        }
        return MotionWeights.of(parameters);
    }

    /** Values of a fresh linear map's bounds, ±1/√I. */
    private Parameter uniform(String name, Shape shape) {
        RandomSource random = RandomSource.stream(seed, name, 0);
        float bound = (float) (1 / Math.sqrt(shape.size(-1)));
        FloatBuffer values = zeros(shape);
        while (values.hasRemaining()) {
            values.put(bound * (2 * random.nextFloat() - 1));
        }
        return new Parameter(name, shape, values.rewind());
    }

    private static FloatBuffer zeros(Shape shape) {
        return ByteBuffer.allocateDirect(Math.toIntExact(shape.elementCount() * Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
