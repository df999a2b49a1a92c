package org.lamp4j.motion;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.lamp4j.files.ContentHash;

/** The hash of a pattern's parameters: names, shapes and little-endian float32 values, in the order they are kept. */
final class WeightsHash {

    private static final int BLOCK_VALUES = 1 << 14;

    private WeightsHash() {}

    static String of(MotionWeights weights) {
        weights.requireUnchanged();
        try {
            return hash(weights);
        } catch (InternalError pageGone) { // what the JVM says of a mapped file that has become shorter
            weights.requireUnchanged();
            throw pageGone;
        }
    }

    private static String hash(MotionWeights weights) {
        ContentHash hash = new ContentHash();
        ByteBuffer block = ByteBuffer.allocate(BLOCK_VALUES * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (MotionWeights.Parameter parameter : weights.parameters()) {
            hash.add(parameter.name()).add(parameter.shape().toString());
            FloatBuffer values = parameter.values();
            while (values.hasRemaining()) {
                int count = Math.min(BLOCK_VALUES, values.remaining());
                block.clear().asFloatBuffer().put(values.slice(values.position(), count));
                values.position(values.position() + count);
                hash.add(block.limit(count * Float.BYTES));
            }
        }
        return hash.finish();
    }
}
