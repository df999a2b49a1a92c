package org.lamp4j.onnx.training;

import java.nio.FloatBuffer;
import java.util.stream.IntStream;

/**
 * An update of {@link AdamW} in one pass over host memory, which takes as long as the memory does: a graph's operators
 * would each go over every block. Each operation is rounded to FLOAT in the order of the graph, and so gives its bits.
 */
final class AdamWLoop implements AdamW.Rule {

    /** Elements of a part that one thread updates. */
    private static final int PART = 1 << 18;

    /** Elements that are copied to arrays at a time, over which the JVM's vector code runs: four lie in a core's L1. */
    private static final int BLOCK = 1 << 10;

    @Override
    public void update(
            ParameterBuffers parameters,
            ParameterBuffers gradients,
            ParameterBuffers firstMoments,
            ParameterBuffers secondMoments,
            AdamW.Numbers numbers) {
        for (int buffer = 0; buffer < parameters.buffers().size(); buffer++) {
            FloatBuffer theta = parameters.values().get(buffer);
            FloatBuffer g = gradients.values().get(buffer);
            FloatBuffer m = firstMoments.values().get(buffer);
            FloatBuffer v = secondMoments.values().get(buffer);
            IntStream.range(0, (theta.capacity() + PART - 1) / PART)
                    .parallel()
                    .forEach(part -> updatePart(part * PART, theta, g, m, v, numbers));
        }
    }

    private static void updatePart(
            int start, FloatBuffer theta, FloatBuffer g, FloatBuffer m, FloatBuffer v, AdamW.Numbers numbers) {
        float[] thetas = new float[BLOCK];
        float[] gs = new float[BLOCK];
        float[] ms = new float[BLOCK];
        float[] vs = new float[BLOCK];
        int end = Math.min(theta.capacity(), start + PART);
        for (int from = start; from < end; from += BLOCK) {
            int size = Math.min(BLOCK, end - from);
            theta.get(from, thetas, 0, size);
            g.get(from, gs, 0, size);
            m.get(from, ms, 0, size);
            v.get(from, vs, 0, size);
            updateBlock(thetas, gs, ms, vs, numbers);
            theta.put(from, thetas, 0, size);
            m.put(from, ms, 0, size);
            v.put(from, vs, 0, size);
        }
    }

    /** Goes over whole arrays of one length, whatever lies behind the elements that are meant. */
    private static void updateBlock(float[] thetas, float[] gs, float[] ms, float[] vs, AdamW.Numbers numbers) {
        float gradientScale = numbers.gradientScale();
        float beta1 = numbers.beta1();
        float beta2 = numbers.beta2();
        float rest1 = numbers.rest1();
        float rest2 = numbers.rest2();
        float decay = numbers.decay();
        float rate = numbers.rate();
        float rootScale = numbers.rootScale();
        float epsilon = numbers.epsilon();
        for (int i = 0; i < BLOCK; i++) {
            float g = gs[i] * gradientScale;
            float m = ms[i] * beta1 + g * rest1;
            float v = vs[i] * beta2 + g * g * rest2;
            ms[i] = m;
            vs[i] = v;
            thetas[i] = thetas[i] * decay - m * rate / ((float) Math.sqrt(v) * rootScale + epsilon);
        }
    }
}
