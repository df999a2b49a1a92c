package org.lamp4j.generation.pipeline;

/** The normal equations of a small least-squares problem. */
final class LeastSquares {

    private LeastSquares() {}

    /**
     * Solves A w = b for each b, by Cholesky's A = L Lᵀ.
     *
     * @param products A, symmetric and positive definite; overwritten
     * @param targets a b in each row
     * @return a w in each row
     */
    static double[][] solve(double[][] products, double[][] targets) {
        double[][] lower = products;
        int size = lower.length;
        for (int column = 0; column < size; column++) {
            lower[column][column] = Math.sqrt(lower[column][column] - dot(lower[column], lower[column], column));
            for (int row = column + 1; row < size; row++) {
                lower[row][column] =
                        (lower[row][column] - dot(lower[row], lower[column], column)) / lower[column][column];
            }
        }
        double[][] solutions = new double[targets.length][];
        for (int index = 0; index < targets.length; index++) {
            solutions[index] = substituted(lower, targets[index].clone());
        }
        return solutions;
    }

    private static double dot(double[] a, double[] b, int length) {
        double sum = 0;
        for (int index = 0; index < length; index++) {
            sum += a[index] * b[index];
        }
        return sum;
    }

    /** L y = b from above, then Lᵀ w = y from below. */
    private static double[] substituted(double[][] lower, double[] values) {
        int size = values.length;
        for (int row = 0; row < size; row++) {
            values[row] = (values[row] - dot(lower[row], values, row)) / lower[row][row];
        }
        for (int row = size - 1; row >= 0; row--) {
            double value = values[row];
            for (int below = row + 1; below < size; below++) {
                value -= lower[below][row] * values[below];
            }
            values[row] = value / lower[row][row];
        }
        return values;
    }
}
