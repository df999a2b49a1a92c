package org.lamp4j.cuda;

import com.sun.jna.Pointer;
import org.lamp4j.onnx.spi.DeviceMemory;

/** The memory that a session's allocator gives. */
final class CApiMemory implements DeviceMemory {

    /** {@code OrtDeviceAllocator}. */
    private static final int DEVICE_ALLOCATOR = 0;

    /** {@code OrtMemTypeDefault}. */
    private static final int DEFAULT_MEMORY = 0;

    private final CApi api;
    private final Pointer info;
    private final Pointer allocator;
    private boolean closed;

    CApiMemory(CApi api, long session, String memoryName, int deviceIndex) {
        this.api = api;
        info = api.make(CApi.Checked.CREATE_MEMORY_INFO, memoryName, DEVICE_ALLOCATOR, deviceIndex, DEFAULT_MEMORY);
        try {
            allocator = api.make(CApi.Checked.CREATE_ALLOCATOR, new Pointer(session), info);
        } catch (RuntimeException e) {
            api.release(CApi.Release.MEMORY_INFO, info);
            throw e;
        }
    }

    @Override
    public long allocate(int elementType, long... sizes) {
        return address(api.make(
                CApi.Checked.CREATE_TENSOR_AS_ORT_VALUE, allocator, shape(sizes), (long) sizes.length, elementType));
    }

    @Override
    public long part(long whole, long byteOffset, long byteSize, int elementType, long... sizes) {
        Pointer data = api.make(CApi.Checked.GET_TENSOR_MUTABLE_DATA, new Pointer(whole));
        return address(api.make(
                CApi.Checked.CREATE_TENSOR_WITH_DATA_AS_ORT_VALUE,
                info,
                new Pointer(address(data) + byteOffset),
                byteSize,
                shape(sizes),
                (long) sizes.length,
                elementType));
    }

    /** A scalar has no sizes, but a pointer to them all the same. */
    private static long[] shape(long... sizes) {
        return sizes.length == 0 ? new long[1] : sizes;
    }

    private static long address(Pointer pointer) {
        return Pointer.nativeValue(pointer);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            api.release(CApi.Release.ALLOCATOR, allocator);
            api.release(CApi.Release.MEMORY_INFO, info);
        }
    }
}
