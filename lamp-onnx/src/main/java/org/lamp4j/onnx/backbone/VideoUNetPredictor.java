package org.lamp4j.onnx.backbone;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.model.VideoUNetGraph;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeScope;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.SessionChain;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

/** The video UNet's forward pass; the pattern's parameters are inputs that stay where they are. */
final class VideoUNetPredictor implements NoisePredictor {

    private final NativeScope natives = new NativeScope();
    private final Shape latents;
    private final MotionWeights motion;
    private final Checkpoint base;
    private final int clipsAtOnce;
    private final SessionChain network;
    private final Map<String, NativeTensor> parameters = new LinkedHashMap<>();

    /**
     * Opens the network.
     *
     * @param parts the network in one or more parts, made for all clips of a batch, or for some at a time
     * @param motion the pattern's parameters
     * @param latents shape of a whole batch, a multiple of what the network is made for
     * @param device where to run it
     * @param base the file that the network's other parameters lie in
     */
    VideoUNetPredictor(List<Graph> parts, MotionWeights motion, Shape latents, ComputeDevice device, Checkpoint base) {
        this.latents = latents;
        this.motion = motion;
        this.base = base;
        clipsAtOnce = parts.stream()
                .flatMap(part -> part.inputs().stream())
                .filter(input -> input.name().equals(VideoUNetGraph.SAMPLE))
                .findFirst()
                .orElseThrow()
                .shape()
                .size(0);
        try {
            for (Parameter parameter : motion.parameters()) {
                NativeTensor tensor = NativeTensor.over(parameter.shape(), parameter.values());
                parameters.put(parameter.name(), natives.own(tensor));
            }
            network = natives.own(SessionChain.load(parts, device));
        } catch (RuntimeException | Error e) {
            natives.closeAfter(e);
            throw e;
        }
    }

    @Override
    public FloatTensor predict(FloatTensor latents, int[] timesteps, FloatTensor context) {
        base.requireUnchanged();
        motion.requireUnchanged();
        ShapeMismatchException.check("latents", this.latents, latents.shape(), "NoisePredictor.predict");
        if (clipsAtOnce == latents.shape().size(0)) {
            return run(latents, timesteps, context);
        }
        Shape clips = Shape.of(latents.shape().size(0));
        ShapeMismatchException.check("timesteps", clips, Shape.of(timesteps.length), "NoisePredictor.predict");
        ShapeMismatchException.check(
                "context", context.shape().with(0, clips.size(0)), context.shape(), "NoisePredictor.predict");
        List<FloatTensor> outputs = new ArrayList<>();
        for (int from = 0; from < timesteps.length; from += clipsAtOnce) {
            int end = from + clipsAtOnce;
            int[] some = Arrays.copyOfRange(timesteps, from, end);
            outputs.add(run(latents.slice(0, from, end), some, context.slice(0, from, end)));
        }
        return FloatTensor.concat(0, outputs);
    }

    private FloatTensor run(FloatTensor latents, int[] timesteps, FloatTensor context) {
        long[] steps = Arrays.stream(timesteps).asLongStream().toArray();
        Map<String, NativeTensor> given = new HashMap<>(parameters);
        try (NativeTensor sample = NativeTensor.copyOf(latents);
                NativeTensor timestep = NativeTensor.copyOf(Shape.of(steps.length), steps);
                NativeTensor hiddenStates = NativeTensor.copyOf(context)) {
            given.put(VideoUNetGraph.SAMPLE, sample);
            given.put(VideoUNetGraph.TIMESTEP, timestep);
            given.put(VideoUNetGraph.HIDDEN_STATES, hiddenStates);
            try (NativeTensor output = network.run(given, VideoUNetGraph.OUTPUT)) {
                return output.toFloatTensor();
            }
        }
    }

    @Override
    public void close() {
        natives.close();
    }
}
