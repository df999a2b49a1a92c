package org.lamp4j.onnx.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.lamp4j.device.CudaOptions;
import org.lamp4j.device.Device;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Target;

/** A device to open sessions on. */
public final class ComputeDevice {

    private static final String SPIN_MICROSECONDS = "50";

    private static final long PATTERN_BYTES = 256L << 20;

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
    private final boolean keepsTensors;
    private final OrtLoggingLevel logging;

    private ComputeDevice(Device.Kind kind, Device settings, int threads) {
        this(
                kind,
                settings,
                threads,
                Memory.PREPACKED,
                kind == Device.Kind.CUDA,
                OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
    }

    private ComputeDevice(
            Device.Kind kind,
            Device settings,
            int threads,
            Memory memory,
            boolean keepsTensors,
            OrtLoggingLevel logging) {
        this.kind = kind;
        this.settings = settings;
        this.threads = threads;
        this.memory = memory;
        this.keepsTensors = keepsTensors;
        this.logging = logging;
    }

    /**
     * Returns a device, without looking whether it is there.
     *
     * @param device the CPU or a CUDA GPU
     * @return the device
     * @throws IllegalArgumentException if it is one that has to be chosen first
     */
    public static ComputeDevice of(Device device) {
        if (device.kind() == Device.Kind.AUTO) {
            throw new IllegalArgumentException("expected a device, but was " + device + " (ComputeDevice.of)");
        }
        return new ComputeDevice(device.kind(), device, device.threads().orElseGet(ComputeDevice::processors));
    }

    /**
     * Returns how many processors this process may use. ONNX Runtime's own number is that of physical cores, by what
     * the processor says of itself: in a virtual machine often one of two, and in a container all of the host's.
     */
    private static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    /**
     * Returns the CPU, in float32.
     *
     * @return the device
     */
    public static ComputeDevice cpu() {
        return of(Device.cpu());
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
        return kind == Device.Kind.CPU
                ? new ComputeDevice(kind, settings, threads, other, keepsTensors, logging)
                : this;
    }

    /**
     * Returns the CPU, treated as a GPU is where tensors are concerned that stay from run to run: they lie in memory of
     * ONNX Runtime's, and are copied from and to the process's own. What runs on a GPU is so tested without one.
     *
     * @param precision in which it computes
     * @return the device
     */
    public static ComputeDevice cpuThatKeepsTensors(Device.Precision precision) {
        return new ComputeDevice(
                Device.Kind.CPU,
                Device.cpu().withPrecision(precision),
                processors(),
                Memory.PREPACKED,
                true,
                OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
    }

    /** Whether tensors that stay from run to run lie in memory of the device's own. */
    boolean keepsTensors() {
        return keepsTensors;
    }

    /**
     * Tells whether sessions give back each buffer as soon as nothing needs it, instead of keeping it for a later
     * tensor of the same shape.
     *
     * @return whether they do: on a GPU with lamp-cuda
     */
    public boolean freesBuffersAtOnce() {
        return keepsTensors && BufferPlan.canBeDropped();
    }

    /** Returns ONNX Runtime's name of the device's memory. */
    String memoryName() {
        return kind == Device.Kind.CUDA ? "Cuda" : "Cpu";
    }

    /**
     * Returns which device of its kind.
     *
     * @return from 0
     */
    public int index() {
        return settings.index();
    }

    /**
     * Returns this device for sessions whose errors are thrown only, and not printed by ONNX Runtime as well.
     *
     * @return the device
     */
    public ComputeDevice quiet() {
        return new ComputeDevice(
                kind, settings, threads, memory, keepsTensors, OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
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
        if (kind == Device.Kind.CPU) {
            return Target.CPU;
        }
        return settings.cudaOptions().isReproducible() ? Target.GPU_CHANNELS_FIRST : Target.GPU;
    }

    /**
     * Returns what graphs for this device are built for whose kernels are trained or computed again: on a GPU such that
     * takes kernels as they are.
     *
     * @return the kind of device
     */
    public Target targetOfTraining() {
        return kind == Device.Kind.CPU ? Target.CPU : Target.GPU_CHANNELS_FIRST;
    }

    /**
     * Returns what graphs for this device are built for that encode and decode one image at a time. On a CPU nothing is
     * gained by others than those that people know.
     *
     * @return the kind of device
     */
    public Target targetOfImages() {
        return kind == Device.Kind.CPU ? Target.ANY : target();
    }

    /** Whether weights are inputs of every run. */
    boolean bindsWeights() {
        return memory != Memory.PREPACKED;
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
     * @param needless names of ONNX Runtime's optimisers to leave out
     * @return the options; the caller closes them
     * @throws OrtException if the device's libraries cannot be loaded
     */
    SessionOptions sessionOptions(String name, long bytes, Set<String> needless) throws OrtException {
        OnnxRuntime.environment();
        SessionOptions options = new SessionOptions();
        try {
            options.setSessionLogLevel(logging);
            // from one small operator to the next, waiting awake is faster than being woken; to wait for longer takes
            // the CPU from those that work, of other sessions above all
            options.addConfigEntry("session.intra_op.allow_spinning", "1");
            options.addConfigEntry("session.intra_op.spin_duration_us", SPIN_MICROSECONDS);
            options.addConfigEntry("session.force_spinning_stop", "1");
            options.setIntraOpNumThreads(threads);
            if (memory == Memory.LOW_MEMORY) {
                options.setCPUArenaAllocator(false);
            }
            if (settings.profiles().isPresent()) {
                options.enableProfiling(profile(settings.profiles().get(), name));
            }
            // A pattern saves small graphs many allocations. The blocks it takes for large ones double what the arena
            // holds, and with several sessions on a GPU the arena grows without bound.
            options.setMemoryPatternOptimization(kind == Device.Kind.CPU && bytes <= PATTERN_BYTES);
            if (keepsTensors) {
                BufferPlan.drop(options);
            }
            if (!needless.isEmpty()) {
                options.addConfigEntry("optimization.disable_specified_optimizers", String.join(";", needless));
            }
            if (kind == Device.Kind.CUDA) {
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
