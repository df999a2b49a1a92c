package org.lamp4j.onnx.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.lamp4j.device.CudaOptions;
import org.lamp4j.device.Device;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.errors.DeviceUnavailableException;
import org.lamp4j.files.PrintableText;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Target;

/** A device that has been found to be there. */
public final class ComputeDevice {

    private static final System.Logger LOG = System.getLogger(ComputeDevice.class.getName());

    /** Leaves the number of threads to ONNX Runtime: one for each CPU. */
    private static final int ALL_THREADS = 0;

    private static final long PATTERN_BYTES = 256L << 20;

    /** What cuDNN and cuBLAS work in, which no estimate from shapes knows. */
    private static final long LIBRARIES_BYTES = 512L << 20;

    private static final AtomicInteger PROFILES = new AtomicInteger();

    /** What sessions do with host memory. */
    private enum Memory {
        /** Weights are copied into the layout that is fastest, and memory is kept between runs. */
        PREPACKED,
        /** Weights are read where they lie, and memory is kept between runs. */
        MAPPED,
        /** Weights are read where they lie, and memory is given back. */
        LOW_MEMORY
    }

    private final Device.Kind kind;
    private final Device settings;
    private final int threads;
    private final Memory memory;

    private ComputeDevice(Device.Kind kind, Device settings, int threads) {
        this(kind, settings, threads, Memory.PREPACKED);
    }

    private ComputeDevice(Device.Kind kind, Device settings, int threads, Memory memory) {
        this.kind = kind;
        this.settings = settings;
        this.threads = threads;
        this.memory = memory;
    }

    /**
     * Looks for a device.
     *
     * @param wanted the device asked for
     * @return the device; for {@link Device#auto()} the one that works, which is logged
     * @throws DeviceUnavailableException if it is not there; the message says what is missing
     */
    public static ComputeDevice find(Device wanted) {
        return switch (wanted.kind()) {
            case CPU -> new ComputeDevice(Device.Kind.CPU, wanted, ALL_THREADS);
            case CUDA -> cuda(wanted);
            case AUTO -> auto(wanted);
        };
    }

    /**
     * Returns the CPU, in float32.
     *
     * @return the device
     */
    public static ComputeDevice cpu() {
        return find(Device.cpu());
    }

    /**
     * Returns the CPU for sessions that are run by several threads at once: each run keeps to its thread.
     *
     * @return the device
     */
    public static ComputeDevice cpuThread() {
        return new ComputeDevice(Device.Kind.CPU, Device.cpu(), 1);
    }

    /**
     * Returns this device for sessions that read weights where these lie, in a mapped file that all sessions share,
     * instead of keeping a copy in the layout that is fastest. Such sessions open at once; their convolutions are
     * slower. A GPU has no other memory to read from, so there nothing changes.
     *
     * @return the device
     */
    public ComputeDevice mapped() {
        return with(Memory.MAPPED);
    }

    /**
     * Returns this device for sessions that spare memory: weights as {@link #mapped()}, and nothing is held between
     * runs. Each run then waits for the system to clear the memory it gets.
     *
     * @return the device
     */
    public ComputeDevice lowMemory() {
        return with(Memory.LOW_MEMORY);
    }

    private ComputeDevice with(Memory other) {
        return kind == Device.Kind.CPU ? new ComputeDevice(kind, settings, threads, other) : this;
    }

    /**
     * Tells whether sessions compute in the memory that this process has on the CPU.
     *
     * @return whether the device has no memory of its own
     */
    public boolean sharesMemoryOfProcessor() {
        return kind == Device.Kind.CPU;
    }

    /**
     * Returns what graphs for this device are built for.
     *
     * @return the kind of device
     */
    public Target target() {
        return kind == Device.Kind.CPU ? Target.CPU : Target.GPU;
    }

    /**
     * Returns a budget in numbers of this device.
     *
     * @param budget what a network may take
     * @return the same; on a GPU, for {@link MemoryBudget#ofMachine()}, what is free on it now, or no limit where nobody
     *     knows
     */
    public MemoryBudget budget(MemoryBudget budget) {
        if (kind == Device.Kind.CPU || !budget.isOfMachine()) {
            return budget;
        }
        OptionalLong free = GpuMemory.free(settings.index());
        return MemoryBudget.ofBytes(free.isPresent() ? Math.max(1, free.getAsLong() - LIBRARIES_BYTES) : Long.MAX_VALUE);
    }

    /** Whether weights are inputs of every run. */
    boolean bindsWeights() {
        return memory != Memory.PREPACKED;
    }

    private static ComputeDevice auto(Device wanted) {
        try {
            ComputeDevice found = cuda(wanted);
            LOG.log(System.Logger.Level.INFO, "chose {0}", found);
            return found;
        } catch (DeviceUnavailableException e) {
            LOG.log(System.Logger.Level.INFO, "chose the CPU: {0}", PrintableText.line(String.valueOf(e.getMessage())));
            return find(wanted.onProcessor());
        }
    }

    private static ComputeDevice cuda(Device wanted) {
        EnumSet<OrtProvider> available = OnnxRuntime.providers();
        if (!available.contains(OrtProvider.CUDA)) {
            throw new DeviceUnavailableException("expected an ONNX Runtime with the CUDA provider, but this one has "
                    + available + "; put com.microsoft.onnxruntime:onnxruntime_gpu on the class path instead of"
                    + " onnxruntime (" + wanted + ")");
        }
        ComputeDevice device = new ComputeDevice(Device.Kind.CUDA, wanted, ALL_THREADS);
        try {
            ExitGate.OF_PROCESS.pass(device, () -> {
                device.sessionOptions("probe", 0, true).close();
                return device;
            });
        } catch (OrtException e) {
            throw new DeviceUnavailableException(
                    "expected " + wanted + " with CUDA 12 and cuDNN 9, but was: " + e.getMessage(), e);
        }
        return device;
    }

    /**
     * Returns the element type of frozen weights and activations.
     *
     * @return FLOAT or FLOAT16
     */
    public ElementType elementType() {
        return settings.precision() == Device.Precision.FLOAT16 ? ElementType.FLOAT16 : ElementType.FLOAT;
    }

    /**
     * Makes options for a session on this device.
     *
     * @param name name of the session's graph
     * @param bytes memory that a run takes, by its shapes
     * @param folds whether what follows from weights alone is computed when the session is made; on the CPU it always is
     * @return the options; the caller closes them
     * @throws OrtException if the device's libraries cannot be loaded
     */
    SessionOptions sessionOptions(String name, long bytes, boolean folds) throws OrtException {
        OnnxRuntime.environment();
        SessionOptions options = new SessionOptions();
        try {
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            // threads that wait by spinning take the CPU from those that work, of other sessions above all
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            options.setIntraOpNumThreads(threads);
            if (memory == Memory.LOW_MEMORY) {
                options.setCPUArenaAllocator(false);
            }
            if (settings.profiles().isPresent()) {
                options.enableProfiling(profile(settings.profiles().get(), name));
            }
            // A pattern saves small graphs many allocations. The blocks it takes for large ones double what the arena
            // holds,
            // and with several sessions on a GPU the arena grows without bound.
            options.setMemoryPatternOptimization(kind == Device.Kind.CPU && bytes <= PATTERN_BYTES);
            if (kind == Device.Kind.CUDA) {
                if (!folds) {
                    options.addConfigEntry("optimization.disable_specified_optimizers", "ConstantFolding");
                }
                try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(settings.index())) {
                    for (Map.Entry<String, String> option :
                            providerOptions(settings.cudaOptions()).entrySet()) {
                        cuda.add(option.getKey(), option.getValue());
                    }
                    options.addCUDA(cuda);
                }
            }
            return options;
        } catch (OrtException | RuntimeException e) {
            options.close();
            throw e;
        }
    }

    /** ONNX Runtime appends the time to this, in seconds, which several sessions may share. */
    private static String profile(Path folder, String name) {
        return folder.resolve(name.replaceAll("\\W+", "-") + "-" + PROFILES.incrementAndGet())
                .toString();
    }

    /** Says the options in the words of ONNX Runtime's CUDA provider. */
    static Map<String, String> providerOptions(CudaOptions options) {
        Map<String, String> words = new LinkedHashMap<>();
        words.put("cudnn_conv_algo_search", options.convolutionSearch().name());
        words.put(
                "arena_extend_strategy",
                options.arenaGrowth() == CudaOptions.ArenaGrowth.AS_REQUESTED ? "kSameAsRequested" : "kNextPowerOfTwo");
        options.memoryLimit().ifPresent(bytes -> words.put("gpu_mem_limit", Long.toString(bytes)));
        return words;
    }

    @Override
    public String toString() {
        return kind + (kind == Device.Kind.CUDA ? " device " + settings.index() : "") + ", "
                + (elementType() == ElementType.FLOAT ? "float32" : "float16");
    }
}
