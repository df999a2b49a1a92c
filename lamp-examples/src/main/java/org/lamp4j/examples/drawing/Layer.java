package org.lamp4j.examples.drawing;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.Optional;
import java.util.stream.IntStream;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;

/**
 * An object on nothing: per pixel its coverage and its colours times that, all 0 to 255. What is composed here in whole
 * numbers is the same on every machine.
 */
final class Layer {

    private static final int CHANNELS = 3;
    private static final FrameSize FRAME = new FrameSize(Scene.SIDE, Scene.SIDE);

    private final int[] premultipliedArgb;

    private Layer(int[] premultipliedArgb) {
        this.premultipliedArgb = premultipliedArgb;
    }

    static Layer of(DrawnObject object, Optional<Colour> colour, Pose pose) {
        BufferedImage image = new BufferedImage(Scene.SIDE, Scene.SIDE, BufferedImage.TYPE_INT_ARGB_PRE);
        try (Canvas canvas = Canvas.inUnitSquare(image, pose)) {
            object.draw(canvas, colour);
        }
        return new Layer(pixels(image));
    }

    static RgbImage opaque(BufferedImage image) {
        int[] pixels = pixels(image);
        byte[] rgb = new byte[CHANNELS * pixels.length];
        for (int pixel = 0; pixel < pixels.length; pixel++) {
            for (int channel = 0; channel < CHANNELS; channel++) {
                rgb[CHANNELS * pixel + channel] = (byte) level(pixels[pixel], channel);
            }
        }
        return RgbImage.of(FRAME, rgb);
    }

    private static int[] pixels(BufferedImage image) {
        return ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    }

    private static int level(int argb, int channel) {
        return (argb >> (16 - 8 * channel)) & 0xff;
    }

    /** Returns the coverage of a pixel, 0 to 255, rows from the top. */
    int coverage(int pixel) {
        return premultipliedArgb[pixel] >>> 24;
    }

    /** Returns a colour value times the coverage, 0 to 255. */
    int premultiplied(int pixel, int channel) {
        return level(premultipliedArgb[pixel], channel);
    }

    /** Returns the image of the object before a backdrop. */
    RgbImage over(RgbImage backdrop) {
        byte[] rgb = backdrop.toRgbBytes();
        for (int pixel = 0; pixel < premultipliedArgb.length; pixel++) {
            for (int at = CHANNELS * pixel; at < CHANNELS * (pixel + 1) && coverage(pixel) > 0; at++) {
                rgb[at] = (byte) over(pixel, at - CHANNELS * pixel, rgb[at] & 0xff);
            }
        }
        return RgbImage.of(FRAME, rgb);
    }

    /** Returns a colour value of the image of the object before a backdrop that has another there. */
    int over(int pixel, int channel, int backdrop) {
        int argb = premultipliedArgb[pixel];
        return level(argb, channel) + (backdrop * (255 - (argb >>> 24)) + 127) / 255;
    }

    /** Returns the indices of the pixels that the object covers in part or whole, in ascending order. */
    int[] coveredPixels() {
        return IntStream.range(0, premultipliedArgb.length)
                .filter(pixel -> coverage(pixel) > 0)
                .toArray();
    }

    /** Marks the pixels that the object covers, and so many to all sides of them. */
    boolean[] reachOf(int edge) {
        boolean[] reached = new boolean[premultipliedArgb.length];
        for (int covered : coveredPixels()) {
            int column = covered % Scene.SIDE;
            int row = covered / Scene.SIDE;
            for (int y = Math.max(0, row - edge); y <= Math.min(Scene.SIDE - 1, row + edge); y++) {
                for (int x = Math.max(0, column - edge); x <= Math.min(Scene.SIDE - 1, column + edge); x++) {
                    reached[y * Scene.SIDE + x] = true;
                }
            }
        }
        return reached;
    }
}
