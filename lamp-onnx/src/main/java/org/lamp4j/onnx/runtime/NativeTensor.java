package org.lamp4j.onnx.runtime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.TensorType;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/**
 * A tensor outside the heap that sessions read and write in place. Owns ONNX Runtime's handle, not the memory, which
 * the garbage collector frees when nothing refers to it any more; but what {@linkplain OnnxSession#run(Map, Map, Set) a
 * session made} is freed when it is closed. May be closed by any thread: a run that is under way ends first.
 */
public final class NativeTensor implements AutoCloseable {

    private static final AtomicInteger OPEN = new AtomicInteger();

    private final TensorType type;
    private final @Nullable Buffer data;
    private final @Nullable DeviceTensors device;
    private final OnnxTensor handle;
    private int runs;
    private boolean closed;
    private boolean freed;

    /** Takes over a tensor in ONNX Runtime's own memory on the CPU. */
    NativeTensor(TensorType type, OnnxTensor handle) {
        this(type, handle, null);
    }

    /** Takes over a tensor in a device's memory. */
    NativeTensor(TensorType type, OnnxTensor handle, @Nullable DeviceTensors device) {
        this.type = type;
        this.data = null;
        this.device = device;
        this.handle = handle;
        OPEN.incrementAndGet();
    }

    private NativeTensor(TensorType type, Buffer data) {
        this.type = type;
        this.data = data;
        this.device = null;
        try {
            handle = ExitGate.OF_PROCESS.pass(type, () -> create(type, data));
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime refused a tensor " + type + ": " + e.getMessage(), e);
        }
        OPEN.incrementAndGet();
    }

    private static OnnxTensor create(TensorType type, Buffer data) throws OrtException {
        OrtEnvironment environment = OnnxRuntime.environment();
        long[] sizes = type.shape().longSizes();
        return data instanceof FloatBuffer floats
                ? OnnxTensor.createTensor(environment, floats, sizes)
                : OnnxTensor.createTensor(environment, (ByteBuffer) data, sizes, javaType(type.elementType()));
    }

    /**
     * Returns how many tensors are open in this process, closed ones not counted. A number that is larger after a piece
     * of work than before it is a leak.
     *
     * @return the number
     */
    public static int openCount() {
        return OPEN.get();
    }

    /**
     * Returns a FLOAT tensor over existing memory.
     *
     * @param shape its shape
     * @param data direct buffer of its elements in native order; not copied
     * @return the tensor
     * @throws IllegalArgumentException if the buffer is not direct or of another size
     */
    public static NativeTensor over(Shape shape, FloatBuffer data) {
        if (!data.isDirect() || data.remaining() != shape.elementCount()) {
            throw new IllegalArgumentException("expected a direct buffer of " + shape.elementCount() + " floats for "
                    + shape + ", but was " + data);
        }
        return new NativeTensor(new TensorType(ElementType.FLOAT, shape), data.slice());
    }

    /**
     * Returns a tensor over existing memory.
     *
     * @param type element type and shape
     * @param data direct buffer of little-endian elements; not copied
     * @return the tensor
     * @throws IllegalArgumentException if the buffer is not direct or of another size
     */
    public static NativeTensor over(TensorType type, ByteBuffer data) {
        if (!data.isDirect() || data.remaining() != type.byteSize()) {
            throw new IllegalArgumentException(
                    "expected a direct buffer of " + type.byteSize() + " bytes for " + type + ", but was " + data);
        }
        return new NativeTensor(type, data.slice().order(ByteOrder.LITTLE_ENDIAN));
    }

    /**
     * Returns a tensor of zeros.
     *
     * @param type element type and shape
     * @return the tensor
     */
    public static NativeTensor allocate(TensorType type) {
        return over(type, ByteBuffer.allocateDirect(Math.toIntExact(type.byteSize())));
    }

    /**
     * Returns a native copy of a tensor.
     *
     * @param tensor the tensor
     * @return the copy, FLOAT
     */
    public static NativeTensor copyOf(FloatTensor tensor) {
        NativeTensor copy = allocate(new TensorType(ElementType.FLOAT, tensor.shape()));
        copy.floats().put(tensor.values());
        return copy;
    }

    /**
     * Returns a native copy of whole numbers.
     *
     * @param shape shape of the tensor
     * @param numbers its elements
     * @return the copy, INT64
     */
    public static NativeTensor copyOf(Shape shape, long... numbers) {
        NativeTensor copy = allocate(new TensorType(ElementType.INT64, shape));
        copy.bytes().asLongBuffer().put(numbers);
        return copy;
    }

    /**
     * Returns a native copy of a tensor in a precision.
     *
     * @param tensor the tensor
     * @param elementType FLOAT, or FLOAT16 to round to
     * @return the copy
     */
    public static NativeTensor copyOf(FloatTensor tensor, ElementType elementType) {
        if (elementType == ElementType.FLOAT) {
            return copyOf(tensor);
        }
        NativeTensor copy = allocate(new TensorType(ElementType.FLOAT16, tensor.shape()));
        copy.bytes().asShortBuffer().put(Fp16Conversions.convertFloatBufferToFp16Buffer(tensor.values()));
        return copy;
    }

    /**
     * Returns a native copy of whole numbers in a type.
     *
     * @param elementType INT64 or INT32
     * @param shape shape of the tensor
     * @param numbers its elements, in the type's range
     * @return the copy
     */
    public static NativeTensor copyOf(ElementType elementType, Shape shape, int... numbers) {
        NativeTensor copy = allocate(new TensorType(elementType, shape));
        if (elementType == ElementType.INT32) {
            copy.bytes().asIntBuffer().put(numbers);
        } else {
            copy.bytes().asLongBuffer().put(IntStream.of(numbers).asLongStream().toArray());
        }
        return copy;
    }

    /**
     * Closes tensors that are no longer needed and removes them.
     *
     * @param tensors tensors by name
     * @param needed names of those that stay
     */
    public static void closeAllBut(Map<String, NativeTensor> tensors, Set<String> needed) {
        tensors.entrySet().removeIf(entry -> {
            boolean unneeded = !needed.contains(entry.getKey());
            if (unneeded) {
                entry.getValue().close();
            }
            return unneeded;
        });
    }

    /**
     * Returns element type and shape.
     *
     * @return the type
     */
    public TensorType type() {
        return type;
    }

    /**
     * Tells whether runs on the CPU read and write this tensor in place.
     *
     * @return false if it lies in a device's memory
     */
    public boolean isInHostMemory() {
        return device == null;
    }

    /**
     * Returns a tensor over some of the elements of this one, a FLOAT tensor that was not made by a session. Closed
     * before this one is.
     *
     * @param first the first of the elements
     * @param shape shape of the part
     * @return a view of the same memory
     * @throws IllegalArgumentException if this tensor has fewer elements
     */
    public NativeTensor part(long first, Shape shape) {
        long end = first + shape.elementCount();
        if (first < 0 || end > type.shape().elementCount()) {
            throw new IllegalArgumentException(
                    "expected a part of " + type + ", but was elements " + first + " to " + end);
        }
        return device == null
                ? over(shape, floats().slice(Math.toIntExact(first), Math.toIntExact(shape.elementCount())))
                : device.part(this, first, shape);
    }

    /**
     * Writes the elements of a FLOAT tensor that was not made by a session.
     *
     * @param values all its elements; a direct buffer if the tensor lies in a device's memory
     */
    public void put(FloatBuffer values) {
        if (device == null) {
            floats().put(values.duplicate());
        } else {
            device.write(values, this);
        }
    }

    /**
     * Returns the elements of a FLOAT tensor.
     *
     * @return a view of the same memory; a copy if a session made the tensor or it lies in a device's memory
     */
    public FloatBuffer floats() {
        if (device != null) {
            return device.read(this);
        }
        if (data == null) {
            return ExitGate.OF_PROCESS.pass(type, handle::getFloatBuffer);
        }
        return data instanceof FloatBuffer floats ? floats.duplicate() : bytes().asFloatBuffer();
    }

    private ByteBuffer bytes() {
        return ((ByteBuffer) Objects.requireNonNull(data)).duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Returns a copy on the heap of a FLOAT tensor.
     *
     * @return the copy
     */
    public FloatTensor toFloatTensor() {
        return FloatTensor.of(type.shape(), floats());
    }

    /**
     * Returns the handle for a run. Closing is put off until the run gives it back by {@link #release}: ONNX Runtime
     * does not notice that a handle has been freed.
     */
    synchronized OnnxTensor acquire() {
        if (closed) {
            throw new IllegalStateException("expected an open tensor, but a " + type + " is closed");
        }
        runs++;
        return handle;
    }

    synchronized void release() {
        runs--;
        freeUnlessNeeded();
    }

    /** Frees ONNX Runtime's handle, if a run is under way after it. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        closed = true;
        freeUnlessNeeded();
    }

    private void freeUnlessNeeded() {
        if (closed && runs == 0 && !freed) {
            freed = true;
            ExitGate.OF_PROCESS.free(type, handle::close);
            OPEN.decrementAndGet();
        }
    }

    static OnnxJavaType javaType(ElementType type) {
        return switch (type) {
            case FLOAT -> OnnxJavaType.FLOAT;
            case FLOAT16 -> OnnxJavaType.FLOAT16;
            case BFLOAT16 -> OnnxJavaType.BFLOAT16;
            case DOUBLE -> OnnxJavaType.DOUBLE;
            case INT64 -> OnnxJavaType.INT64;
            case INT32 -> OnnxJavaType.INT32;
            case INT16 -> OnnxJavaType.INT16;
            case INT8 -> OnnxJavaType.INT8;
            case UINT8 -> OnnxJavaType.UINT8;
            case BOOL -> OnnxJavaType.BOOL;
        };
    }
}
