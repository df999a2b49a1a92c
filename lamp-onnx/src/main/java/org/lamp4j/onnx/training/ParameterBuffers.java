package org.lamp4j.onnx.training;

import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.onnx.runtime.NativeTensor;

/** One value for each element of the trained parameters, as whole buffers and as one tensor a parameter. */
final class ParameterBuffers implements AutoCloseable {

    private final ParameterLayout layout;
    private final List<FloatBuffer> buffers;
    private final Map<String, NativeTensor> tensors = new LinkedHashMap<>();

    ParameterBuffers(ParameterLayout layout) {
        this.layout = layout;
        this.buffers = layout.allocate();
        for (String name : layout.names()) {
            tensors.put(name, NativeTensor.over(layout.shape(name), layout.slice(buffers, name)));
        }
    }

    List<FloatBuffer> buffers() {
        return buffers;
    }

    /** The tensors by parameter name; sessions read and write these buffers through them. */
    Map<String, NativeTensor> tensors() {
        return tensors;
    }

    /** Returns a copy of all values, each times a factor of 1 or another. */
    MotionWeights copy(float factor) {
        List<FloatBuffer> copies = layout.allocate();
        for (int index = 0; index < copies.size(); index++) {
            FloatBuffer from = buffers.get(index);
            FloatBuffer to = copies.get(index);
            if (factor == 1) {
                to.duplicate().put(from.duplicate());
                continue;
            }
            for (int element = 0; element < from.capacity(); element++) {
                to.put(element, factor * from.get(element));
            }
        }
        return layout.parameters(copies);
    }

    @Override
    public void close() {
        tensors.values().forEach(NativeTensor::close);
    }
}
