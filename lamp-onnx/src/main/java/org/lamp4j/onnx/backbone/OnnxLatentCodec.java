package org.lamp4j.onnx.backbone;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.device.Devices;
import org.lamp4j.onnx.graph.DeviceMemory;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.PeakMemory;
import org.lamp4j.onnx.graph.Target;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.layer.CheckpointParameters;
import org.lamp4j.onnx.layer.Scope;
import org.lamp4j.onnx.model.Vae;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.OnnxSession;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.spi.LatentDistribution;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/**
 * The VAE in two sessions that take one image at a time, so that memory does not grow with the number of frames. Each
 * is kept for images of the latest size. Always float32: in float16 the decoder of Stable Diffusion overflows.
 */
public final class OnnxLatentCodec extends VaeCodec {

    static final String IMAGES = "sample";
    static final String MEAN = "latent_mean";
    static final String LOG_VARIANCE = "latent_log_variance";

    /** Both of them along the channels, as diffusers' models are exported. */
    static final String PARAMETERS = "latent_parameters";

    static final String LATENTS = "latent_sample";

    private final Checkpoint checkpoint;
    private final ComputeDevice device;
    private final MemoryBudget budget;
    private final SizedSession encoder;
    private final SizedSession decoder;

    /**
     * Opens the auto-encoder.
     *
     * @param config its configuration
     * @param checkpoint its weights
     * @param device where to run it
     * @param budget memory that images may take; one that takes more is refused before it is encoded
     */
    OnnxLatentCodec(VaeConfig config, Checkpoint checkpoint, ComputeDevice device, MemoryBudget budget) {
        super(config);
        this.checkpoint = checkpoint;
        this.device = device;
        this.budget = budget;
        Target target = device.targetOfImages();
        encoder = natives.own(new SizedSession(
                shape -> load(encoderGraph(config, new CheckpointParameters(checkpoint), shape, target))));
        decoder = natives.own(new SizedSession(
                shape -> load(decoderGraph(config, new CheckpointParameters(checkpoint), shape, target))));
    }

    /** There is one way only to run it, so that its bare values must fit; the least budget takes what it must. */
    private OnnxSession load(Graph graph) {
        boolean onCpu = device.sharesMemoryOfProcessor();
        long bytes = onCpu ? PeakMemory.of(graph, Set.of()) : DeviceMemory.of(graph, device.freesBuffersAtOnce());
        MemoryBudget limit = Devices.budget(device, budget);
        if (bytes > limit.bytes()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "expected images that the auto-encoder takes within %s of memory, but was %s, which takes %.1f GiB",
                    limit,
                    graph.inputs().get(0).shape(),
                    bytes / (double) (1L << 30)));
        }
        return OnnxSession.load(graph, device);
    }

    public static Graph encoderGraph(VaeConfig config, CheckpointParameters parameters, Shape images, Target target) {
        Graph graph = new Graph("VAE encoder", target);
        Scope root = Scope.root(graph, parameters, ElementType.FLOAT);
        Value input = graph.input(IMAGES, ElementType.FLOAT, images);
        Vae.Moments moments = new Vae(config).encode(root, input);
        graph.output(MEAN, moments.mean());
        graph.output(LOG_VARIANCE, moments.logVariance());
        return graph;
    }

    /** The encoder with its one output as diffusers' models are exported: mean and log-variance along the channels. */
    public static Graph parametersGraph(VaeConfig config, CheckpointParameters parameters, Shape images) {
        Graph graph = new Graph("VAE encoder");
        Scope root = Scope.root(graph, parameters, ElementType.FLOAT);
        Value input = graph.input(IMAGES, ElementType.FLOAT, images);
        graph.output(PARAMETERS, new Vae(config).encode(root, input).joined());
        return graph;
    }

    public static Graph decoderGraph(VaeConfig config, CheckpointParameters parameters, Shape latents, Target target) {
        Graph graph = new Graph("VAE decoder", target);
        Scope root = Scope.root(graph, parameters, ElementType.FLOAT);
        Value input = graph.input(LATENTS, ElementType.FLOAT, latents);
        graph.output(IMAGES, new Vae(config).decode(root, input));
        return graph;
    }

    @Override
    public synchronized LatentDistribution encode(FloatTensor pixels) {
        checkOpen();
        Shape shape = checkImages(pixels);
        checkpoint.requireUnchanged();
        OnnxSession session = encoder.of(shape.with(0, 1));
        List<FloatTensor> means = new ArrayList<>();
        List<FloatTensor> logVariances = new ArrayList<>();
        for (int index = 0; index < shape.size(0); index++) {
            try (NativeTensor input = NativeTensor.copyOf(pixels.slice(0, index, index + 1));
                    NativeTensor mean = NativeTensor.allocate(session.outputType(MEAN));
                    NativeTensor logVariance = NativeTensor.allocate(session.outputType(LOG_VARIANCE))) {
                session.run(Map.of(IMAGES, input), Map.of(MEAN, mean, LOG_VARIANCE, logVariance));
                means.add(mean.toFloatTensor());
                logVariances.add(logVariance.toFloatTensor());
            }
        }
        return new LatentDistribution(FloatTensor.concat(0, means), FloatTensor.concat(0, logVariances));
    }

    @Override
    public synchronized FloatTensor decode(FloatTensor latents) {
        checkOpen();
        checkLatents(latents);
        checkpoint.requireUnchanged();
        return decoder.runEach(latents, LATENTS, IMAGES);
    }
}
