package org.lamp4j.onnx.model;

import static org.lamp4j.onnx.op.Convolution.conv2d;
import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Elementwise.clip;
import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Elementwise.sigmoid;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.layer.Channels;
import org.lamp4j.onnx.layer.Scope;
import org.lamp4j.onnx.layer.Upsampling;
import org.lamp4j.onnx.op.Convolution.Window;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.tensor.Shape;

/**
 * The decoder of TAESD, AutoencoderTiny in diffusers: 3×3 convolutions, ReLUs, residual blocks of three convolutions,
 * and nearest-neighbour enlargement. Sizes and the places of enlargements are read off the names and shapes of the
 * tensors. Three spellings of the names occur: {@code decoder.layers.0.weight} (diffusers), {@code decoder.1.weight}
 * and {@code 1.weight} (the original, which counts the clamp at the start as a layer).
 *
 * @see <a href="https://github.com/madebyollin/taesd">TAESD</a>
 */
public final class TinyDecoder {

    private static final List<String> PREFIXES = List.of("decoder.layers.", "decoder.", "");
    private static final int IMAGE_CHANNELS = 3;

    /** Latents are clamped softly to ±3. */
    private static final float LIMIT = 3;

    /**
     * A layer with parameters.
     *
     * @param name its key in the checkpoint
     * @param isBlock whether it is a residual block; else it is a convolution
     * @param outputs its output channels
     * @param enlarges whether its input is enlarged first
     */
    private record Layer(String name, boolean isBlock, int outputs, boolean enlarges) {}

    private final List<Layer> layers;

    private TinyDecoder(List<Layer> layers) {
        this.layers = layers;
    }

    /**
     * Reads the network's plan off a checkpoint.
     *
     * @param checkpoint the decoder alone, or an auto-encoder with it
     * @return the plan
     * @throws ModelFormatException if it is no such decoder; the message names the key
     */
    public static TinyDecoder of(Checkpoint checkpoint) throws ModelFormatException {
        String prefix = prefix(checkpoint);
        List<Layer> layers = new ArrayList<>();
        int before = -1;
        for (int index : indices(checkpoint, prefix)) {
            String name = prefix + index;
            boolean isBlock = checkpoint.contains(name + ".conv.0.weight");
            // A ReLU follows the first convolution; any other layer without parameters is an enlargement.
            int skipped = layers.isEmpty() ? 0 : index - before - 1;
            boolean activation = layers.size() == 1 && skipped == 1;
            if (layers.isEmpty() ? isBlock : skipped > 1) {
                throw noDecoder(checkpoint, name);
            }
            Shape kernel = checkpoint
                    .require(name + (isBlock ? ".conv.0.weight" : ".weight"))
                    .shape();
            if (kernel.rank() != 4) {
                throw noDecoder(checkpoint, name);
            }
            layers.add(new Layer(name, isBlock, kernel.size(0), skipped == 1 && !activation));
            before = index;
        }
        Layer last = layers.get(layers.size() - 1);
        if (last.isBlock || last.outputs != IMAGE_CHANNELS) {
            throw noDecoder(checkpoint, last.name);
        }
        return new TinyDecoder(layers);
    }

    private static String prefix(Checkpoint checkpoint) throws ModelFormatException {
        for (String prefix : PREFIXES) {
            if (!indices(checkpoint, prefix).isEmpty()) {
                return prefix;
            }
        }
        throw noDecoder(checkpoint, "decoder.layers.0.weight");
    }

    private static SortedSet<Integer> indices(Checkpoint checkpoint, String prefix) {
        Pattern key = Pattern.compile(Pattern.quote(prefix) + "(\\d{1,3})\\.(weight|conv\\.0\\.weight)");
        SortedSet<Integer> indices = new TreeSet<>();
        for (String name : checkpoint.names()) {
            Matcher matcher = key.matcher(name);
            if (matcher.matches()) {
                indices.add(Integer.valueOf(matcher.group(1)));
            }
        }
        return indices;
    }

    private static ModelFormatException noDecoder(Checkpoint checkpoint, String key) {
        return new ModelFormatException(
                "expected the decoder of TAESD, a row of convolutions and blocks from latents to " + IMAGE_CHANNELS
                        + " colours, but was something else at " + key + " (" + checkpoint.file() + ")",
                checkpoint.file(),
                key);
    }

    /**
     * Builds the network.
     *
     * @param root scope of the checkpoint's parameters, of empty path
     * @param latents {@code [n, C, h, w]}, scaled
     * @return the images {@code [n, 3, k·h, k·w]}, 0 to 1
     */
    public Value decode(Scope root, Value latents) {
        // 3 tanh(x / 3), as tanh(y) = 2 sigmoid(2 y) - 1
        Value x = Channels.inside(add(mul(sigmoid(mul(latents, 2 / LIMIT)), 2 * LIMIT), -LIMIT));
        for (int index = 0; index < layers.size(); index++) {
            Layer layer = layers.get(index);
            Value input = layer.enlarges ? Upsampling.twice(x) : x;
            Scope scope = root.child(layer.name);
            x = layer.isBlock ? block(scope, input, layer.outputs) : convolution(scope, input, layer.outputs, 3);
            if (index == 0) {
                x = relu(x);
            }
        }
        return clip(Channels.outside(x), 0, 1);
    }

    private static Value block(Scope scope, Value input, int outputs) {
        Value x = relu(convolution(scope.child("conv.0"), input, outputs, 3));
        x = relu(convolution(scope.child("conv.2"), x, outputs, 3));
        x = convolution(scope.child("conv.4"), x, outputs, 3);
        Scope skip = scope.child("skip");
        return relu(add(x, skip.has("weight") ? convolution(skip, input, outputs, 1) : input));
    }

    private static Value convolution(Scope scope, Value x, int outputs, int kernelSize) {
        return scope.build(() -> {
            Value kernel = scope.parameter("weight", outputs, Channels.count(x), kernelSize, kernelSize);
            Window window = Window.padded(kernelSize / 2);
            return scope.has("bias")
                    ? conv2d(x, kernel, scope.parameter("bias", outputs), window)
                    : conv2d(x, kernel, window);
        });
    }

    private static Value relu(Value x) {
        return clip(x, 0, Float.MAX_VALUE);
    }
}
