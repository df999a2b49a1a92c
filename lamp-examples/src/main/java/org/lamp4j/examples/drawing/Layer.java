package org.lamp4j.examples.drawing;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.Optional;
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
        return argb >> 16 - 8 * channel & 0xff;
    }

    /** Returns the coverage of a pixel, 0 to 255, rows from the top. */
    int coverage(int pixel) {
        return premultipliedArgb[pixel] >>> 24;
    }

    /** Returns a colour value times the coverage, 0 to 255. */
    int premultiplied(int pixel, int channel) {
        return level(premultipliedArgb[pixel], channel);
    }

    /** Returns the picture of the object before a backdrop. */
    RgbImage over(RgbImage backdrop) {
        byte[] rgb = backdrop.toRgbBytes();
        for (int pixel = 0; pixel < premultipliedArgb.length; pixel++) {
            int argb = premultipliedArgb[pixel];
            if (argb != 0) {
                int through = 255 - (argb >>> 24);
                for (int channel = 0; channel < CHANNELS; channel++) {
                    int at = CHANNELS * pixel + channel;
                    rgb[at] = (byte) (level(argb, channel) + ((rgb[at] & 0xff) * through + 127) / 255);
                }
            }
        }
        return RgbImage.of(FRAME, rgb);
    }
}
