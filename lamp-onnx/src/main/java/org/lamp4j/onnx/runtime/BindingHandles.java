package org.lamp4j.onnx.runtime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lamp4j.errors.BackendMissingException;

/**
 * The native handles behind the objects of ONNX Runtime's Java binding, and tensors of the binding around native
 * handles: its private members, which another version may not have.
 */
final class BindingHandles {

    /** The versions 1.x whose private members are known to be these. */
    private static final Set<Integer> KNOWN = Set.of(28, 29);

    private final long api;
    private final Field ofSession;
    private final Field ofTensor;
    private final Constructor<OnnxTensor> newTensor;
    private final Constructor<TensorInfo> newInfo;

    private BindingHandles() throws ReflectiveOperationException {
        api = BindingInternals.apiHandle();
        ofSession = accessible(OrtSession.class);
        ofTensor = accessible(OnnxTensorLike.class);
        newTensor = OnnxTensor.class.getDeclaredConstructor(long.class, long.class, TensorInfo.class);
        newTensor.setAccessible(true);
        newInfo = TensorInfo.class.getDeclaredConstructor(
                long[].class, OnnxJavaType.class, TensorInfo.OnnxTensorType.class);
        newInfo.setAccessible(true);
    }

    private static Field accessible(Class<?> type) throws ReflectiveOperationException {
        Field field = type.getDeclaredField("nativeHandle");
        field.setAccessible(true);
        return field;
    }

    /**
     * Finds the private members.
     *
     * @param version version of ONNX Runtime
     * @return the handles
     * @throws BackendMissingException if the version is not one of those known; the message says what to do
     */
    static BindingHandles of(String version) {
        if (!isKnown(version)) {
            throw unknown(version, null);
        }
        try {
            return new BindingHandles();
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw unknown(version, e);
        }
    }

    /** Tells whether the private members of a version are known. */
    static boolean isKnown(String version) {
        return KNOWN.contains(BindingInternals.minorVersion(version));
    }

    private static BackendMissingException unknown(String version, @Nullable Exception cause) {
        String message = "expected ONNX Runtime 1.28 or 1.29, whose Java binding lamp-cuda reaches into, but was "
                + version + "; put one of these on the class path, or leave lamp-cuda out: then parameters are copied"
                + " to the GPU in each run";
        return cause == null ? new BackendMissingException(message) : new BackendMissingException(message, cause);
    }

    /** Returns the address of the table of ONNX Runtime's C functions. */
    long api() {
        return api;
    }

    long of(OrtSession session) {
        return get(ofSession, session);
    }

    long of(OnnxTensor tensor) {
        return get(ofTensor, tensor);
    }

    private static long get(Field field, Object owner) {
        try {
            return field.getLong(owner);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e); // it was made accessible
        }
    }

    /** Returns a tensor of the binding that takes over a handle; its buffers cannot be read unless it is the CPU's. */
    OnnxTensor tensor(long handle, long[] sizes, OnnxJavaType type) {
        try {
            TensorInfo info = newInfo.newInstance(sizes, type, TensorInfo.OnnxTensorType.mapFromJavaType(type));
            return newTensor.newInstance(handle, 0L, info);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("ONNX Runtime's Java binding made no tensor: " + e, e);
        }
    }
}
