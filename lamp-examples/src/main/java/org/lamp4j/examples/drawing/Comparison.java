package org.lamp4j.examples.drawing;

import org.lamp4j.media.RgbImage;

/** An image beside the backdrop that it may show, ready to be compared with objects drawn before that. */
final class Comparison {

    private static final int SIDE = Scene.SIDE;
    private static final int CHANNELS = 3;

    private final byte[] image;
    private final byte[] backdrop;
    private final long backdropError;

    Comparison(RgbImage image, RgbImage backdrop) {
        this.image = image.toRgbBytes();
        this.backdrop = backdrop.toRgbBytes();
        if (this.image.length != this.backdrop.length) {
            throw new IllegalArgumentException(
                    "expected an image of " + backdrop.size() + ", but was " + image.size() + " (SceneMatcher)");
        }
        long sum = 0;
        for (int at = 0; at < this.image.length; at++) {
            sum += square(at, this.backdrop[at] & 0xff);
        }
        this.backdropError = sum;
    }

    /** Returns the mean squared difference to the backdrop, of differences cut off at a bound. */
    double boundedError(int largestDifference) {
        long largestSquare = (long) largestDifference * largestDifference;
        long sum = 0;
        for (int at = 0; at < image.length; at++) {
            sum += Math.min(largestSquare, square(at, backdrop[at] & 0xff));
        }
        return sum / (double) image.length;
    }

    /** Returns the mean of squares over the whole image, of which only the object's box is looked at again. */
    double meanSquaredError(Layer object, Pose pose) {
        Box box = new Box(pose);
        long sum = backdropError;
        for (int y = box.top; y < box.bottom; y++) {
            for (int pixel = y * SIDE + box.left; pixel < y * SIDE + box.right; pixel++) {
                if (object.coverage(pixel) > 0) {
                    for (int at = CHANNELS * pixel; at < CHANNELS * (pixel + 1); at++) {
                        sum += square(at, object.over(pixel, at - CHANNELS * pixel, backdrop[at] & 0xff))
                                - square(at, backdrop[at] & 0xff);
                    }
                }
            }
        }
        return sum / (double) image.length;
    }

    private long square(int at, int drawn) {
        int difference = (image[at] & 0xff) - drawn;
        return (long) difference * difference;
    }

    /** Returns the normalised cross-correlation within the object's box, of values less their mean per colour. */
    double correlation(Layer object, Pose pose) {
        Box box = new Box(pose);
        double across = 0;
        double ofImage = 0;
        double ofDrawing = 0;
        for (int channel = 0; channel < CHANNELS; channel++) {
            double imageMean = 0;
            double drawingMean = 0;
            for (int index = 0; index < box.area(); index++) {
                int pixel = box.pixel(index);
                imageMean += value(pixel, channel) / (double) box.area();
                drawingMean += drawn(object, pixel, channel) / (double) box.area();
            }
            for (int index = 0; index < box.area(); index++) {
                int pixel = box.pixel(index);
                double inImage = value(pixel, channel) - imageMean;
                double inDrawing = drawn(object, pixel, channel) - drawingMean;
                across += inImage * inDrawing;
                ofImage += inImage * inImage;
                ofDrawing += inDrawing * inDrawing;
            }
        }
        double norm = Math.sqrt(ofImage * ofDrawing);
        return norm == 0 ? 0 : across / norm;
    }

    /**
     * Returns which part of the way from the backdrop to the drawing the image has gone, in the least-squares sense.
     */
    double presence(Layer object) {
        double along = 0;
        double whole = 0;
        for (int pixel : object.coveredPixels()) {
            for (int channel = 0; channel < CHANNELS; channel++) {
                double drawn = drawn(object, pixel, channel) - backdropValue(pixel, channel);
                along += drawn * difference(pixel, channel);
                whole += drawn * drawn;
            }
        }
        return whole == 0 ? 0 : along / whole;
    }

    private int value(int pixel, int channel) {
        return image[CHANNELS * pixel + channel] & 0xff;
    }

    private int drawn(Layer object, int pixel, int channel) {
        return object.over(pixel, channel, backdrop[CHANNELS * pixel + channel] & 0xff);
    }

    /** Returns how a colour value of the image differs from the backdrop's. */
    int difference(int pixel, int channel) {
        return value(pixel, channel) - backdropValue(pixel, channel);
    }

    int backdropValue(int pixel, int channel) {
        return backdrop[CHANNELS * pixel + channel] & 0xff;
    }

    /** The pixels of the image that an object's square reaches. */
    private static final class Box {
        private final int left;
        private final int right;
        private final int top;
        private final int bottom;

        Box(Pose pose) {
            left = inside(Math.floor(pose.centreX() - pose.reach()));
            right = inside(Math.ceil(pose.centreX() + pose.reach()));
            top = inside(Math.floor(pose.centreY() - pose.reach()));
            bottom = inside(Math.ceil(pose.centreY() + pose.reach()));
        }

        private static int inside(double edge) {
            return (int) Math.max(0, Math.min(SIDE, edge));
        }

        int area() {
            return (right - left) * (bottom - top);
        }

        int pixel(int index) {
            return (top + index / (right - left)) * SIDE + left + index % (right - left);
        }
    }
}
