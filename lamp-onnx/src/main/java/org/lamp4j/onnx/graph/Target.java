package org.lamp4j.onnx.graph;

/**
 * What a graph is built for. What a graph computes does not depend on it; into how many nodes it is cut and by which
 * operators it computes does.
 */
public enum Target {
    /** Whatever reads it: the operators by which people know a network, in pieces as for a CPU. */
    ANY(16L << 20, 16L << 20),
    /** A CPU: pieces that stay near its caches, and not so many that a full-size step comes to consist of them. */
    CPU(16L << 20, 16L << 20),
    /** A GPU: pieces that keep all of it busy, since each node is a launch or several. */
    GPU(256L << 20, 256L << 20),
    /** A GPU, in a graph that is slower to predict, adds up norms in a fixed order, and takes kernels as they are. */
    GPU_CHANNELS_FIRST(256L << 20, 256L << 20);

    private final long portionBytes;
    private final long attentionBytes;

    Target(long portionBytes, long attentionBytes) {
        this.portionBytes = portionBytes;
        this.attentionBytes = attentionBytes;
    }

    /**
     * Returns the size of the largest tensor while tokens pass through a transformer, some after others. On a CPU what
     * one node writes is then still in the cache when the next one reads it.
     *
     * @return bytes
     */
    public long portionBytes() {
        return portionBytes;
    }

    /**
     * Returns how much of an attention's matrix of weights is computed at a time in the backward pass: what a CPU still
     * has in its cache when the next node reads it, what keeps all of a GPU busy.
     *
     * @return bytes
     */
    public long attentionBytes() {
        return attentionBytes;
    }

    /**
     * Returns how many of some indices are taken at a time. A GPU's kernels join and part tensors of one size without a
     * table of where each index comes from, which would be copied to it at each run.
     *
     * @param count number of indices
     * @param most how many may be taken at a time, at least 1
     * @return a number of at most {@code most} and {@code count}; for a GPU a divisor of {@code count}
     */
    public int atOnce(int count, long most) {
        int taken = (int) Math.min(count, most);
        while (isGpu() && count % taken != 0) {
            taken--;
        }
        return taken;
    }

    /**
     * Tells whether the gradient of a convolution is a ConvTranspose by its own kernel rather than a convolution by the
     * flipped one: slower on a CPU. For a GPU the flipped kernels would be one more copy of the weights, made on the
     * host when a session is opened.
     *
     * @return whether it is
     */
    public boolean transposesConvolutions() {
        return isGpu();
    }

    private boolean isGpu() {
        return this == GPU || this == GPU_CHANNELS_FIRST;
    }

    /**
     * Tells whether the channels of images and clips lie on the innermost axis, as those of tokens do, or on axis 1. A
     * GPU's matrix units take a convolution's channels from there, and images that have them elsewhere are turned round
     * before and after. ONNX Runtime's operator for it wants to know the kernel when it loads the graph, in the order
     * of the operator; so a training step needs kernels twice, as they are and flipped.
     *
     * @return whether they do
     */
    public boolean hasChannelsLast() {
        return this == GPU;
    }

    /**
     * Tells whether a product reads a factor that is to be transposed as fast as one that is not. On a CPU it reads it
     * in columns, again for each block of the result.
     *
     * @return whether it does
     */
    public boolean transposesFactors() {
        return isGpu();
    }

    /**
     * Tells whether rows of tokens are normalised as an image's channels. ONNX Runtime's LayerNormalization takes a CPU
     * seven times as long as its InstanceNormalization with a product and a sum.
     *
     * @return whether they are
     */
    public boolean normalizesRowsAsChannels() {
        return this == CPU;
    }

    /**
     * Tells whether a convolution of small images by a large kernel is one product over all of them. ONNX Runtime makes
     * one for each image, and reads the kernel each time.
     *
     * @return whether it is
     */
    public boolean joinsSmallImages() {
        return this == CPU;
    }
}
