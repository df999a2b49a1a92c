package org.lamp4j.onnx.backbone;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.model.VideoUNetGraph;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeScope;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.SessionChain;
import org.lamp4j.onnx.runtime.TensorMemory;
import org.lamp4j.onnx.training.FixedParameters;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.spi.FeatureReuse;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

/**
 * The video UNet's forward pass. Those of the pattern's parameters that are inputs of the graph stay where they lie in
 * host memory, or are copied once to the device's own; the others are weights of the graph.
 */
final class VideoUNetPredictor implements NoisePredictor {

    private final NativeScope natives = new NativeScope();
    private final Shape latents;
    private final MotionWeights motion;
    private final Checkpoint base;
    private final int clipsAtOnce;
    private final SessionChain network;
    private final Optional<SessionChain> aboveDeepFeatures;
    private final Optional<Value> features;
    private final TensorMemory memory;
    private final Map<String, NativeTensor> parameters;

    /**
     * Opens the network.
     *
     * @param graphs the network, made for all clips of a batch, or for some at a time
     * @param motion the pattern's parameters
     * @param latents shape of a whole batch, a multiple of what the network is made for
     * @param device where to run it
     * @param base the file that the network's other parameters lie in
     */
    VideoUNetPredictor(
            PredictorGraphs graphs, MotionWeights motion, Shape latents, ComputeDevice device, Checkpoint base) {
        this.latents = latents;
        this.motion = motion;
        this.base = base;
        this.features = graphs.features();
        clipsAtOnce = graphs.clips();
        try {
            Set<String> given = graphs.inputNames();
            MotionWeights inputs = MotionWeights.of(motion.parameters().stream()
                    .filter(parameter -> given.contains(parameter.name()))
                    .toList());
            boolean keepsTensors = inputs.elementCount() > 0 || features.isPresent();
            memory = natives.own(keepsTensors ? TensorMemory.of(device) : TensorMemory.host());
            parameters = FixedParameters.of(inputs, memory, natives);
            network = natives.own(SessionChain.load(graphs.whole(), device));
            aboveDeepFeatures =
                    features.map(reused -> natives.own(SessionChain.load(graphs.aboveDeepFeatures(), device)));
        } catch (RuntimeException | Error e) {
            natives.closeAfter(e);
            throw e;
        }
    }

    /** What the network is run on: some clips of a batch, all of them or one. */
    private record Clips(int index, FloatTensor latents, int[] timesteps, FloatTensor context) {}

    @Override
    public FloatTensor predict(FloatTensor latents, int[] timesteps, FloatTensor context) {
        return joined(latents, timesteps, context, clips -> run(network, clips, Map.of(), Map.of()));
    }

    @Override
    public FeatureReuse reuseFeatures() {
        return new Reuse(
                features.orElseThrow(
                        () -> new IllegalStateException(
                                "expected a predictor that was opened to reuse features, but was one that was not (NoisePredictor.reuseFeatures)")),
                aboveDeepFeatures.orElseThrow());
    }

    private FloatTensor joined(
            FloatTensor latents, int[] timesteps, FloatTensor context, Function<Clips, FloatTensor> running) {
        base.requireUnchanged();
        motion.requireUnchanged();
        ShapeMismatchException.check("latents", this.latents, latents.shape(), "NoisePredictor.predict");
        if (clipsAtOnce == latents.shape().size(0)) {
            return running.apply(new Clips(0, latents, timesteps, context));
        }
        Shape clips = Shape.of(latents.shape().size(0));
        ShapeMismatchException.check("timesteps", clips, Shape.of(timesteps.length), "NoisePredictor.predict");
        ShapeMismatchException.check(
                "context", context.shape().with(0, clips.size(0)), context.shape(), "NoisePredictor.predict");
        List<FloatTensor> outputs = new ArrayList<>();
        for (int from = 0; from < timesteps.length; from += clipsAtOnce) {
            int end = from + clipsAtOnce;
            int[] some = Arrays.copyOfRange(timesteps, from, end);
            outputs.add(running.apply(
                    new Clips(outputs.size(), latents.slice(0, from, end), some, context.slice(0, from, end))));
        }
        return FloatTensor.concat(0, outputs);
    }

    /** Runs a network, given more than its usual inputs, and writing more than its usual output. */
    private FloatTensor run(
            SessionChain chain, Clips clips, Map<String, NativeTensor> moreGiven, Map<String, NativeTensor> written) {
        long[] steps = Arrays.stream(clips.timesteps).asLongStream().toArray();
        Map<String, NativeTensor> given = new HashMap<>(parameters);
        given.putAll(moreGiven);
        Map<String, NativeTensor> results = new HashMap<>(written);
        try (NativeTensor sample = NativeTensor.copyOf(clips.latents);
                NativeTensor timestep = NativeTensor.copyOf(Shape.of(steps.length), steps);
                NativeTensor hiddenStates = NativeTensor.copyOf(clips.context);
                NativeTensor output = NativeTensor.allocate(chain.outputType(VideoUNetGraph.OUTPUT))) {
            given.put(VideoUNetGraph.SAMPLE, sample);
            given.put(VideoUNetGraph.TIMESTEP, timestep);
            given.put(VideoUNetGraph.HIDDEN_STATES, hiddenStates);
            results.put(VideoUNetGraph.OUTPUT, output);
            chain.run(given, results);
            return output.toFloatTensor();
        }
    }

    /** Keeps deep features in a tensor for each run of the network that a batch takes. */
    private final class Reuse implements FeatureReuse {

        private final String name;
        private final SessionChain above;
        private final List<NativeTensor> kept = new ArrayList<>();
        private final NativeScope owned = new NativeScope();
        private boolean complete;

        Reuse(Value features, SessionChain above) {
            this.name = features.name();
            this.above = above;
            try {
                for (int clips = 0; clips < latents.size(0); clips += clipsAtOnce) {
                    kept.add(owned.own(memory.allocate(features.type())));
                }
            } catch (RuntimeException | Error e) {
                owned.closeAfter(e);
                throw e;
            }
        }

        @Override
        public FloatTensor predictAndKeep(FloatTensor latents, int[] timesteps, FloatTensor context) {
            complete = false;
            FloatTensor output =
                    joined(latents, timesteps, context, clips -> run(network, clips, Map.of(), features(clips.index)));
            complete = true;
            return output;
        }

        @Override
        public FloatTensor predictReusing(FloatTensor latents, int[] timesteps, FloatTensor context) {
            if (!complete) {
                throw new IllegalStateException(
                        "expected features that a prediction before has kept, but was none (FeatureReuse.predictReusing)");
            }
            return joined(latents, timesteps, context, clips -> run(above, clips, features(clips.index), Map.of()));
        }

        private Map<String, NativeTensor> features(int index) {
            return Map.of(name, kept.get(index));
        }

        @Override
        public void close() {
            owned.close();
        }
    }

    @Override
    public void close() {
        natives.close();
    }
}
