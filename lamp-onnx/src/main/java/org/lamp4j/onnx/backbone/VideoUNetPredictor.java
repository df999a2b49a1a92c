package org.lamp4j.onnx.backbone;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.model.VideoUNetGraph;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.OnnxSession;
import org.lamp4j.spi.MotionWeights;
import org.lamp4j.spi.MotionWeights.Parameter;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

/** The video UNet's forward pass; the pattern's parameters are inputs that stay where they are. */
final class VideoUNetPredictor implements NoisePredictor {

    private final OnnxSession session;
    private final Map<String, NativeTensor> parameters = new LinkedHashMap<>();

    VideoUNetPredictor(Graph graph, MotionWeights motion, ComputeDevice device) {
        try {
            for (Parameter parameter : motion.parameters()) {
                parameters.put(parameter.name(), NativeTensor.over(parameter.shape(), parameter.values()));
            }
            session = OnnxSession.load(graph, device);
        } catch (RuntimeException | Error e) {
            parameters.values().forEach(NativeTensor::close);
            throw e;
        }
    }

    @Override
    public FloatTensor predict(FloatTensor latents, int[] timesteps, FloatTensor context) {
        Shape expected = session.inputs().get(VideoUNetGraph.SAMPLE).shape();
        ShapeMismatchException.check("latents", expected, latents.shape(), "NoisePredictor.predict");
        long[] steps = Arrays.stream(timesteps).asLongStream().toArray();
        Map<String, NativeTensor> given = new HashMap<>(parameters);
        try (NativeTensor sample = NativeTensor.copyOf(latents);
                NativeTensor timestep = NativeTensor.copyOf(Shape.of(steps.length), steps);
                NativeTensor hiddenStates = NativeTensor.copyOf(context)) {
            given.put(VideoUNetGraph.SAMPLE, sample);
            given.put(VideoUNetGraph.TIMESTEP, timestep);
            given.put(VideoUNetGraph.HIDDEN_STATES, hiddenStates);
            try (NativeTensor output = session.run(given, VideoUNetGraph.OUTPUT)) {
                return output.toFloatTensor();
            }
        }
    }

    @Override
    public void close() {
        session.close();
        parameters.values().forEach(NativeTensor::close);
    }
}
