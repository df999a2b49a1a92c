package org.lamp4j.onnx.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ObjIntConsumer;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.TensorType;
import org.lamp4j.onnx.spi.DeviceMemory;
import org.lamp4j.onnx.spi.DeviceMemoryProvider;
import org.lamp4j.tensor.Shape;

/**
 * Tensors in a device's memory. A run takes and writes them where they lie; between there and host memory, elements are
 * copied by a graph that hands on its input.
 */
final class DeviceTensors implements AutoCloseable {

    /** Elements copied by one run: 16 MiB, as much as a copy takes on the device beside the tensor. */
    private static final int CHUNK = 1 << 22;

    private static final String FROM = "from";
    private static final String TO = "to";

    private final NativeScope natives = new NativeScope();
    private final ComputeDevice device;
    private final BindingHandles handles;
    private final DeviceMemory memory;
    private final Map<Integer, OnnxSession> copies = new HashMap<>();

    /**
     * Opens a device's memory.
     *
     * @param device the device
     * @param provider what opens it
     * @throws org.lamp4j.errors.BackendMissingException if this version of ONNX Runtime is unknown
     */
    DeviceTensors(ComputeDevice device, DeviceMemoryProvider provider) {
        this.device = device;
        handles = BindingHandles.of(OnnxRuntime.version());
        try {
            long session = handles.of(copying(1).binding()); // whose allocator the memory comes from
            memory = ExitGate.OF_PROCESS.pass(
                    device, () -> provider.open(handles.api(), session, device.memoryName(), device.index()));
            natives.own((AutoCloseable) () -> ExitGate.OF_PROCESS.free(device, memory::close));
        } catch (RuntimeException | Error e) {
            natives.closeAfter(e);
            throw e;
        }
    }

    /** Makes a tensor, of zeros if it is FLOAT. */
    NativeTensor allocate(TensorType type) {
        int elementType = type.elementType().code();
        NativeTensor tensor =
                tensor(type, () -> memory.allocate(elementType, type.shape().longSizes()));
        if (type.elementType() == ElementType.FLOAT) {
            try {
                clear(tensor);
            } catch (RuntimeException | Error e) {
                tensor.close();
                throw e;
            }
        }
        return tensor;
    }

    /** Makes a tensor over some elements of another one, both FLOAT. */
    NativeTensor part(NativeTensor whole, long first, Shape shape) {
        TensorType type = new TensorType(ElementType.FLOAT, shape);
        long offset = first * Float.BYTES;
        long handle = handles.of(whole.acquire());
        try {
            return tensor(
                    type,
                    () -> memory.part(
                            handle, offset, type.byteSize(), type.elementType().code(), shape.longSizes()));
        } finally {
            whole.release();
        }
    }

    private NativeTensor tensor(TensorType type, LongSupplier making) {
        long handle = ExitGate.OF_PROCESS.pass(type, making::getAsLong);
        long[] sizes = type.shape().longSizes();
        return new NativeTensor(type, handles.tensor(handle, sizes, NativeTensor.javaType(type.elementType())), this);
    }

    /** Returns a copy of the elements of a FLOAT tensor. */
    FloatBuffer read(NativeTensor from) {
        FloatBuffer values = zeros(elementCount(from));
        eachChunk(from, (part, place) -> {
            try (NativeTensor host = host(values.slice(place, elementCount(part)))) {
                copy(part, host);
            }
        });
        return values;
    }

    /** Writes the elements of a FLOAT tensor. */
    void write(FloatBuffer values, NativeTensor to) {
        FloatBuffer all = values.slice();
        eachChunk(to, (part, place) -> {
            try (NativeTensor host = host(all.slice(place, elementCount(part)))) {
                copy(host, part);
            }
        });
    }

    /** One chunk of zeros goes to the device, and from there to all others. */
    private void clear(NativeTensor tensor) {
        int firstCount = Math.min(CHUNK, elementCount(tensor));
        try (NativeTensor first = tensor.part(0, Shape.of(firstCount))) {
            write(zeros(firstCount), first);
        }
        eachChunk(tensor, (part, place) -> {
            if (place > 0) {
                try (NativeTensor zeros = tensor.part(0, part.type().shape())) {
                    copy(zeros, part);
                }
            }
        });
    }

    /** Walks over parts of a tensor, each with its place. */
    private static void eachChunk(NativeTensor tensor, ObjIntConsumer<NativeTensor> chunk) {
        int end = elementCount(tensor);
        for (int place = 0; place < end; place += CHUNK) {
            try (NativeTensor part = tensor.part(place, Shape.of(Math.min(CHUNK, end - place)))) {
                chunk.accept(part, place);
            }
        }
    }

    private void copy(NativeTensor from, NativeTensor to) {
        copying(elementCount(from)).run(Map.of(FROM, from), Map.of(TO, to));
    }

    private synchronized OnnxSession copying(int size) {
        return copies.computeIfAbsent(size, absent -> {
            Graph graph = new Graph("copy of " + size);
            graph.output(TO, graph.input(FROM, ElementType.FLOAT, Shape.of(size)));
            return natives.own(OnnxSession.load(graph, device));
        });
    }

    private static NativeTensor host(FloatBuffer values) {
        return NativeTensor.over(Shape.of(values.remaining()), values);
    }

    private static FloatBuffer zeros(int count) {
        return ByteBuffer.allocateDirect(count * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    private static int elementCount(NativeTensor tensor) {
        return Math.toIntExact(tensor.type().shape().elementCount());
    }

    @Override
    public void close() {
        natives.close();
    }
}
