package org.lamp4j.text;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * As much of a prompt as a text encoder takes at once, with the weight of each token.
 *
 * @param ids N ids: begin, at most N-2 tokens of the prompt, end, padding
 * @param weights weight of each id; 1 for those that are not the prompt's
 */
public record PromptChunk(int[] ids, float[] weights) {

    /**
     * Tells whether nothing is to be weighted.
     *
     * @return whether all weights are 1
     */
    public boolean isPlain() {
        for (float weight : weights) {
            if (weight != 1) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PromptChunk that
                && Arrays.equals(ids, that.ids)
                && Arrays.equals(weights, that.weights);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(ids) + Arrays.hashCode(weights);
    }

    @Override
    public String toString() {
        return Arrays.toString(ids) + (isPlain() ? "" : " × " + Arrays.toString(weights));
    }
}
