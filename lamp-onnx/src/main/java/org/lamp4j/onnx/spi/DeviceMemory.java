package org.lamp4j.onnx.spi;

/** Memory of a device. Tensors in it are native handles, which the caller releases before this is closed. */
public interface DeviceMemory extends AutoCloseable {

    /**
     * Makes a tensor whose elements are not set.
     *
     * @param elementType number of the element type in ONNX files
     * @param sizes its shape
     * @return the handle, an {@code OrtValue}
     * @throws IllegalStateException if there is no such memory left; the message holds ONNX Runtime's reason
     */
    long allocate(int elementType, long... sizes);

    /**
     * Makes a tensor over part of another one's memory.
     *
     * @param whole handle of the other tensor, which is released later than the part
     * @param byteOffset where in it the part begins
     * @param byteSize bytes of the part
     * @param elementType number of the element type in ONNX files
     * @param sizes shape of the part
     * @return the handle, an {@code OrtValue}
     * @throws IllegalStateException if ONNX Runtime refuses; the message holds its reason
     */
    long part(long whole, long byteOffset, long byteSize, int elementType, long... sizes);

    /** Gives the memory's allocator back. Closing twice does nothing. */
    @Override
    void close();
}
