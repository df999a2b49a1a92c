package org.lamp4j.onnx.spi;

/**
 * Opens the memory of devices through ONNX Runtime's C API, for which its Java binding has no methods. Found by
 * {@link java.util.ServiceLoader}; without one, parameters lie in host memory and are copied in each run.
 */
public interface DeviceMemoryProvider {

    /**
     * Opens the memory that a session computes in.
     *
     * @param api address of the table {@code OrtApi}
     * @param session the session's native handle; it stays open until the memory is closed
     * @param memoryName ONNX Runtime's name of the memory, {@code Cpu} or {@code Cuda}
     * @param deviceIndex which device of that kind, from 0
     * @return the memory; the caller closes it
     * @throws IllegalStateException if ONNX Runtime refuses; the message holds its reason
     */
    DeviceMemory open(long api, long session, String memoryName, int deviceIndex);

    /**
     * Has a session give back each buffer as soon as nothing needs it. By itself ONNX Runtime keeps one until a later
     * tensor of the same shape takes it, and large networks so come to hold several times what they need.
     *
     * @param api address of the table {@code OrtApi}
     * @param options native handle of the session's options
     * @return whether this ONNX Runtime can be told so; if not, the options are as they were
     * @throws IllegalStateException if ONNX Runtime refuses; the message holds its reason
     */
    boolean freeBuffersAtOnce(long api, long options);
}
