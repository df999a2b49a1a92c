package org.lamp4j.device;

import java.util.HashSet;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Options of a CUDA GPU. Immutable. Options that are not set are those that many sessions on one GPU get along with.
 *
 * <p>Memory is never planned ahead from the first run's pattern: with several sessions such plans make the GPU's memory
 * grow without bound.
 *
 * <pre>{@code
 * Device gpu = Device.cuda(0).withCudaOptions(CudaOptions.newBuilder().memoryLimit(15L << 30).build());
 * }</pre>
 *
 * @see <a href="https://onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html">the provider's options</a>
 */
public final class CudaOptions {

    /**
     * How cuDNN chooses an algorithm for each convolution. With cuDNN 9 nothing is tried out: each is a mode of its
     * heuristics, by which it ranks its engines for a shape, and ONNX Runtime takes the first that can run. cuDNN's
     * third mode, the provider's {@code DEFAULT}, is not offered: it is for what the others cannot do, in no order of
     * speed.
     *
     * @see <a href="https://docs.nvidia.com/deeplearning/cudnn/backend/latest/api/cudnn-graph-library.html">cuDNN's
     *     {@code cudnnBackendHeurMode_t}</a>
     */
    public enum ConvolutionSearch {
        /** Mode A: a fast decision, from a table in most cases. */
        HEURISTIC,
        /** Mode B: a model of each engine's time that is more accurate, and takes seconds longer to ask. */
        EXHAUSTIVE
    }

    /** How the GPU's memory pool grows. */
    public enum ArenaGrowth {
        /** By what is needed: least memory. */
        AS_REQUESTED,
        /** By powers of two: fewer allocations. */
        POWERS_OF_TWO
    }

    private final ConvolutionSearch convolutionSearch;
    private final ArenaGrowth arenaGrowth;
    private final OptionalLong memoryLimit;
    private final boolean reproducible;

    private CudaOptions(Builder builder) {
        this.reproducible = builder.reproducible;
        this.convolutionSearch = builder.convolutionSearch;
        this.arenaGrowth = builder.arenaGrowth;
        this.memoryLimit = builder.memoryLimit;
    }

    /**
     * Begins options.
     *
     * @return a builder that holds the defaults
     */
    public static Builder newBuilder() {
        return new Builder();
    }

    /**
     * Returns how cuDNN chooses an algorithm.
     *
     * @return the way of choosing
     */
    public ConvolutionSearch convolutionSearch() {
        return convolutionSearch;
    }

    /**
     * Returns how the GPU's memory pool grows.
     *
     * @return the way of growing
     */
    public ArenaGrowth arenaGrowth() {
        return arenaGrowth;
    }

    /**
     * Returns how large the memory pool of a session may grow.
     *
     * @return bytes; empty for as large as the GPU is
     */
    public OptionalLong memoryLimit() {
        return memoryLimit;
    }

    /**
     * Tells whether a clip is computed in a fixed order, so that a seed gives the same bytes each time.
     *
     * @return whether it is
     */
    public boolean isReproducible() {
        return reproducible;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CudaOptions that
                && convolutionSearch == that.convolutionSearch
                && arenaGrowth == that.arenaGrowth
                && memoryLimit.equals(that.memoryLimit)
                && reproducible == that.reproducible;
    }

    @Override
    public int hashCode() {
        return Objects.hash(convolutionSearch, arenaGrowth, memoryLimit, reproducible);
    }

    @Override
    public String toString() {
        return convolutionSearch + ", " + arenaGrowth
                + (memoryLimit.isPresent() ? ", at most " + memoryLimit.getAsLong() + " bytes" : "")
                + (reproducible ? ", reproducible" : "");
    }

    /**
     * A builder of {@link CudaOptions}. Each is checked at once, and may be set once: setting it again is an
     * {@link IllegalStateException}.
     */
    public static final class Builder {

        private final Set<String> alreadySet = new HashSet<>();
        private ConvolutionSearch convolutionSearch = ConvolutionSearch.HEURISTIC;
        private ArenaGrowth arenaGrowth = ArenaGrowth.AS_REQUESTED;
        private OptionalLong memoryLimit = OptionalLong.empty();
        private boolean reproducible;

        private Builder() {}

        private void once(String option) {
            if (!alreadySet.add(option)) {
                throw new IllegalStateException("expected " + option + " to be set once, but was set again");
            }
        }

        /**
         * Sets how cuDNN chooses an algorithm for each convolution.
         *
         * @param newValue the way of choosing; HEURISTIC unless set: the video UNet is as fast with it, and its first
         *     pass faster
         * @return this builder
         */
        public Builder convolutionSearch(ConvolutionSearch newValue) {
            once("convolutionSearch");
            convolutionSearch = newValue;
            return this;
        }

        /**
         * Sets how the GPU's memory pool grows.
         *
         * @param newValue the way of growing; AS_REQUESTED unless set
         * @return this builder
         */
        public Builder arenaGrowth(ArenaGrowth newValue) {
            once("arenaGrowth");
            arenaGrowth = newValue;
            return this;
        }

        /**
         * Sets how large the memory pool of each session may grow. A run that needs more fails.
         *
         * @param bytes at least 1; as large as the GPU is unless set
         * @return this builder
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder memoryLimit(long bytes) {
            once("memoryLimit");
            if (bytes < 1) {
                throw new IllegalArgumentException("expected a memory limit of 1 byte or more, but was " + bytes);
            }
            memoryLimit = OptionalLong.of(bytes);
            return this;
        }

        /**
         * Sets whether a clip is computed in a fixed order, so that a seed gives the same bytes each time on the same
         * GPU and libraries. Else the fastest kernels add up norms in the order in which parts of the GPU finish, and a
         * clip differs from the last one of its seed by rounding. Training differs by rounding either way.
         *
         * @param newValue false unless set: the video UNet takes 1.4 to 1.5 times as long to predict then
         * @return this builder
         */
        public Builder reproducible(boolean newValue) {
            once("reproducible");
            reproducible = newValue;
            return this;
        }

        /**
         * Returns the options.
         *
         * @return immutable options
         */
        public CudaOptions build() {
            return new CudaOptions(this);
        }
    }
}
