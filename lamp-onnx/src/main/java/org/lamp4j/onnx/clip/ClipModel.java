package org.lamp4j.onnx.clip;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.lamp4j.device.Device;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.ModelLinks;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.ClipVisionConfig;
import org.lamp4j.onnx.device.Devices;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.layer.CheckpointParameters;
import org.lamp4j.onnx.layer.Scope;
import org.lamp4j.onnx.model.ClipTextEncoder;
import org.lamp4j.onnx.model.ClipVisionEncoder;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeScope;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.OnnxSession;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.text.ClipTokenizer;

/**
 * A CLIP model in Hugging Face layout: one folder with {@code config.json}, {@code model.safetensors} (or
 * {@code pytorch_model.bin}), {@code vocab.json} and {@code merges.txt}. It turns images and prompts into unit vectors
 * of one space, whose products say how well they go together. Safe for several threads.
 *
 * <p>Images are resized to cover the tower's square and cropped at the centre, with this library's own resampling; the
 * reference's bicubic one gives slightly other numbers.
 *
 * @see <a href="https://arxiv.org/abs/2103.00020">Radford et al., CLIP</a>
 */
public final class ClipModel implements AutoCloseable {

    private static final String PIXELS = "pixel_values";
    private static final String IDS = "input_ids";
    private static final String END = "end_position";
    private static final String EMBEDDING = "embedding";
    private static final String VISUAL_PROJECTION = "visual_projection.weight";

    /** Mean and deviation of each colour over CLIP's training images. */
    @SuppressWarnings("FloatingPointLiteralPrecision") // the digits that CLIP publishes
    private static final float[] MEAN = {0.48145466f, 0.4578275f, 0.40821073f};

    @SuppressWarnings("FloatingPointLiteralPrecision")
    private static final float[] DEVIATION = {0.26862954f, 0.26130258f, 0.27577711f};

    private final NativeScope natives = new NativeScope();
    private final ClipVisionConfig visionConfig;
    private final ClipTextConfig textConfig;
    private final ClipTokenizer tokenizer;
    private final Checkpoint checkpoint;
    private final OnnxSession vision;
    private final OnnxSession text;
    private boolean closed;

    private ClipModel(Path folder, ComputeDevice device) throws IOException {
        ModelLinks.check(folder, List.of(""));
        Path config = folder.resolve("config.json");
        visionConfig = ClipVisionConfig.read(config);
        textConfig = ClipTextConfig.read(config);
        tokenizer = ClipTokenizer.read(folder);
        if (tokenizer.maxLength() != textConfig.positions()) {
            throw new ModelFormatException(
                    "expected a tokenizer for " + textConfig.positions() + " tokens, but was one for "
                            + tokenizer.maxLength() + " (" + folder + ")",
                    folder);
        }
        checkpoint = natives.own(Checkpoint.inFolder(folder, "model", "pytorch_model"));
        try {
            checkpoint.requireUnchanged();
            int width = embeddingWidth(checkpoint);
            vision = natives.own(OnnxSession.load(visionGraph(width), device));
            text = natives.own(OnnxSession.load(textGraph(width), device));
        } catch (IOException | RuntimeException | Error e) {
            natives.closeAfter(e);
            throw e;
        }
    }

    /**
     * Opens a model.
     *
     * @param folder a CLIP model in Hugging Face layout, with both towers
     * @param device where it runs
     * @return the model; the caller closes it
     * @throws IOException if a file is missing, not what it should be, or a link that leads out of the folder; the
     *     message names it
     * @throws ModelFormatException if what a file holds is not what it should be, as a tensor that is missing or of
     *     another shape; the message names it
     * @throws org.lamp4j.errors.DeviceUnavailableException if the device is not there
     */
    public static ClipModel open(Path folder, Device device) throws IOException {
        try {
            return new ClipModel(folder, Devices.choose(device));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static int embeddingWidth(Checkpoint checkpoint) throws ModelFormatException {
        Shape projection = checkpoint.require(VISUAL_PROJECTION).shape();
        if (projection.rank() != 2) {
            throw new ModelFormatException(
                    "expected a matrix " + VISUAL_PROJECTION + ", but was " + projection + " (" + checkpoint.file()
                            + ")",
                    checkpoint.file(),
                    VISUAL_PROJECTION);
        }
        return projection.size(0);
    }

    private Graph visionGraph(int embeddingWidth) {
        Graph graph = new Graph("CLIP vision tower");
        int size = visionConfig.imageSize();
        Value pixels = graph.input(PIXELS, ElementType.FLOAT, Shape.of(1, 3, size, size));
        graph.output(EMBEDDING, new ClipVisionEncoder(visionConfig, embeddingWidth).apply(root(graph), pixels));
        return graph;
    }

    private Graph textGraph(int embeddingWidth) {
        Graph graph = new Graph("CLIP text tower");
        Value ids = graph.input(IDS, ElementType.INT64, Shape.of(1, textConfig.positions()));
        Value end = graph.input(END, ElementType.INT64, Shape.of(1));
        graph.output(EMBEDDING, new ClipTextEncoder(textConfig).embed(root(graph), ids, end, embeddingWidth));
        return graph;
    }

    private Scope root(Graph graph) {
        return Scope.root(graph, new CheckpointParameters(checkpoint), ElementType.FLOAT);
    }

    /**
     * Returns which vision tower it has, to be named with every score.
     *
     * @return such as {@code ViT-L/14}
     */
    public String variant() {
        return visionConfig.variant();
    }

    /**
     * Returns what tells this model from others: a hash of its dimensions and weights. Reads all of the file.
     *
     * @return the fingerprint
     * @throws IllegalStateException if the file of weights is a large one and has been written to since it was opened
     */
    public String fingerprint() {
        return checkpoint.fingerprint(visionConfig + " " + textConfig);
    }

    /**
     * Embeds an image.
     *
     * @param image of any size
     * @return a unit vector {@code [E]}
     * @throws IllegalStateException if the file of weights is a large one and has been written to since it was opened
     */
    public FloatTensor embed(RgbImage image) {
        int size = visionConfig.imageSize();
        FloatTensor pixels = image.coverCrop(new FrameSize(size, size)).toTensor(); // -1 to 1
        FloatTensor normalized = FloatTensor.generate(Shape.of(1, 3, size, size), index -> {
            int channel = index / (size * size);
            return (pixels.valueAt(index) / 2 + 0.5f - MEAN[channel]) / DEVIATION[channel];
        });
        try (NativeTensor input = NativeTensor.copyOf(normalized)) {
            return embedding(vision, Map.of(PIXELS, input));
        }
    }

    /**
     * Embeds a prompt. One that is too long is cut.
     *
     * @param prompt any text of at most {@value ClipTokenizer#MAX_PROMPT_LENGTH} characters
     * @return a unit vector {@code [E]}
     * @throws IllegalArgumentException if the prompt is longer
     * @throws IllegalStateException if the file of weights is a large one and has been written to since it was opened
     */
    public FloatTensor embed(String prompt) {
        ClipTokenizer.EncodedPrompt encoded = tokenizer.encodePrompt(prompt);
        int[] tokens = encoded.ids();
        long[] ids = new long[tokens.length];
        for (int position = 0; position < tokens.length; position++) {
            ids[position] = tokens[position];
        }
        long end = Math.min(encoded.idCount(), tokens.length) - 1L;
        try (NativeTensor input = NativeTensor.copyOf(Shape.of(1, ids.length), ids);
                NativeTensor position = NativeTensor.copyOf(Shape.of(1), end)) {
            return embedding(text, Map.of(IDS, input, END, position));
        }
    }

    private FloatTensor embedding(OnnxSession session, Map<String, NativeTensor> inputs) {
        checkpoint.requireUnchanged();
        try (NativeTensor output = session.run(inputs, EMBEDDING)) {
            FloatTensor embedding = output.toFloatTensor();
            double squares = 0;
            for (float value : embedding.toArray()) {
                squares += (double) value * value;
            }
            return embedding.reshape(Shape.of(embedding.shape().size(1))).times((float) (1 / Math.sqrt(squares)));
        }
    }

    /** Frees sessions and weights. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            natives.close();
        }
    }
}
