package org.lamp4j.media;

import java.util.Arrays;

/**
 * Separable resampling of the centred part of an image that has the wanted proportions. Deterministic: the same bytes
 * on every machine.
 */
final class CoverCrop {

    private static final int CHANNELS = 3;

    /** The radius of the cubic kernel, in source pixels. */
    private static final int CUBIC_RADIUS = 2;

    private CoverCrop() {}

    static byte[] resample(FrameSize from, byte[] rgb, FrameSize to) {
        double scale = Math.min((double) from.width() / to.width(), (double) from.height() / to.height());
        Taps columns = Taps.of(from.width(), to.width(), scale);
        Taps rows = Taps.of(from.height(), to.height(), scale);
        int rowLength = to.width() * CHANNELS;
        byte[] result = new byte[to.height() * rowLength];
        // Rows of the source at the target's width. Only those that one target row needs are kept: all would be eight
        // times
        // the image.
        double[][] wide = new double[rows.most()][];
        int made = 0;
        double[] sums = new double[rowLength];
        for (int y = 0; y < to.height(); y++) {
            int first = rows.first[y];
            int end = first + rows.weights[y].length;
            for (int row = Math.max(made, first); row < end; row++) {
                double[] spent = wide[row % wide.length];
                wide[row % wide.length] = resampleRow(
                        rgb, row * from.width() * CHANNELS, columns, spent == null ? new double[rowLength] : spent);
            }
            made = Math.max(made, end);
            Arrays.fill(sums, 0);
            for (int tap = 0; tap < rows.weights[y].length; tap++) {
                addRow(wide[(first + tap) % wide.length], rows.weights[y][tap], sums);
            }
            for (int column = 0; column < rowLength; column++) {
                result[y * rowLength + column] = (byte) Math.round(Math.min(255, Math.max(0, sums[column])));
            }
        }
        return result;
    }

    private static double[] resampleRow(byte[] rgb, int start, Taps columns, double[] wide) {
        for (int x = 0; x < columns.first.length; x++) {
            for (int channel = 0; channel < CHANNELS; channel++) {
                double sum = 0;
                for (int tap = 0; tap < columns.weights[x].length; tap++) {
                    int source = columns.first[x] + tap;
                    sum += columns.weights[x][tap] * (rgb[start + source * CHANNELS + channel] & 0xff);
                }
                wide[x * CHANNELS + channel] = sum;
            }
        }
        return wide;
    }

    private static void addRow(double[] row, double weight, double[] sums) {
        for (int column = 0; column < sums.length; column++) {
            sums[column] += weight * row[column];
        }
    }

    /** For each target pixel of one axis, the first source pixel and the weights of it and its successors; sum 1. */
    private record Taps(int[] first, double[][] weights) {

        static Taps of(int sourceSize, int targetSize, double scale) {
            double offset = (sourceSize - targetSize * scale) / 2;
            Taps taps = new Taps(new int[targetSize], new double[targetSize][]);
            for (int target = 0; target < targetSize; target++) {
                if (scale > 1) {
                    taps.setArea(target, sourceSize, offset + target * scale, offset + (target + 1) * scale);
                } else {
                    taps.setCubic(target, sourceSize, offset + (target + 0.5) * scale);
                }
            }
            return taps;
        }

        /** Returns how many source pixels the neediest target pixel takes. */
        int most() {
            return Arrays.stream(weights).mapToInt(taps -> taps.length).max().orElseThrow();
        }

        /**
         * The mean over {@code [from, to)}: whole pixels count in full, those at the ends by the part that is covered.
         */
        private void setArea(int target, int sourceSize, double from, double to) {
            int lowest = Math.max(0, (int) Math.floor(from));
            int highest = Math.min(sourceSize - 1, (int) Math.ceil(to) - 1);
            double[] covered = new double[highest - lowest + 1];
            for (int tap = 0; tap < covered.length; tap++) {
                covered[tap] = Math.max(0, Math.min(to, lowest + tap + 1) - Math.max(from, lowest + tap));
            }
            set(target, lowest, covered);
        }

        /** Catmull-Rom interpolation at {@code centre}; pixels beyond the edge are left out. */
        private void setCubic(int target, int sourceSize, double centre) {
            int lowest = Math.max(0, (int) Math.floor(centre - 0.5) - CUBIC_RADIUS + 1);
            int highest = Math.min(sourceSize - 1, (int) Math.floor(centre - 0.5) + CUBIC_RADIUS);
            double[] kernel = new double[highest - lowest + 1];
            for (int tap = 0; tap < kernel.length; tap++) {
                kernel[tap] = catmullRom(Math.abs(lowest + tap + 0.5 - centre));
            }
            set(target, lowest, kernel);
        }

        private void set(int target, int lowest, double[] unscaled) {
            double sum = 0;
            for (double weight : unscaled) {
                sum += weight;
            }
            for (int tap = 0; tap < unscaled.length; tap++) {
                unscaled[tap] /= sum;
            }
            first[target] = lowest;
            weights[target] = unscaled;
        }

        private static double catmullRom(double distance) {
            double d = distance;
            if (d < 1) {
                return 1.5 * d * d * d - 2.5 * d * d + 1;
            }
            return d < 2 ? -0.5 * d * d * d + 2.5 * d * d - 4 * d + 2 : 0;
        }
    }
}
