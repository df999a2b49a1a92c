package org.lamp4j.onnx.training;

import java.nio.FloatBuffer;
import java.util.Map;
import org.lamp4j.onnx.runtime.NativeScope;
import org.lamp4j.onnx.runtime.TensorMemory;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** Buffers of random values to calculate with. */
final class FilledBuffers {

    /** As many elements as are computed at a time. */
    static final int BLOCK = 262_144;

    private FilledBuffers() {}

    /** Returns the layout of a single parameter in host memory. */
    static ParameterLayout layout(int size) {
        return new ParameterLayout(Map.of("weight", Shape.of(size)), 1);
    }

    static ParameterBuffers zeros(ParameterLayout layout, NativeScope owner) {
        return new ParameterBuffers(layout, TensorMemory.host(), owner);
    }

    /** Returns buffers of a layout that has one, its values uniform in ±size. */
    static ParameterBuffers of(ParameterLayout layout, String name, float size, NativeScope owner) {
        RandomSource random = RandomSource.stream(2, name, 0);
        ParameterBuffers buffers = zeros(layout, owner);
        FloatBuffer only = only(buffers);
        for (int index = 0; index < only.capacity(); index++) {
            only.put(index, size * (2 * random.nextFloat() - 1));
        }
        return buffers;
    }

    static FloatBuffer only(ParameterBuffers buffers) {
        return buffers.values().get(0);
    }

    static float[] toArray(ParameterBuffers buffers) {
        return toArray(only(buffers));
    }

    static float[] toArray(FloatBuffer buffer) {
        float[] values = new float[buffer.capacity()];
        buffer.get(0, values);
        return values;
    }
}
