package org.lamp4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.evaluation.SeamJump;
import org.lamp4j.examples.drawing.CaptionedScene;
import org.lamp4j.examples.drawing.Motion;
import org.lamp4j.examples.drawing.MotionClips;
import org.lamp4j.generation.Enlargement;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.testing.WithEmbeddedModel;

/** Enlarging on the embedded model: what it shows, and whether one sees where tiles end. */
@WithEmbeddedModel
class EnlargeExampleTest {

    private static final FrameSize LARGE = new FrameSize(112, 112);
    private static final FrameSize TILE = new FrameSize(64, 64);

    /** Columns at which a tile of 64 of 112 pixels begins or ends: two tiles, from 0 and from 48. */
    private static final List<Integer> BORDERS = List.of(48, 64);

    /** Measured: 1.2 where tiles are blended. What is drawn changes from line to line by as much. */
    private static final double NO_JUMP = 1.35;

    /** So many lines on each side of a border are what the change at it is compared with. */
    private static final int NEIGHBOURS = 3;

    private static GenerationOptions.Builder options() {
        return GenerationOptions.newBuilder()
                .frameSize(LARGE)
                .frameCount(4)
                .steps(10)
                .guidanceScale(2)
                .adaInStart(0.6);
    }

    @Test
    void enlarge_inTiles_doesNotJumpWhereTilesEnd(Backbone backbone) {
        MotionPattern pattern = MotionPattern.untrained(backbone);
        List<RgbImage> blended = new ArrayList<>();
        List<RgbImage> sideBySide = new ArrayList<>();
        for (CaptionedScene start :
                new MotionClips(0).heldOutStarts(Motion.RIGHT).subList(0, 2)) {
            VideoClip whole = new MotionClips(0).clip(Motion.RIGHT, start.scene());
            VideoClip clip = VideoClip.of(whole.frames().subList(0, 4), whole.framesPerSecond());

            VideoClip large = enlarge(pattern, clip, start.caption(), 0);
            VideoClip other = enlarge(pattern, clip, start.caption(), 1);

            assertThat(large.provenance()).containsEntry("tiles", "2x2 of 64x64");
            assertThat(large.frameSize()).isEqualTo(LARGE);
            blended.addAll(large.frames());
            for (int frame = 0; frame < 4; frame++) {
                sideBySide.add(
                        chequered(large.frames().get(frame), other.frames().get(frame)));
            }
        }

        assertThat(jumpAtBorders(blended)).isLessThan(NO_JUMP);
        assertThat(jumpAtBorders(sideBySide))
                .as("tiles that know nothing of each other")
                .isGreaterThan(NO_JUMP);
    }

    private static VideoClip enlarge(MotionPattern pattern, VideoClip clip, String prompt, long seed) {
        return pattern.enlarge(
                clip,
                prompt,
                Enlargement.DEFAULT.withTileSize(TILE),
                options().seed(seed).build());
    }

    /** Returns how many times as much frames change where tiles begin or end as they do beside. */
    private static double jumpAtBorders(List<RgbImage> frames) {
        double atBorders = 0;
        double beside = 0;
        for (RgbImage frame : frames) {
            for (VideoClip lines : List.of(lines(frame, false), lines(frame, true))) {
                for (int border : BORDERS) {
                    SeamJump jump = SeamJump.of(
                            VideoClip.of(lines.frames().subList(border - NEIGHBOURS - 1, border + NEIGHBOURS + 1), 8),
                            List.of(NEIGHBOURS + 1));
                    atBorders += jump.atSeams();
                    beside += jump.elsewhere();
                }
            }
        }
        return atBorders / beside;
    }

    /** Returns one image with parts of another, which begin and end at the borders. */
    private static RgbImage chequered(RgbImage image, RgbImage other) {
        int width = image.size().width();
        byte[] rgb = image.toRgbBytes();
        for (int y = 0; y < image.size().height(); y++) {
            for (int x = 0; x < width; x++) {
                if (between(x) != between(y)) {
                    for (int channel = 0; channel < 3; channel++) {
                        rgb[3 * (y * width + x) + channel] = (byte) other.valueAt(x, y, channel);
                    }
                }
            }
        }
        return RgbImage.of(image.size(), rgb);
    }

    private static boolean between(int line) {
        return line >= BORDERS.get(0) && line < BORDERS.get(1);
    }

    /** Returns the columns of a frame, or its rows, as frames of a clip, so that a border in space is one in time. */
    private static VideoClip lines(RgbImage frame, boolean rows) {
        int count = rows ? frame.size().height() : frame.size().width();
        int length = rows ? frame.size().width() : frame.size().height();
        List<RgbImage> lines = new ArrayList<>();
        for (int line = 0; line < count; line++) {
            byte[] rgb = new byte[3 * length];
            for (int at = 0; at < length; at++) {
                for (int channel = 0; channel < 3; channel++) {
                    rgb[3 * at + channel] =
                            (byte) (rows ? frame.valueAt(at, line, channel) : frame.valueAt(line, at, channel));
                }
            }
            lines.add(RgbImage.of(new FrameSize(1, length), rgb));
        }
        return VideoClip.of(lines, 8);
    }

    @Test
    void enlarge_clipThatKnowsItsPrompt_isSharperThanScalingUpAndKeepsTheMotion(Backbone backbone) {
        MotionPattern pattern = MotionPattern.untrained(backbone);
        CaptionedScene start = new MotionClips(0).heldOutStarts(Motion.RIGHT).get(0);
        VideoClip clip = new MotionClips(0).clip(Motion.RIGHT, start.scene());
        VideoClip small = VideoClip.of(
                IntStream.range(0, 6)
                        .mapToObj(frame -> clip.frames().get(frame).coverCrop(new FrameSize(32, 32)))
                        .toList(),
                8);

        VideoClip large = pattern.enlarge(
                small,
                start.caption(),
                Enlargement.DEFAULT.withOverlap(2).withFirstFrame(clip.frames().get(0)),
                options().build().toBuilder().frameSize(TILE).build());

        assertThat(large.frameCount()).isEqualTo(6);
        assertThat(large.provenance()).containsEntry("seams", "4").containsKey("pattern");
        double enlarged = 0;
        double scaledUp = 0;
        for (int frame = 1; frame < 6; frame++) {
            double truth = sharpness(clip.frames().get(frame));
            enlarged += sharpness(large.frames().get(frame)) / truth / 5;
            scaledUp += sharpness(small.frames().get(frame).coverCrop(TILE)) / truth / 5;
        }
        assertThat(enlarged).isGreaterThan(1.5 * scaledUp);
    }

    /** Mean squared difference of neighbours. */
    private static double sharpness(RgbImage image) {
        double sum = 0;
        for (int y = 0; y < image.size().height(); y++) {
            for (int x = 1; x < image.size().width(); x++) {
                for (int channel = 0; channel < 3; channel++) {
                    sum += Math.pow(image.valueAt(x, y, channel) - image.valueAt(x - 1, y, channel), 2);
                }
            }
        }
        return sum;
    }
}
