package org.lamp4j.motion;

/**
 * Low-rank updates (LoRA) of matrices: W = W<sub>0</sub> + (α/r) B A instead of W, where only A and B are trained.
 *
 * @param rank r, rows of A and columns of B, at least 1
 * @param alpha α, above 0: how strongly an update counts, the more the faster it is learned
 * @see <a href="https://arxiv.org/abs/2106.09685">Hu et al., LoRA</a>, section 4.1
 */
public record LowRank(int rank, float alpha) {

    /**
     * Checks both numbers.
     *
     * @throws IllegalArgumentException if the rank is below 1, or α is not a finite number above 0
     */
    public LowRank {
        if (rank < 1) {
            throw new IllegalArgumentException("expected a rank of 1 or more, but was " + rank);
        }
        if (!(alpha > 0) || Float.isInfinite(alpha)) {
            throw new IllegalArgumentException("expected an alpha above 0, but was " + alpha);
        }
    }
}
