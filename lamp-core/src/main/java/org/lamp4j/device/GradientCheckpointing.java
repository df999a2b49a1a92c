package org.lamp4j.device;

/**
 * Whether training keeps all activations for the backward pass, or recomputes them. The gradients are the same but for
 * rounding.
 *
 * @see <a href="https://arxiv.org/abs/1604.06174">Chen et al., Training Deep Nets with Sublinear Memory Cost</a>
 */
public enum GradientCheckpointing {
    /**
     * Computes once more what the device's memory budget has no room for, that first which takes the fewest operations
     * for its memory.
     */
    AS_NEEDED,
    /**
     * Computes all of them once more whatever there is room for: about a third more time, and a fraction of the memory.
     */
    ALWAYS
}
