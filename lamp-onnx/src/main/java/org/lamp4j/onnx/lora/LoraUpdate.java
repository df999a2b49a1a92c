package org.lamp4j.onnx.lora;

import java.nio.FloatBuffer;
import java.util.List;
import org.lamp4j.onnx.lora.LoraTargets.Target;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.onnx.weights.StoredTensor.FloatSequence;
import org.lamp4j.tensor.Shape;

/**
 * One update of a weight, W + scale·B A. A convolution {@code [O, I, h, w]} counts as the matrix {@code [O, I·h·w]}.
 *
 * @param target the weight
 * @param down A, {@code [r, I]} or {@code [r, I, h, w]}
 * @param up B, {@code [O, r]} or {@code [O, r, 1, 1]}
 * @param scale what B A is multiplied by: the weight of the file, times α/r
 */
record LoraUpdate(Target target, StoredTensor down, StoredTensor up, double scale) {

    int rank() {
        return down.shape().size(0);
    }

    /**
     * Returns a weight with updates added, in float32, made row by row when it is written.
     *
     * @param base the weight
     * @param updates its updates, of its shape
     */
    static StoredTensor added(StoredTensor base, List<LoraUpdate> updates) {
        return StoredTensor.generated(base.name(), base.shape(), () -> new Sum(base, updates));
    }

    /** Sums in float32: what the updates add first, then the weight itself. */
    private static final class Sum implements FloatSequence {

        private final FloatBuffer base;
        private final List<Factors> factors;
        private final float[] row;
        private int rowIndex;
        private int position;

        Sum(StoredTensor base, List<LoraUpdate> updates) {
            Shape shape = base.shape();
            this.base = base.floats();
            int columns = Math.toIntExact(shape.elementCount() / shape.size(0));
            this.row = new float[columns];
            this.position = columns;
            this.factors =
                    updates.stream().map(update -> Factors.of(update, columns)).toList();
        }

        @Override
        public float next() {
            if (position == row.length) {
                computeRow();
            }
            return row[position++];
        }

        @Override
        public void fill(FloatBuffer floats) {
            while (floats.hasRemaining()) {
                if (position == row.length) {
                    computeRow();
                }
                int count = Math.min(floats.remaining(), row.length - position);
                floats.put(row, position, count);
                position += count;
            }
        }

        private void computeRow() {
            float[] sum = new float[row.length];
            for (Factors factor : factors) {
                factor.addTo(sum, rowIndex);
            }
            base.get(rowIndex * row.length, row);
            for (int column = 0; column < row.length; column++) {
                row[column] += sum[column];
            }
            rowIndex++;
            position = 0;
        }
    }

    /** Both factors as numbers. */
    private record Factors(float[][] down, FloatBuffer up, double scale) {

        static Factors of(LoraUpdate update, int columns) {
            float[][] rows = new float[update.rank()][columns];
            FloatBuffer values = update.down.floats();
            for (float[] row : rows) {
                values.get(row);
            }
            return new Factors(rows, update.up.floats(), update.scale);
        }

        void addTo(float[] sum, int output) {
            for (int rank = 0; rank < down.length; rank++) {
                float factor = (float) (scale * up.get(output * down.length + rank));
                float[] row = down[rank];
                for (int column = 0; column < sum.length; column++) {
                    sum[column] += factor * row[column];
                }
            }
        }
    }
}
