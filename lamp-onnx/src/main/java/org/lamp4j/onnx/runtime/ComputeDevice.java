package org.lamp4j.onnx.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.util.EnumSet;
import org.lamp4j.Device;
import org.lamp4j.onnx.graph.ElementType;

/** A device that has been found to be there. */
public final class ComputeDevice {

    private static final System.Logger LOG = System.getLogger(ComputeDevice.class.getName());

    /** Leaves the number of threads to ONNX Runtime: one for each processor. */
    private static final int ALL_THREADS = 0;

    private final Device.Kind kind;
    private final int index;
    private final ElementType elementType;
    private final int threads;

    private ComputeDevice(Device.Kind kind, int index, ElementType elementType) {
        this(kind, index, elementType, ALL_THREADS);
    }

    private ComputeDevice(Device.Kind kind, int index, ElementType elementType, int threads) {
        this.kind = kind;
        this.index = index;
        this.elementType = elementType;
        this.threads = threads;
    }

    /**
     * Looks for a device.
     *
     * @param wanted the device asked for
     * @return the device; for {@link Device#auto()} the one that works, which is logged
     * @throws IllegalStateException if it is not there; the message says what is missing
     */
    public static ComputeDevice find(Device wanted) {
        return switch (wanted.kind()) {
            case CPU -> new ComputeDevice(Device.Kind.CPU, 0, elementType(wanted));
            case CUDA -> cuda(wanted);
            case AUTO -> auto(wanted);
        };
    }

    /**
     * Returns the processor, in float32.
     *
     * @return the device
     */
    public static ComputeDevice cpu() {
        return find(Device.cpu());
    }

    /**
     * Returns the processor for sessions that are run by several threads at once: each run keeps to its thread.
     *
     * @return the device
     */
    public static ComputeDevice cpuThread() {
        return new ComputeDevice(Device.Kind.CPU, 0, ElementType.FLOAT, 1);
    }

    private static ComputeDevice auto(Device wanted) {
        try {
            ComputeDevice found = cuda(Device.cuda(wanted.index()).withPrecision(wanted.precision()));
            LOG.log(System.Logger.Level.INFO, "chose {0}", found);
            return found;
        } catch (IllegalStateException e) {
            LOG.log(System.Logger.Level.INFO, "chose the CPU: {0}", e.getMessage());
            return cpu();
        }
    }

    private static ComputeDevice cuda(Device wanted) {
        EnumSet<OrtProvider> available = OrtEnvironment.getAvailableProviders();
        if (!available.contains(OrtProvider.CUDA)) {
            throw new IllegalStateException("expected an ONNX Runtime with the CUDA provider, but this one has "
                    + available + "; put com.microsoft.onnxruntime:onnxruntime_gpu on the class path instead of"
                    + " onnxruntime (" + wanted + ")");
        }
        ComputeDevice device = new ComputeDevice(Device.Kind.CUDA, wanted.index(), elementType(wanted));
        try {
            OrtEnvironment.getEnvironment();
            device.sessionOptions().close();
        } catch (OrtException e) {
            throw new IllegalStateException(
                    "expected " + wanted + " with CUDA 12 and cuDNN 9, but was: " + e.getMessage(), e);
        }
        return device;
    }

    private static ElementType elementType(Device device) {
        return device.precision() == Device.Precision.FLOAT16 ? ElementType.FLOAT16 : ElementType.FLOAT;
    }

    /**
     * Returns the element type of frozen weights and activations.
     *
     * @return FLOAT or FLOAT16
     */
    public ElementType elementType() {
        return elementType;
    }

    /**
     * Makes options for a session on this device.
     *
     * @return the options; the caller closes them
     * @throws OrtException if the device's libraries cannot be loaded
     */
    SessionOptions sessionOptions() throws OrtException {
        SessionOptions options = new SessionOptions();
        try {
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            // threads that wait by spinning take the processor from those that work, of other sessions above all
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            options.setIntraOpNumThreads(threads);
            if (kind == Device.Kind.CUDA) {
                // patterns planned for each of many sessions make the card's arena grow without bound
                options.setMemoryPatternOptimization(false);
                try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(index)) {
                    cuda.add("arena_extend_strategy", "kSameAsRequested");
                    options.addCUDA(cuda);
                }
            }
            return options;
        } catch (OrtException | RuntimeException e) {
            options.close();
            throw e;
        }
    }

    @Override
    public String toString() {
        return kind + (kind == Device.Kind.CUDA ? " device " + index : "") + ", "
                + (elementType == ElementType.FLOAT ? "float32" : "float16");
    }
}
