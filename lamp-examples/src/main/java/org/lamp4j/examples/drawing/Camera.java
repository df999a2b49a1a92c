package org.lamp4j.examples.drawing;

import java.util.ArrayList;
import java.util.List;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/**
 * Films scenes as a hand-held camera does: the backdrop moves, the light changes, the lens blurs, and each pixel has
 * noise of its own. Where the object is stays as it was drawn.
 */
final class Camera {

    /** Steps of {@link Scene#shift} that the backdrop moves to either side. */
    private static final double SWAY = 1.5;

    /** Frames from one end of the backdrop's way to the other and back. */
    private static final double FRAMES_PER_SWAY = 16;

    /** Part by which the light goes up and down. */
    private static final double FLICKER = 0.06;

    private static final double FRAMES_PER_FLICKER = 11;

    /** Standard deviation of the noise in levels of 255. */
    private static final double NOISE = 4;

    /** Weights of a pixel's neighbours in a row or column, which add up to 4. */
    private static final int[] BLUR = {1, 2, 1};

    private static final int SIDE = Scene.SIDE;
    private static final int CHANNELS = 3;

    private Camera() {}

    /**
     * Films a clip.
     *
     * @param scenes its frames as they are drawn
     * @param random where sway, light and noise come from; advanced
     * @return an image of each
     */
    static List<RgbImage> film(List<Scene> scenes, RandomSource random) {
        double swayPhase = 2 * Math.PI * random.nextFloat();
        double lightPhase = 2 * Math.PI * random.nextFloat();
        List<RgbImage> images = new ArrayList<>();
        for (Scene scene : scenes) {
            int frame = images.size();
            double sway = SWAY * Math.sin(swayPhase + 2 * Math.PI * frame / FRAMES_PER_SWAY);
            double light = 1 + FLICKER * Math.sin(lightPhase + 2 * Math.PI * frame / FRAMES_PER_FLICKER);
            images.add(seen(scene.layer().over(swayed(scene, sway)), light, random));
        }
        return images;
    }

    /** A backdrop between two steps of its shift is a mixture of both. */
    private static RgbImage swayed(Scene scene, double sway) {
        double shift = Math.min(Backdrop.MAX_SHIFT, Math.max(-Backdrop.MAX_SHIFT, scene.shift() + sway));
        int below = (int) Math.floor(shift);
        double part = shift - below;
        byte[] first = scene.backdrop().image(below).toRgbBytes();
        byte[] second =
                scene.backdrop().image(Math.min(Backdrop.MAX_SHIFT, below + 1)).toRgbBytes();
        for (int at = 0; at < first.length; at++) {
            first[at] = (byte) Math.round((1 - part) * (first[at] & 0xff) + part * (second[at] & 0xff));
        }
        return RgbImage.of(new FrameSize(SIDE, SIDE), first);
    }

    private static RgbImage seen(RgbImage sharp, double light, RandomSource random) {
        FloatTensor noise = random.gaussian(Shape.of(CHANNELS, SIDE, SIDE));
        byte[] rgb = new byte[CHANNELS * SIDE * SIDE];
        for (int at = 0; at < rgb.length; at++) {
            int pixel = at / CHANNELS;
            int channel = at % CHANNELS;
            double value = light * blurred(sharp, pixel % SIDE, pixel / SIDE, channel)
                    + NOISE * noise.valueAt(channel * SIDE * SIDE + pixel);
            rgb[at] = (byte) Math.round(Math.min(255, Math.max(0, value)));
        }
        return RgbImage.of(new FrameSize(SIDE, SIDE), rgb);
    }

    private static double blurred(RgbImage image, int x, int y, int channel) {
        int sum = 0;
        for (int down = -1; down <= 1; down++) {
            for (int across = -1; across <= 1; across++) {
                int column = Math.min(SIDE - 1, Math.max(0, x + across));
                int row = Math.min(SIDE - 1, Math.max(0, y + down));
                sum += BLUR[across + 1] * BLUR[down + 1] * image.valueAt(column, row, channel);
            }
        }
        return sum / 16.0;
    }
}
