package org.lamp4j.cuda;

import org.lamp4j.onnx.spi.DeviceMemory;
import org.lamp4j.onnx.spi.DeviceMemoryProvider;

/** Opens a device's memory, and has sessions spare it, by calls of ONNX Runtime's C API. */
public final class CApiMemoryProvider implements DeviceMemoryProvider {

    @Override
    public DeviceMemory open(long api, long session, String memoryName, int deviceIndex) {
        return new CApiMemory(new CApi(api), session, memoryName, deviceIndex);
    }

    @Override
    public boolean freeBuffersAtOnce(long api, long options) {
        return new BufferReuse(new CApi(api), options).switchOff();
    }
}
