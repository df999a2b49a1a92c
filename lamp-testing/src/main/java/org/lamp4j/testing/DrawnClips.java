package org.lamp4j.testing;

import java.util.List;
import java.util.stream.IntStream;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.training.TrainingClip;
import org.lamp4j.training.TrainingClips;

/** Clips and a first frame that a test can train on and animate: a ball that moves to the right, drawn in memory. */
public final class DrawnClips {

    private static final int FRAME_COUNT = 16;
    private static final double FRAMES_PER_SECOND = 8;
    private static final FrameSize SIZE = EmbeddedModel.FRAME_SIZE;
    private static final int RADIUS = 10;
    private static final int PIXELS_PER_FRAME = 2;
    private static final int START = 16;

    private static final int RED = 0xD02020;
    private static final int BLUE = 0x2030D0;
    private static final int GREEN = 0x20A030;
    private static final int GRASS = 0x90C060;
    private static final int SKY = 0xA0D0F0;

    private DrawnClips() {}

    /**
     * Returns a red ball before the sky and a blue one on the grass, which move to the right.
     *
     * @return two clips of 16 frames of 64x64 at 8 frames per second, with captions that the embedded model knows
     */
    public static TrainingClips training() {
        return TrainingClips.of(List.of(
                TrainingClip.of("red", clip(RED, SKY), "a red ball moves right in the sky"),
                TrainingClip.of("blue", clip(BLUE, GRASS), "a blue ball moves right on the grass")));
    }

    /**
     * Returns an image that no clip shows: a green ball on the grass.
     *
     * @return 64x64 pixels
     */
    public static RgbImage firstFrame() {
        return frame(GREEN, GRASS, 0);
    }

    private static VideoClip clip(int ball, int backdrop) {
        return VideoClip.of(
                IntStream.range(0, FRAME_COUNT)
                        .mapToObj(frameIndex -> frame(ball, backdrop, frameIndex))
                        .toList(),
                FRAMES_PER_SECOND);
    }

    private static RgbImage frame(int ball, int backdrop, int frameIndex) {
        byte[] rgb = new byte[3 * SIZE.width() * SIZE.height()];
        for (int pixel = 0; pixel < rgb.length / 3; pixel++) {
            int right = pixel % SIZE.width() - START - PIXELS_PER_FRAME * frameIndex;
            int down = pixel / SIZE.width() - SIZE.height() / 2;
            int colour = right * right + down * down < RADIUS * RADIUS ? ball : backdrop;
            rgb[3 * pixel] = (byte) (colour >> 16);
            rgb[3 * pixel + 1] = (byte) (colour >> 8);
            rgb[3 * pixel + 2] = (byte) colour;
        }
        return RgbImage.of(SIZE, rgb);
    }
}
