package org.lamp4j.onnx.runtime;

import ai.onnxruntime.OrtSession.SessionOptions;
import java.util.Optional;
import org.lamp4j.onnx.spi.DeviceMemoryProvider;

/**
 * ONNX Runtime's plan of which tensors lie in the buffers of earlier ones, made when a session is. It keeps a buffer
 * from the first of its tensors to the last, so that a session holds several times what it needs at once. Without the
 * plan each tensor's memory is free for any other as soon as nothing reads it; lamp-cuda is needed for that.
 */
final class BufferPlan {

    private static final System.Logger LOG = System.getLogger(BufferPlan.class.getName());

    private BufferPlan() {}

    /** Tells whether sessions can do without it. */
    static boolean canBeDropped() {
        return ExitGate.OF_PROCESS.pass("session options", BufferPlan::tried);
    }

    private static boolean tried() {
        OnnxRuntime.environment();
        try (SessionOptions options = new SessionOptions()) {
            return drop(options);
        }
    }

    /**
     * Has a session do without it.
     *
     * @param options the session's options
     * @return whether it will
     */
    static boolean drop(SessionOptions options) {
        Optional<DeviceMemoryProvider> provider = TensorMemory.provider();
        if (provider.isEmpty()
                || !BindingHandles.isKnown(OnnxRuntime.environment().getVersion())) {
            return false;
        }
        try {
            return provider.get().freeBuffersAtOnce(BindingInternals.apiHandle(), BindingInternals.handle(options));
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "networks take more of the GPU's memory than they need: {0}", e);
            return false;
        }
    }
}
