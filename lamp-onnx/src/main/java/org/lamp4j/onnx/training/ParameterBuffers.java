package org.lamp4j.onnx.training;

import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.TensorType;
import org.lamp4j.onnx.runtime.NativeScope;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.TensorMemory;
import org.lamp4j.tensor.Shape;

/** One value for each element of the trained parameters, as whole buffers and as one tensor a parameter. */
final class ParameterBuffers {

    private final ParameterLayout layout;
    private final TensorMemory memory;
    private final NativeScope owner;
    private final List<NativeTensor> buffers;
    private final Map<String, NativeTensor> tensors = new LinkedHashMap<>();

    /**
     * Makes buffers of zeros.
     *
     * @param layout the parameters
     * @param memory where the buffers lie
     * @param owner closes the tensors
     */
    ParameterBuffers(ParameterLayout layout, TensorMemory memory, NativeScope owner) {
        this.layout = layout;
        this.memory = memory;
        this.owner = owner;
        this.buffers = layout.bufferSizes().stream()
                .map(size -> owner.own(memory.allocate(new TensorType(ElementType.FLOAT, Shape.of(size)))))
                .toList();
    }

    List<NativeTensor> buffers() {
        return buffers;
    }

    /** The tensors by parameter name, made when first asked for; sessions read and write these buffers through them. */
    synchronized Map<String, NativeTensor> tensors() {
        for (String name : layout.names()) {
            tensors.computeIfAbsent(name, absent -> owner.own(layout.part(buffers, name)));
        }
        return tensors;
    }

    /** Returns all values: views of these buffers, or copies if they lie in a device's memory. */
    List<FloatBuffer> values() {
        return buffers.stream().map(NativeTensor::floats).toList();
    }

    /**
     * Sets values.
     *
     * @param filling is given buffers in host memory to write all values to
     */
    void set(Consumer<List<FloatBuffer>> filling) {
        if (memory.isHost()) {
            filling.accept(values());
            return;
        }
        List<FloatBuffer> values = layout.allocate();
        filling.accept(values);
        for (int index = 0; index < values.size(); index++) {
            buffers.get(index).put(values.get(index));
        }
    }

    /** Copies parameters into these buffers, as {@link ParameterLayout#copy}. */
    void set(MotionWeights source) {
        set(values -> layout.copy(source, values));
    }

    /** Returns all values as {@link #values()} does. */
    MotionWeights parameters() {
        return layout.parameters(values());
    }

    /** Returns a copy of all values, each times a factor of 1 or another. */
    MotionWeights copy(float factor) {
        List<FloatBuffer> copies = memory.isHost() ? copied(values()) : values();
        if (factor != 1) {
            for (FloatBuffer copy : copies) {
                for (int element = 0; element < copy.capacity(); element++) {
                    copy.put(element, factor * copy.get(element));
                }
            }
        }
        return layout.parameters(copies);
    }

    private List<FloatBuffer> copied(List<FloatBuffer> values) {
        List<FloatBuffer> copies = layout.allocate();
        for (int index = 0; index < copies.size(); index++) {
            copies.get(index).duplicate().put(values.get(index));
        }
        return copies;
    }
}
