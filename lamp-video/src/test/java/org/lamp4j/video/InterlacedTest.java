package org.lamp4j.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

class InterlacedTest {

    private static final FrameSize SIZE = new FrameSize(64, 64);
    private static final int[] GROUND = {200, 120, 40};
    private static final int[] BAR = {40, 80, 220};

    /** A level or two of rounding in yuv420p, and as much by the encoder. */
    private static final int COLOUR_TOLERANCE = 8;

    /** Green of one row less green of the next, within the bar and away from its edges; that of a comb is 40. */
    private static final int COMB_TOLERANCE = 8;

    @TempDir
    private Path folder;

    static Stream<Arguments> formats() {
        String tff = ",setfield=tff";
        String tv = "scale=out_color_matrix=bt709:out_range=limited,format=";
        Map<String, String> fields = Map.of("flags", "+ildct+ilme", "qmin", "1", "qmax", "1");
        return Stream.of(
                Arguments.of("mpeg2video", "matroska", "mkv", "format=yuv420p" + tff, fields),
                Arguments.of("mpeg4", "mov", "mov", "format=yuv420p" + tff, fields),
                Arguments.of("ffv1", "matroska", "mkv", tv + "yuv422p10" + tff, Map.of()),
                Arguments.of("ffv1", "matroska", "mkv", "format=bgr0" + tff, Map.of()));
    }

    /** Even rows show the bar where it was, odd rows where it went half a frame later: four pixels further. */
    private static VideoClip interlaced(int frameCount) {
        List<RgbImage> frames = new ArrayList<>();
        for (int frameIndex = 0; frameIndex < frameCount; frameIndex++) {
            int left = 8 * frameIndex;
            frames.add(RgbImage.ofRows(SIZE, y -> row(left + y % 2 * 4)));
        }
        return VideoClip.of(frames, 25);
    }

    private static byte[] row(int left) {
        byte[] row = new byte[SIZE.width() * 3];
        for (int index = 0; index < row.length; index++) {
            int x = index / 3;
            row[index] = (byte) (x >= left && x < left + 16 ? BAR : GROUND)[index % 3];
        }
        return row;
    }

    @ParameterizedTest(name = "{0} {3}")
    @MethodSource("formats")
    void openClip_interlaced_givesWholeFramesInTheirColours(
            String encoder, String container, String ending, String filters, Map<String, String> options)
            throws IOException {
        Path file = folder.resolve("clip." + ending);
        Clips.write(Clips.format(container, encoder, filters, options), interlaced(6), file);

        VideoClip clip = VideoClip.read(file);

        assertThat(clip.frameCount()).isEqualTo(6);
        assertThat(clip.framesPerSecond()).isEqualTo(25);
        for (int frameIndex = 0; frameIndex < 6; frameIndex++) {
            RgbImage frame = clip.frames().get(frameIndex);
            // the bar and the ground where both halves of the frame show them
            assertColour(frame, Math.min(63, 8 * frameIndex + 10), BAR);
            assertColour(frame, frameIndex == 0 ? 40 : 2, GROUND);
            // the first and last frame have only one neighbour, so a row may be off at the bar's edge
            if (frameIndex > 0 && frameIndex < 5) {
                assertThat(comb(frame, 8 * frameIndex + 2))
                        .as("rows of frame %d", frameIndex)
                        .isLessThan(COMB_TOLERANCE);
            }
        }
    }

    /**
     * Made with {@code ffmpeg} and libx264, as the LGPL build has no such encoder: {@code -f lavfi -i
     * color=c=0xC87828:s=64x64:r=50 -f lavfi -i color=c=0x2850DC:s=16x32:r=50 -filter_complex
     * "[0][1]overlay=x='mod(n*4,48)':y=16,
     * scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,tinterlace=interleave_top,setfield=tff" -frames:v 6 -c:v
     * libx264 -flags +ilme+ildct -x264-params tff=1:keyint=6:bframes=0 -qp 12 -colorspace bt709}.
     */
    @Test
    void openClip_interlacedH264_givesWholeFramesInTheirColours() throws IOException {
        Path file = folder.resolve("interlaced.mp4");
        try (InputStream resource = InterlacedTest.class.getResourceAsStream("interlaced.mp4")) {
            Files.copy(resource, file);
        }

        VideoClip clip = VideoClip.read(file);

        assertThat(clip.frameCount()).isEqualTo(6);
        assertThat(clip.framesPerSecond()).isEqualTo(25);
        // here the bar began to move half a frame earlier
        for (int frameIndex = 1; frameIndex < 5; frameIndex++) {
            RgbImage frame = clip.frames().get(frameIndex);
            assertColour(frame, 8 * frameIndex + 10, BAR);
            assertColour(frame, 2, GROUND);
            assertThat(comb(frame, 8 * frameIndex + 6))
                    .as("rows of frame %d", frameIndex)
                    .isLessThan(COMB_TOLERANCE);
        }
    }

    private static void assertColour(RgbImage frame, int x, int[] expected) {
        for (int channel = 0; channel < 3; channel++) {
            assertThat(frame.valueAt(x, 32, channel))
                    .as("channel %d at %d", channel, x)
                    .isCloseTo(expected[channel], within(COLOUR_TOLERANCE));
        }
    }

    private static double comb(RgbImage frame, int x) {
        double sum = 0;
        for (int y = 24; y < 40; y++) {
            sum += Math.abs(frame.valueAt(x, y, 1) - frame.valueAt(x, y + 1, 1));
        }
        return sum / 16;
    }
}
