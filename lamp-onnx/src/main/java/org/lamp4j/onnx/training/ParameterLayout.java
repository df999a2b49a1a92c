package org.lamp4j.onnx.training;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.TensorMemory;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

/**
 * Where each trained parameter lies in a few large native buffers. Parameters, gradients and moments share one layout,
 * so that the optimiser walks over whole buffers and knows no parameter.
 */
final class ParameterLayout {

    /** A Java buffer holds less than 2 GiB; this leaves room for one parameter more. */
    private static final int BUFFER_ELEMENTS = 1 << 28;

    private record Place(int buffer, int offset, Shape shape) {}

    private final Map<String, Place> places = new LinkedHashMap<>();
    private final List<Integer> bufferSizes = new ArrayList<>();

    /**
     * Lays parameters out.
     *
     * @param shapes their shapes by name
     * @param alignment what their places are a multiple of, in elements; what lies between them stays zero
     */
    ParameterLayout(Map<String, Shape> shapes, int alignment) {
        int used = 0;
        for (Map.Entry<String, Shape> parameter : shapes.entrySet()) {
            int size = Math.toIntExact(parameter.getValue().elementCount());
            if (used > 0 && used + (long) size > BUFFER_ELEMENTS) {
                bufferSizes.add(used);
                used = 0;
            }
            places.put(parameter.getKey(), new Place(bufferSizes.size(), used, parameter.getValue()));
            used += (size + alignment - 1) / alignment * alignment;
        }
        bufferSizes.add(used);
    }

    /** Lays parameters out for buffers in a memory. */
    static ParameterLayout of(MotionWeights parameters, TensorMemory memory) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        parameters.parameters().forEach(parameter -> shapes.put(parameter.name(), parameter.shape()));
        return new ParameterLayout(shapes, memory.alignment());
    }

    /** Returns how many elements each buffer has. */
    List<Integer> bufferSizes() {
        return bufferSizes;
    }

    /** Returns new buffers of zeros, one after another as this layout says. */
    List<FloatBuffer> allocate() {
        return bufferSizes.stream()
                .map(size -> ByteBuffer.allocateDirect(size * Float.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .asFloatBuffer())
                .toList();
    }

    /** Returns the part of such buffers that holds a parameter; writing to it writes to them. */
    FloatBuffer slice(List<FloatBuffer> buffers, String name) {
        Place place = place(name);
        return buffers.get(place.buffer).slice(place.offset, Math.toIntExact(place.shape.elementCount()));
    }

    /** Returns a tensor over the part of such buffers that holds a parameter. */
    NativeTensor part(List<NativeTensor> buffers, String name) {
        Place place = place(name);
        return buffers.get(place.buffer).part(place.offset, place.shape);
    }

    /** Returns what lies in such buffers, without copying it. */
    MotionWeights parameters(List<FloatBuffer> buffers) {
        return MotionWeights.of(places.keySet().stream()
                .map(name -> new Parameter(name, shape(name), slice(buffers, name)))
                .toList());
    }

    /**
     * Copies parameters into such buffers.
     *
     * @throws IllegalArgumentException if one is missing or has another shape
     * @throws IllegalStateException if they are mapped from a file that has been written to since
     */
    void copy(MotionWeights source, List<FloatBuffer> buffers) {
        source.requireUnchanged();
        for (String name : places.keySet()) {
            Parameter parameter = source.parameter(name);
            ShapeMismatchException.check(name, shape(name), parameter.shape(), "ParameterLayout");
            slice(buffers, name).put(parameter.values());
        }
    }

    Set<String> names() {
        return places.keySet();
    }

    Shape shape(String name) {
        return place(name).shape;
    }

    private Place place(String name) {
        return Objects.requireNonNull(places.get(name), name);
    }
}
