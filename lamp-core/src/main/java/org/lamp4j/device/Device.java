package org.lamp4j.device;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The device that a model runs on, and its precision there. A device that was asked for and is not there is an error;
 * only {@link #auto()} chooses for itself, and logs what it chose.
 */
public final class Device {

    /** As many CPU threads as a network may have; where the system cannot start one, ONNX Runtime ends the process. */
    public static final int MAX_THREADS = 1024;

    /** The kinds of device. */
    public enum Kind {
        /** The CPU. */
        CPU,
        /** An NVIDIA card, through CUDA. */
        CUDA,
        /** The first CUDA GPU that works, else the CPU. */
        AUTO
    }

    /** The element type of frozen weights and activations; trained parameters are always float32. */
    public enum Precision {
        /** 32 bits. */
        FLOAT32,
        /** 16 bits; sums that need it (statistics of norms, softmax, loss) are made in 32. */
        FLOAT16
    }

    private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,2}))?");

    private final Kind kind;
    private final int index;
    private final Precision precision;
    private final CudaOptions cudaOptions;
    private final Optional<Path> profiles;
    private final MemoryBudget memoryBudget;
    private final OptionalInt threads;

    private Device(Kind kind, int index, Precision precision) {
        this(
                kind,
                index,
                precision,
                CudaOptions.newBuilder().build(),
                Optional.empty(),
                MemoryBudget.ofMachine(),
                OptionalInt.empty());
    }

    private Device(
            Kind kind,
            int index,
            Precision precision,
            CudaOptions cudaOptions,
            Optional<Path> profiles,
            MemoryBudget memoryBudget,
            OptionalInt threads) {
        this.kind = kind;
        this.index = index;
        this.precision = precision;
        this.cudaOptions = cudaOptions;
        this.profiles = profiles;
        this.memoryBudget = memoryBudget;
        this.threads = threads;
    }

    /**
     * Returns the CPU, in float32.
     *
     * @return the CPU
     */
    public static Device cpu() {
        return new Device(Kind.CPU, 0, Precision.FLOAT32);
    }

    /**
     * Returns a CUDA GPU, with frozen weights in float16. Needs {@code onnxruntime_gpu} on the class path, CUDA 12 and
     * cuDNN 9.
     *
     * @param index which GPU, from 0
     * @return the GPU
     * @throws IllegalArgumentException if the index is negative
     */
    public static Device cuda(int index) {
        if (index < 0) {
            throw new IllegalArgumentException("expected a CUDA device index of 0 or more, but was " + index);
        }
        return new Device(Kind.CUDA, index, Precision.FLOAT16);
    }

    /**
     * Returns CUDA GPU 0 if it runs a small graph, else the CPU; what was chosen is logged, with the reason.
     *
     * @return the choice
     */
    public static Device auto() {
        return new Device(Kind.AUTO, 0, Precision.FLOAT16);
    }

    /**
     * Reads which device.
     *
     * @param text {@code cpu}, {@code cuda:N}, {@code cuda} for the first, or {@code auto}
     * @return the device, with the settings that it has unless told otherwise
     * @throws IllegalArgumentException if it is something else
     */
    public static Device parse(String text) {
        Matcher cuda = CUDA.matcher(text);
        if (cuda.matches()) {
            return cuda(cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
        }
        return switch (text) {
            case "cpu" -> cpu();
            case "auto" -> auto();
            default -> throw new IllegalArgumentException("expected cpu, cuda:N or auto, but was " + text);
        };
    }

    /**
     * Returns which device this is, as {@link #parse} reads it; of its settings it says nothing.
     *
     * @return {@code cpu}, {@code cuda:N} or {@code auto}
     */
    public String label() {
        return switch (kind) {
            case CPU -> "cpu";
            case CUDA -> "cuda:" + index;
            case AUTO -> "auto";
        };
    }

    /**
     * Returns this device with another precision.
     *
     * @param newPrecision element type of frozen weights and activations
     * @return the device with that precision
     */
    public Device withPrecision(Precision newPrecision) {
        return new Device(kind, index, newPrecision, cudaOptions, profiles, memoryBudget, threads);
    }

    /**
     * Returns this device with another memory budget: of host memory for the CPU, of its own for a GPU. It decides,
     * each time a network is opened, whether training keeps what the backward pass needs or computes it again and
     * whether both branches of guidance run together, and on the CPU whether weights are copied into the layout that is
     * fastest or read from the mapped file.
     *
     * @param newBudget what a network may take
     * @return the device with that budget
     */
    public Device withMemoryBudget(MemoryBudget newBudget) {
        return new Device(kind, index, precision, cudaOptions, profiles, newBudget, threads);
    }

    /**
     * Returns this device with another number of CPU threads for each network. Two results are the same bit for bit
     * only with the same number.
     *
     * @param count how many threads compute an operator together, the caller's among them, 1 to {@value #MAX_THREADS}
     * @return the device with that many
     * @throws IllegalArgumentException if there are none or more
     */
    public Device withThreads(int count) {
        if (count < 1 || count > MAX_THREADS) {
            throw new IllegalArgumentException("expected 1 to " + MAX_THREADS + " threads, but was " + count);
        }
        return new Device(kind, index, precision, cudaOptions, profiles, memoryBudget, OptionalInt.of(count));
    }

    /**
     * Returns this device with other options for a CUDA GPU; a CPU has no use for them.
     *
     * @param newOptions how the GPU is used
     * @return the device with those options
     */
    public Device withCudaOptions(CudaOptions newOptions) {
        return new Device(kind, index, precision, newOptions, profiles, memoryBudget, threads);
    }

    /**
     * Returns this device with a record of how long each operator takes: each session writes one when it is closed, in
     * Chrome's trace format, named after its network. Costs some percent of the time.
     *
     * @param folder an existing folder
     * @return the device with profiles
     */
    public Device withProfilesIn(Path folder) {
        return new Device(kind, index, precision, cudaOptions, Optional.of(folder), memoryBudget, threads);
    }

    /**
     * Returns the CPU in float32, with the rest of this device's settings.
     *
     * @return what {@link #auto()} falls back to
     */
    public Device onProcessor() {
        return new Device(Kind.CPU, 0, Precision.FLOAT32, cudaOptions, profiles, memoryBudget, threads);
    }

    /**
     * Returns CUDA GPU 0, with this device's settings, its precision included.
     *
     * @return what {@link #auto()} takes if it works
     */
    public Device onGpu() {
        return new Device(Kind.CUDA, 0, precision, cudaOptions, profiles, memoryBudget, threads);
    }

    /**
     * Returns the kind of device.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * Returns which GPU.
     *
     * @return the index, from 0
     */
    public int index() {
        return index;
    }

    /**
     * Returns the precision of frozen weights and activations; on the CPU that {@link #auto()} falls back to it is
     * float32 whatever stands here.
     *
     * @return the precision
     */
    public Precision precision() {
        return precision;
    }

    /**
     * Returns what a network may take of the device's memory.
     *
     * @return the budget; that of the machine unless set
     */
    public MemoryBudget memoryBudget() {
        return memoryBudget;
    }

    /**
     * Returns how many CPU threads a network has.
     *
     * @return the number; empty for one for each processor that the process may use
     */
    public OptionalInt threads() {
        return threads;
    }

    /**
     * Returns how a CUDA GPU is used.
     *
     * @return the options
     */
    public CudaOptions cudaOptions() {
        return cudaOptions;
    }

    /**
     * Returns where sessions write how long each operator takes.
     *
     * @return the folder; empty for nowhere
     */
    public Optional<Path> profiles() {
        return profiles;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Device that
                && kind == that.kind
                && index == that.index
                && precision == that.precision
                && cudaOptions.equals(that.cudaOptions)
                && profiles.equals(that.profiles)
                && memoryBudget.equals(that.memoryBudget)
                && threads.equals(that.threads);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, index, precision, cudaOptions, profiles, memoryBudget, threads);
    }

    @Override
    public String toString() {
        return kind + (kind == Kind.CUDA ? " device " + index : "") + ", " + precision;
    }
}
