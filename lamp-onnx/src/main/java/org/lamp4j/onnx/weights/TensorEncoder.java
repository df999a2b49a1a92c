package org.lamp4j.onnx.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Turns tensors into little-endian bytes of a wanted type, a chunk at a time. Not safe for several threads. */
final class TensorEncoder {

    private static final int CHUNK_ELEMENTS = 1 << 16;

    private final FloatBuffer floats = ByteBuffer.allocateDirect(CHUNK_ELEMENTS * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    private final ByteBuffer bytes =
            ByteBuffer.allocateDirect(CHUNK_ELEMENTS * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);

    /**
     * Passes a tensor's elements to a sink.
     *
     * @param tensor the tensor
     * @param type the type to write: the tensor's own, or another floating-point type for a floating-point tensor,
     *     which is reached by way of float32
     * @param sink takes the bytes
     */
    void encode(StoredTensor tensor, StoredType type, ByteSink sink) throws IOException {
        if (tensor.type() == type
                && !tensor.isGivenAsFloats()
                && tensor.generator().isEmpty()) {
            sink.write(tensor.data());
            return;
        }
        int count = Math.toIntExact(tensor.shape().elementCount());
        Parts parts = parts(tensor);
        for (int start = 0; start < count; start += CHUNK_ELEMENTS) {
            int length = Math.min(CHUNK_ELEMENTS, count - start);
            bytes.clear().limit(length * type.byteWidth());
            FloatConversion.narrow(parts.next(start, length), type, bytes);
            sink.write(bytes);
        }
    }

    /** A tensor's elements, a part after the other. */
    private interface Parts {
        FloatBuffer next(int start, int length);
    }

    private Parts parts(StoredTensor tensor) {
        if (tensor.generator().isEmpty()) {
            return (start, length) -> floats(tensor, start, length);
        }
        StoredTensor.FloatSequence elements = tensor.generator().get().start();
        return (start, length) -> {
            floats.clear().limit(length);
            elements.fill(floats);
            return floats.flip();
        };
    }

    private FloatBuffer floats(StoredTensor tensor, int start, int length) {
        if (tensor.isGivenAsFloats()) {
            return tensor.floats().slice(start, length);
        }
        int width = tensor.type().byteWidth();
        ByteBuffer part = tensor.data().slice(start * width, length * width).order(ByteOrder.LITTLE_ENDIAN);
        floats.clear().limit(length);
        FloatConversion.widen(tensor.type(), part, floats);
        return floats;
    }
}
