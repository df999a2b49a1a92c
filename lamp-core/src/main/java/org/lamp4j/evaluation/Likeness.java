package org.lamp4j.evaluation;

import org.lamp4j.media.RgbImage;

/**
 * A measure of how alike two images are, as PSNR and SSIM.
 *
 * @param psnr peak signal-to-noise ratio in dB; infinite if they are the same
 * @param ssim structural similarity of their brightness, 1 if they are the same
 */
public record Likeness(double psnr, double ssim) {

    private static final int RADIUS = 5;
    private static final double DEVIATION = 1.5;
    private static final double STABILITY_OF_MEANS = Math.pow(0.01 * 255, 2);
    private static final double STABILITY_OF_VARIANCES = Math.pow(0.03 * 255, 2);

    /**
     * Compares two images.
     *
     * @param a an image of at least 11 by 11 pixels
     * @param b another of the same size
     * @return their likeness
     * @throws IllegalArgumentException if the sizes differ or are too small
     * @see <a href="https://doi.org/10.1109/TIP.2003.819861">Wang et al., Image Quality Assessment</a>, equation 13,
     *     with their Gaussian window of 11 pixels
     */
    public static Likeness of(RgbImage a, RgbImage b) {
        if (!a.size().equals(b.size())) {
            throw new IllegalArgumentException(
                    "expected images of one size, but was " + a.size() + " and " + b.size() + " (Likeness.of)");
        }
        int least = 2 * RADIUS + 1;
        if (a.size().width() < least || a.size().height() < least) {
            throw new IllegalArgumentException(
                    "expected at least " + least + " pixels a side, but was " + a.size() + " (Likeness.of)");
        }
        return new Likeness(psnrOf(a, b), ssimOf(new Brightness(a), new Brightness(b)));
    }

    private static double psnrOf(RgbImage a, RgbImage b) {
        byte[] first = a.toRgbBytes();
        byte[] second = b.toRgbBytes();
        double squares = 0;
        for (int index = 0; index < first.length; index++) {
            double difference = (first[index] & 0xff) - (second[index] & 0xff);
            squares += difference * difference;
        }
        return 10 * Math.log10(255.0 * 255 * first.length / squares);
    }

    private static double ssimOf(Brightness a, Brightness b) {
        double[] window = window();
        double sum = 0;
        int count = 0;
        for (int y = RADIUS; y < a.height() - RADIUS; y++) {
            for (int x = RADIUS; x < a.width() - RADIUS; x++) {
                sum += ssimAt(a, b, x, y, window);
                count++;
            }
        }
        return sum / count;
    }

    private static double ssimAt(Brightness a, Brightness b, int x, int y, double[] window) {
        double meanA = 0;
        double meanB = 0;
        double squareA = 0;
        double squareB = 0;
        double product = 0;
        for (int dy = -RADIUS; dy <= RADIUS; dy++) {
            for (int dx = -RADIUS; dx <= RADIUS; dx++) {
                double weight = window[dy + RADIUS] * window[dx + RADIUS];
                double valueA = a.at(x + dx, y + dy);
                double valueB = b.at(x + dx, y + dy);
                meanA += weight * valueA;
                meanB += weight * valueB;
                squareA += weight * valueA * valueA;
                squareB += weight * valueB * valueB;
                product += weight * valueA * valueB;
            }
        }
        double varianceA = squareA - meanA * meanA;
        double varianceB = squareB - meanB * meanB;
        double covariance = product - meanA * meanB;
        return (2 * meanA * meanB + STABILITY_OF_MEANS)
                * (2 * covariance + STABILITY_OF_VARIANCES)
                / ((meanA * meanA + meanB * meanB + STABILITY_OF_MEANS)
                        * (varianceA + varianceB + STABILITY_OF_VARIANCES));
    }

    private static double[] window() {
        double[] window = new double[2 * RADIUS + 1];
        double sum = 0;
        for (int index = 0; index < window.length; index++) {
            window[index] = Math.exp(-Math.pow(index - RADIUS, 2) / (2 * DEVIATION * DEVIATION));
            sum += window[index];
        }
        for (int index = 0; index < window.length; index++) {
            window[index] /= sum;
        }
        return window;
    }
}
