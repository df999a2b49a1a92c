package org.lamp4j.onnx.backbone;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.model.LowRankParameters;
import org.lamp4j.onnx.model.LowRankUpdate;
import org.lamp4j.onnx.model.LowRankUpdates;
import org.lamp4j.onnx.model.UNetInflation;
import org.lamp4j.onnx.model.UNetKeys;
import org.lamp4j.onnx.model.VideoUNetParameters;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeScope;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.OnnxSession;
import org.lamp4j.onnx.weights.Checkpoint;

/** Adds a pattern's low-rank updates to their matrices, with the nodes that networks have for it. */
final class MotionMerge {

    private final UNetKeys keys;
    private final Checkpoint image;
    private final UNetInflation inflation;

    MotionMerge(UNetKeys keys, Checkpoint image, UNetInflation inflation) {
        this.keys = keys;
        this.image = image;
        this.inflation = inflation;
    }

    /** Returns a pattern of whole parameters; the pattern itself if it holds no update. */
    MotionWeights merged(MotionWeights motion) {
        LowRankUpdates updates = LowRankUpdates.of(motion, keys);
        if (updates.all().isEmpty()) {
            return motion;
        }
        List<Parameter> merged = new ArrayList<>();
        for (Parameter parameter : motion.parameters()) {
            if (!LowRankUpdates.isPart(parameter.name()) && !updates.contains(parameter.name())) {
                merged.add(parameter);
            }
        }
        for (LowRankUpdate update : updates.all()) {
            merged.add(merged(update, updates, motion));
        }
        return MotionWeights.of(merged);
    }

    /** One matrix at a time, so that no more than one is held twice. */
    private Parameter merged(LowRankUpdate update, LowRankUpdates updates, MotionWeights motion) {
        Graph graph = new Graph("low-rank update of " + update.key());
        VideoUNetParameters parameters =
                new VideoUNetParameters(image, inflation, motion.names(), MotionWeights.of(List.of()));
        graph.output("merged", new LowRankParameters(parameters, updates).declare(graph, update.key(), update.shape()));
        FloatBuffer values = ByteBuffer.allocateDirect(
                        Math.toIntExact(update.shape().elementCount() * Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        Map<String, NativeTensor> inputs = new HashMap<>();
        try (NativeScope scope = new NativeScope();
                OnnxSession session = OnnxSession.load(graph, ComputeDevice.cpu());
                NativeTensor result = NativeTensor.over(update.shape(), values)) {
            for (Value input : graph.inputs()) {
                Parameter parameter = motion.parameter(input.name());
                inputs.put(input.name(), scope.own(NativeTensor.over(parameter.shape(), parameter.values())));
            }
            session.run(inputs, Map.of("merged", result));
        }
        return new Parameter(update.key(), update.shape(), values);
    }
}
