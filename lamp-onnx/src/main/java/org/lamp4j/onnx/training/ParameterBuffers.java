package org.lamp4j.onnx.training;

import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.onnx.runtime.NativeScope;
import org.lamp4j.onnx.runtime.NativeTensor;

/** One value for each element of the trained parameters, as whole buffers and as one tensor a parameter. */
final class ParameterBuffers {

    private final ParameterLayout layout;
    private final List<FloatBuffer> buffers;
    private final Map<String, NativeTensor> tensors = new LinkedHashMap<>();

    /**
     * Makes buffers of zeros.
     *
     * @param layout the parameters
     * @param owner closes the tensors
     */
    ParameterBuffers(ParameterLayout layout, NativeScope owner) {
        this.layout = layout;
        this.buffers = layout.allocate();
        for (String name : layout.names()) {
            tensors.put(name, owner.own(NativeTensor.over(layout.shape(name), layout.slice(buffers, name))));
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
}
