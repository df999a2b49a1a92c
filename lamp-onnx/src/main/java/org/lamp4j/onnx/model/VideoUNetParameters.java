package org.lamp4j.onnx.model;

import java.nio.FloatBuffer;
import java.util.Set;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.TensorType;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.layer.CheckpointParameters;
import org.lamp4j.onnx.layer.ParameterSource;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.onnx.weights.StoredType;
import org.lamp4j.tensor.Shape;

/**
 * The parameters of a video UNet. Those of a motion pattern are inputs of the graph, so that they can change between
 * runs and be shared by sessions without a copy, or constants copied into it; the others are frozen, from the image
 * UNet or as inflation makes them.
 */
public final class VideoUNetParameters implements ParameterSource {

    private final CheckpointParameters image;
    private final UNetInflation inflation;
    private final Set<String> inputs;
    private final MotionWeights constants;
    private final StoredType madeType;

    /**
     * Lays a pattern over an inflated image UNet.
     *
     * @param image checkpoint of the image UNet
     * @param inflation how its parameters become those of the video UNet
     * @param inputs keys of the parameters that are inputs of the graph
     * @param constants parameters that are constants of the graph, float32
     */
    public VideoUNetParameters(Checkpoint image, UNetInflation inflation, Set<String> inputs, MotionWeights constants) {
        this(image, inflation, inputs, constants, StoredType.F32);
    }

    /**
     * Lays a pattern over an inflated image UNet.
     *
     * @param image checkpoint of the image UNet
     * @param inflation how its parameters become those of the video UNet
     * @param inputs keys of the parameters that are inputs of the graph
     * @param constants parameters that are constants of the graph
     * @param madeType F32 or F16: the type of constants and of what inflation makes
     */
    public VideoUNetParameters(
            Checkpoint image,
            UNetInflation inflation,
            Set<String> inputs,
            MotionWeights constants,
            StoredType madeType) {
        this.image = new CheckpointParameters(image);
        this.inflation = inflation;
        this.inputs = inputs;
        this.constants = constants;
        this.madeType = madeType;
    }

    @Override
    public Value declare(Graph graph, String key, Shape shape) {
        if (inputs.contains(key)) {
            return graph.input(key, ElementType.FLOAT, shape);
        }
        if (constants.names().contains(key)) {
            return weight(graph, key, shape, constants.parameter(key).values());
        }
        if (inflation.isCopied(key)) {
            return image.declare(graph, UNetInflation.imageKey(key), shape);
        }
        return weight(graph, key, shape, inflation.initialValues(key, shape));
    }

    private Value weight(Graph graph, String key, Shape shape, FloatBuffer values) {
        ElementType elementType = madeType == StoredType.F16 ? ElementType.FLOAT16 : ElementType.FLOAT;
        StoredTensor copy = StoredTensor.copyOf(key, shape, madeType, values);
        return graph.weight(key, new TensorType(elementType, shape), copy.data());
    }

    /** Returns whether a parameter is neither in the pattern nor in the image UNet and begins at zero. */
    boolean beginsAtZero(String key) {
        return !inputs.contains(key) && !constants.names().contains(key) && inflation.beginsAtZero(key);
    }

    @Override
    public boolean contains(String key) {
        return inputs.contains(key) || constants.names().contains(key) || inflation.isCopied(key);
    }
}
