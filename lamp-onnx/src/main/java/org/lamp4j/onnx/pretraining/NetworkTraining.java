package org.lamp4j.onnx.pretraining;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.lamp4j.device.Device;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.onnx.config.BaseModelConfig;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.device.Devices;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.training.NetworkTrainer;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.spi.MotionTrainer.Update;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/**
 * A training of all parameters of a network, from initial values on, with a moving average of them: what a model is
 * used with. A batch is given in shards, each of which runs on a thread of its own. Threads that share a training take
 * turns.
 *
 * @param <B> what it learns from in one step
 */
public final class NetworkTraining<B> implements AutoCloseable {

    private static final String STEP = "step";

    private final NetworkTrainer trainer;
    private final Optimizer optimizer;
    private final Map<Network, Set<String>> keys;
    private final Function<B, Map<String, NativeTensor>> inputs;

    /** The networks of a text-to-image model. */
    public enum Network {
        /** The auto-encoder. */
        AUTOENCODER,
        /** The text encoder. */
        TEXT_ENCODER,
        /** The UNet. */
        UNET
    }

    /**
     * The numbers of AdamW that stay.
     *
     * @param beta1 decay of the first moment
     * @param beta2 decay of the second moment
     * @param epsilon what is added to the denominator
     * @param weightDecay decoupled decay per step, in units of the learning rate, of matrices and kernels; vectors and
     *     embeddings do not decay
     * @param maxGradientNorm norm that the gradients of a batch are clipped to
     */
    public record Optimizer(float beta1, float beta2, float epsilon, float weightDecay, float maxGradientNorm) {

        /** Puts parameters into the groups that are customary for AdamW: those that decay and those that do not. */
        List<NetworkTrainer.Group> groups(Map<String, FloatTensor> values) {
            Map<String, FloatTensor> decaying = new LinkedHashMap<>();
            Map<String, FloatTensor> free = new LinkedHashMap<>();
            values.forEach((key, tensor) -> {
                boolean decays = tensor.shape().rank() > 1 && !RandomValues.isEmbedding(key);
                (decays ? decaying : free).put(key, tensor);
            });
            return List.of(new NetworkTrainer.Group(decaying, weightDecay), new NetworkTrainer.Group(free, 0));
        }

        Update update(float learningRate) {
            return new Update(learningRate, beta1, beta2, epsilon, weightDecay, maxGradientNorm);
        }
    }

    /**
     * How a training begins, whatever the network.
     *
     * @param shardCount number of shards in a batch, at least 1
     * @param optimizer how the network learns
     * @param initialValues what it begins with
     * @param device what it is trained on, in float32; a CPU works on each shard with one thread
     */
    public record Start(int shardCount, Optimizer optimizer, InitialValues initialValues, Device device) {

        /** Checks the number of shards. */
        public Start {
            if (shardCount < 1) {
                throw new IllegalArgumentException("expected 1 or more shards, but was " + shardCount);
            }
        }

        ComputeDevice computeDevice() {
            ComputeDevice chosen = Devices.choose(device);
            return chosen.sharesMemoryOfProcessor() ? ComputeDevice.cpuThread() : chosen;
        }
    }

    private NetworkTraining(
            Graph graph,
            Map<Network, Map<String, Shape>> networks,
            Start start,
            ComputeDevice device,
            Function<B, Map<String, NativeTensor>> inputs) {
        Map<String, FloatTensor> values = new LinkedHashMap<>();
        networks.values()
                .forEach(parameters ->
                        parameters.forEach((key, shape) -> values.put(key, start.initialValues.of(key, shape))));
        Map<Network, Set<String>> names = new LinkedHashMap<>();
        networks.forEach((network, parameters) -> names.put(network, parameters.keySet()));
        this.optimizer = start.optimizer;
        this.keys = names;
        this.inputs = inputs;
        this.trainer = new NetworkTrainer(graph, optimizer.groups(values), start.shardCount, device);
    }

    /**
     * Tells whether a device is best given each batch as one shard: a GPU waits for launches, which others would add
     * to.
     *
     * @param device the device
     * @return whether it is a GPU
     * @throws org.lamp4j.errors.DeviceUnavailableException if the device does not work
     */
    public static boolean takesBatchesWhole(Device device) {
        return !Devices.choose(device).sharesMemoryOfProcessor();
    }

    /**
     * Begins the training of an auto-encoder.
     *
     * @param config its dimensions
     * @param images shape of a shard's images, {@code [B, 3, H, W]}
     * @param start how it begins
     * @return the training
     * @throws org.lamp4j.errors.DeviceUnavailableException if the device does not work
     */
    public static NetworkTraining<AutoencoderBatch> ofAutoencoder(VaeConfig config, Shape images, Start start) {
        ComputeDevice device = start.computeDevice();
        AutoencoderGraph graph = new AutoencoderGraph(config, images, device.targetOfTraining());
        return new NetworkTraining<>(
                graph.graph(),
                Map.of(Network.AUTOENCODER, graph.parameters()),
                start,
                device,
                AutoencoderBatch::inputs);
    }

    /**
     * Begins the training of a text encoder and a UNet, together.
     *
     * @param config their dimensions; the text encoder's width is the UNet's context width
     * @param shardSize number of images in a shard, at least 1
     * @param start how it begins
     * @return the training
     * @throws org.lamp4j.errors.DeviceUnavailableException if the device does not work
     */
    public static NetworkTraining<DenoisingBatch> ofDenoiser(BaseModelConfig config, int shardSize, Start start) {
        ComputeDevice device = start.computeDevice();
        DenoisingGraph graph = new DenoisingGraph(config.unet(), config.text(), shardSize, device.targetOfTraining());
        Map<Network, Map<String, Shape>> networks = new LinkedHashMap<>();
        networks.put(Network.TEXT_ENCODER, graph.textEncoder());
        networks.put(Network.UNET, graph.unet());
        return new NetworkTraining<>(graph.graph(), networks, start, device, DenoisingBatch::inputs);
    }

    /**
     * Takes a step. Nothing is changed if the gradients' norm is not a finite number.
     *
     * @param shards what it learns from, one for each shard
     * @param learningRate the learning rate of this step
     * @param averaging how much of the moving average stays, 0 to 1
     * @return the mean loss of the shards
     * @throws IllegalArgumentException if there is another number of shards
     */
    public float step(List<B> shards, float learningRate, float averaging) {
        List<Map<String, NativeTensor>> given = new ArrayList<>();
        try {
            shards.forEach(shard -> given.add(inputs.apply(shard)));
            return trainer.step(given, optimizer.update(learningRate), averaging);
        } finally {
            given.forEach(shard -> shard.values().forEach(NativeTensor::close));
        }
    }

    /**
     * Returns the moving averages of a network's parameters, for {@link BaseModel}.
     *
     * @param network one of those that are trained
     * @return copies by key
     * @throws IllegalArgumentException if the network is not among them
     */
    public Map<String, FloatTensor> averages(Network network) {
        if (!keys.containsKey(network)) {
            throw new IllegalArgumentException(
                    "expected one of " + keys.keySet() + ", but was " + network + " (NetworkTraining.averages)");
        }
        Map<String, FloatTensor> all = trainer.averages();
        if (keys.size() == 1) {
            return all;
        }
        Map<String, FloatTensor> selected = new LinkedHashMap<>();
        keys.get(network).forEach(key -> selected.put(key, all.get(key)));
        return selected;
    }

    /**
     * Writes all that {@link #restore} needs to go on as if never interrupted.
     *
     * @param file where to, a safetensors file; replaced if it is there, and appears whole or not at all
     * @param stepsDone the number of steps taken
     * @throws IOException if it cannot be written
     */
    public void save(Path file, int stepsDone) throws IOException {
        SafetensorsWriter.write(file, BaseModel.stored(trainer.state()), Map.of(STEP, Integer.toString(stepsDone)));
    }

    /**
     * Goes on from a state.
     *
     * @param file what {@link #save} wrote
     * @param steps the number of steps that are to be taken in all
     * @return the number of steps taken until then
     * @throws IOException if it cannot be read
     * @throws ModelFormatException if it is of another network or beyond the last step; the message says what differs
     */
    public int restore(Path file, int steps) throws IOException {
        try (Checkpoint state = Checkpoint.open(file)) {
            Map<String, FloatTensor> tensors = new LinkedHashMap<>();
            for (String tensor : state.names()) {
                tensors.put(tensor, state.tensor(tensor).toTensor());
            }
            int done = stepOf(state, steps);
            trainer.restore(tensors, done);
            return done;
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(
                    "expected the state of the same recipe, but was another: " + e.getMessage() + " (" + file
                            + "); remove it to begin anew",
                    file,
                    e);
        }
    }

    private static int stepOf(Checkpoint state, int steps) {
        String step = state.metadata().getOrDefault(STEP, "nothing");
        if (!step.matches("\\d{1,9}") || Integer.parseInt(step) > steps) {
            throw new IllegalArgumentException("expected a " + STEP + " of 0 to " + steps + ", but was " + step);
        }
        return Integer.parseInt(step);
    }

    /** Frees sessions and tensors, after a step under way. Closing twice does nothing. */
    @Override
    public void close() {
        trainer.close();
    }
}
