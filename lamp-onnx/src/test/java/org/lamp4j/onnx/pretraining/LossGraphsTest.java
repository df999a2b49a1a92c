package org.lamp4j.onnx.pretraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.lamp4j.onnx.pretraining.TinyFolder.TEXT;
import static org.lamp4j.onnx.pretraining.TinyFolder.UNET;
import static org.lamp4j.onnx.pretraining.TinyFolder.VAE;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Target;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.OnnxSession;
import org.lamp4j.onnx.training.NetworkTrainer;
import org.lamp4j.onnx.training.StepGraph;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** Both losses against finite differences along their own gradients. */
class LossGraphsTest {

    /** Of a central difference in float32 along a gradient, whose kinks at |d| = 0 are small. */
    private static final double FINITE_DIFFERENCE = 2e-2;

    private static Map<String, FloatTensor> parameters(Map<String, Shape> shapes) {
        Map<String, FloatTensor> values = new LinkedHashMap<>();
        shapes.forEach((key, shape) ->
                values.put(key, RandomSource.stream(3, key, 0).gaussian(shape).times(0.2f)));
        return values;
    }

    private static Map<String, FloatTensor> run(
            Graph graph, Map<String, FloatTensor> parameters, Map<String, NativeTensor> batch) {
        Map<String, NativeTensor> given = new LinkedHashMap<>(batch);
        Map<String, NativeTensor> results = new LinkedHashMap<>();
        parameters.forEach((key, value) -> given.put(key, NativeTensor.copyOf(value)));
        try (OnnxSession session = OnnxSession.load(graph, ComputeDevice.cpu())) {
            session.outputs().forEach((name, type) -> results.put(name, NativeTensor.allocate(type)));
            session.run(given, results);
            Map<String, FloatTensor> found = new LinkedHashMap<>();
            results.forEach((name, tensor) -> found.put(name, tensor.toFloatTensor()));
            return found;
        } finally {
            results.values().forEach(NativeTensor::close);
            parameters.keySet().forEach(key -> given.get(key).close());
        }
    }

    /** Checks {@code (L(θ + h g) - L(θ - h g)) / 2h = |g|²}. */
    private static void checkGradient(Graph graph, Map<String, Shape> shapes, Map<String, NativeTensor> batch) {
        Map<String, FloatTensor> theta = parameters(shapes);
        Map<String, FloatTensor> outputs = run(graph, theta, batch);
        double squares = 0;
        for (String key : shapes.keySet()) {
            for (float value : outputs.get("gradient/" + key).toArray()) {
                squares += (double) value * value;
            }
        }
        float step = (float) (1e-2 / Math.sqrt(squares));
        List<Float> losses = new ArrayList<>();
        for (float sign : new float[] {1, -1}) {
            Map<String, FloatTensor> moved = new LinkedHashMap<>();
            theta.forEach((key, value) ->
                    moved.put(key, value.plus(outputs.get("gradient/" + key).times(sign * step))));
            losses.add(run(graph, moved, batch).get(StepGraph.LOSS).valueAt(0));
        }
        double slope = (losses.get(0) - losses.get(1)) / (2.0 * step);
        assertThat(slope / squares).isCloseTo(1, within(FINITE_DIFFERENCE));
    }

    private static NativeTensor random(String name, int... sizes) {
        return NativeTensor.copyOf(RandomSource.stream(5, name, 0).gaussian(Shape.of(sizes)));
    }

    @Test
    void autoencoder_gradient_isThatOfItsLoss() {
        AutoencoderGraph graph = new AutoencoderGraph(VAE, Shape.of(2, 3, 8, 8), Target.CPU);

        checkGradient(graph.graph(), graph.parameters(), autoencoderBatch(1));
    }

    @Test
    void autoencoder_weights_scaleTheReconstruction() {
        AutoencoderGraph graph = new AutoencoderGraph(VAE, Shape.of(2, 3, 8, 8), Target.CPU);
        Map<String, FloatTensor> theta = parameters(graph.parameters());

        float none = run(graph.graph(), theta, autoencoderBatch(0))
                .get(StepGraph.LOSS)
                .valueAt(0);
        float once = run(graph.graph(), theta, autoencoderBatch(1))
                .get(StepGraph.LOSS)
                .valueAt(0);
        float twice = run(graph.graph(), theta, autoencoderBatch(2))
                .get(StepGraph.LOSS)
                .valueAt(0);

        assertThat(none).as("the divergence alone").isBetween(0f, 0.01f);
        assertThat(twice - none).isCloseTo(2 * (once - none), within(1e-3f * twice));
    }

    private static Map<String, NativeTensor> autoencoderBatch(float weight) {
        return Map.of(
                AutoencoderGraph.IMAGES, random("images", 2, 3, 8, 8),
                AutoencoderGraph.WEIGHTS,
                        NativeTensor.copyOf(FloatTensor.generate(Shape.of(2, 1, 8, 8), index -> weight)),
                AutoencoderGraph.NOISE, random("noise", 2, 4, 4, 4));
    }

    @Test
    void denoising_gradient_isThatOfItsLoss() {
        DenoisingGraph graph = new DenoisingGraph(UNET, TEXT, 2, Target.CPU);
        Map<String, Shape> shapes = new LinkedHashMap<>(graph.textEncoder());
        shapes.putAll(graph.unet());

        checkGradient(graph.graph(), shapes, denoisingBatch(1, 1));
    }

    /** Of the student alone: what it is held to comes from its average, which is an input and stays. */
    @Test
    void consistency_gradient_isThatOfItsLoss(@TempDir Path folder) throws IOException {
        Path weights = TinyFolder.write(folder.resolve("model")).resolve("unet/diffusion_pytorch_model.safetensors");
        try (Checkpoint unet = Checkpoint.open(weights)) {
            ConsistencyGraph graph = new ConsistencyGraph(UNET, unet, Shape.of(2, 3, 6), 2, 2, Target.CPU);
            int size = UNET.sampleSize();
            Map<String, Shape> shapes = new LinkedHashMap<>();
            Map<String, NativeTensor> batch = new LinkedHashMap<>(Map.of(
                    ConsistencyGraph.LATENTS, random("latents", 2, 4, size, size),
                    ConsistencyGraph.TIMESTEPS, NativeTensor.copyOf(Shape.of(2), new long[] {199, 399}),
                    ConsistencyGraph.CLEANER_TIMESTEPS, NativeTensor.copyOf(Shape.of(2), new long[] {179, 379}),
                    ConsistencyGraph.CONTEXT, random("context", 2, 3, 6),
                    ConsistencyGraph.EMPTY_CONTEXT, random("empty", 2, 3, 6),
                    ConsistencyGraph.FACTORS, random("factors", 6, 2, 1, 1, 1)));
            graph.updates().values().forEach(update -> {
                shapes.put(update.aName(), update.aShape());
                shapes.put(update.bName(), update.bShape());
            });
            parameters(shapes)
                    .forEach((name, value) ->
                            batch.put(NetworkTrainer.AVERAGE + name, NativeTensor.copyOf(value.times(0.5f))));

            checkGradient(graph.graph(), shapes, batch);
        }
    }

    @Test
    void denoising_weights_scaleEachImage() {
        DenoisingGraph graph = new DenoisingGraph(UNET, TEXT, 2, Target.CPU);
        Map<String, Shape> shapes = new LinkedHashMap<>(graph.textEncoder());
        shapes.putAll(graph.unet());
        Map<String, FloatTensor> theta = parameters(shapes);

        float first = run(graph.graph(), theta, denoisingBatch(1, 0))
                .get(StepGraph.LOSS)
                .valueAt(0);
        float second = run(graph.graph(), theta, denoisingBatch(0, 1))
                .get(StepGraph.LOSS)
                .valueAt(0);
        float both = run(graph.graph(), theta, denoisingBatch(2, 3))
                .get(StepGraph.LOSS)
                .valueAt(0);

        assertThat(first).isNotEqualTo(second);
        assertThat(both).isCloseTo(2 * first + 3 * second, within(1e-4f * both));
    }

    private static Map<String, NativeTensor> denoisingBatch(float firstWeight, float secondWeight) {
        int size = UNET.sampleSize();
        return Map.of(
                DenoisingGraph.LATENTS, random("latents", 2, 4, size, size),
                DenoisingGraph.TARGET, random("target", 2, 4, size, size),
                DenoisingGraph.TIMESTEPS, NativeTensor.copyOf(Shape.of(2), 17, 801),
                DenoisingGraph.TOKENS, NativeTensor.copyOf(Shape.of(2, 5), 18, 3, 4, 19, 19, 18, 7, 19, 19, 19),
                DenoisingGraph.WEIGHTS, NativeTensor.copyOf(FloatTensor.of(Shape.of(2), firstWeight, secondWeight)));
    }
}
