package org.lamp4j.onnx.training;

import java.nio.FloatBuffer;
import java.util.List;
import org.lamp4j.tensor.RandomSource;

/** Buffers of random values to calculate with. */
final class FilledBuffers {

    /** As many elements as are computed at a time. */
    static final int BLOCK = 262_144;

    private FilledBuffers() {}

    /** Returns the one buffer of a layout, its values uniform in ±size. */
    static List<FloatBuffer> of(ParameterLayout layout, String name, float size) {
        RandomSource random = RandomSource.stream(2, name, 0);
        List<FloatBuffer> buffers = layout.allocate();
        FloatBuffer only = buffers.get(0);
        for (int index = 0; index < only.capacity(); index++) {
            only.put(index, size * (2 * random.nextFloat() - 1));
        }
        return buffers;
    }

    static float[] toArray(FloatBuffer buffer) {
        float[] values = new float[buffer.capacity()];
        buffer.get(0, values);
        return values;
    }
}
