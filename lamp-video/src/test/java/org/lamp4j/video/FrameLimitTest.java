package org.lamp4j.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.media.RgbImage;

class FrameLimitTest {

    private static final Path FILE = Path.of("clip.mp4");

    /** What FFmpeg makes the length of a row a multiple of, at most. */
    private static final int ALIGNMENT = 64;

    /** FFmpeg's own check says only "Invalid argument", so it must pass all that ours passes. */
    @ParameterizedTest
    @CsvSource({
        "33554432, 5792, 5792",
        "33554432, 65535, 512",
        "33554432, 1, 65535",
        "134217728, 11585, 11585",
        "134217728, 65535, 2048",
        "134217728, 2048, 65535",
        "134217728, 1, 65535"
    })
    void paddedPixels_sizeWithinOurLimit_passesFfmpegs(int most, int width, int height) {
        Ffmpeg.load();
        assertThat((long) width * height).isLessThanOrEqualTo(most);
        int aligned = (width + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;

        int result = avutil.av_image_check_size2(
                aligned, height, FrameLimit.paddedPixels(most), avutil.AV_PIX_FMT_NONE, 0, (Pointer) null);

        assertThat(result).isZero();
        assertThat(RgbImage.MAX_PIXELS).isEqualTo(134217728);
    }

    @Test
    void require_frameThatFillsTheHeap_isRefused() throws IOException {
        FrameLimit.require(100, 10, 3_000, FILE);

        assertThatIOException()
                .isThrownBy(() -> FrameLimit.require(100, 10, 2_999, FILE))
                .withMessage(
                        "expected frames that take at most 2999 bytes, an eighth of the heap, but was 100x10, which"
                                + " takes 3000 (clip.mp4)");
    }
}
