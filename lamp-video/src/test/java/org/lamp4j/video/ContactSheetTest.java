package org.lamp4j.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

class ContactSheetTest {

    @Test
    void build_largerThanAFrameMayBe_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ContactSheet.newBuilder()
                        .addClip(Clips.scene(new FrameSize(8, 8), 1, 8))
                        .gap(1 << 30)
                        .build())
                .withMessage("expected a frame of at most 134217728 pixels, but was 2147483656x2147483656");
    }

    private static final int GROUND = 0x30;

    /** Frame i is plain, with red 100 + i. */
    private static VideoClip numbered(FrameSize size, int frameCount) {
        return VideoClip.of(
                IntStream.range(0, frameCount)
                        .mapToObj(frameIndex -> Clips.plain(size, 100 + frameIndex, 0, 0))
                        .toList(),
                8);
    }

    @Test
    void build_oneClip_flowsOverRows() {
        RgbImage sheet = ContactSheet.newBuilder()
                .addClip(numbered(new FrameSize(10, 6), 5))
                .columns(3)
                .gap(2)
                .build();

        assertThat(sheet.size()).isEqualTo(new FrameSize(2 + 3 * 12, 2 + 2 * 8));
        assertThat(sheet.valueAt(0, 0, 0)).isEqualTo(GROUND);
        assertThat(sheet.valueAt(2, 2, 0)).isEqualTo(100);
        assertThat(sheet.valueAt(11, 7, 0)).isEqualTo(100);
        assertThat(sheet.valueAt(12, 2, 0)).isEqualTo(GROUND);
        assertThat(sheet.valueAt(14, 2, 0)).isEqualTo(101);
        assertThat(sheet.valueAt(26, 2, 0)).isEqualTo(102);
        assertThat(sheet.valueAt(2, 10, 0)).isEqualTo(103);
        assertThat(sheet.valueAt(14, 10, 0)).isEqualTo(104);
        assertThat(sheet.valueAt(26, 10, 0)).isEqualTo(GROUND);
    }

    @Test
    void build_clipOf16FramesByDefault_hasTwoRowsOfEight() {
        RgbImage sheet = ContactSheet.newBuilder()
                .addClip(numbered(new FrameSize(4, 4), 16))
                .build();

        assertThat(sheet.size()).isEqualTo(new FrameSize(2 + 8 * 6, 2 + 2 * 6));
    }

    @Test
    void build_chosenFramesOfTwoClips_standUnderEachOther() {
        FrameSize size = new FrameSize(4, 4);
        RgbImage sheet = ContactSheet.newBuilder()
                .addClip(numbered(size, 16))
                .addClip(VideoClip.of(numbered(size, 20).frames().subList(4, 20), 8))
                .frames(0, 5, 15)
                .gap(0)
                .build();

        assertThat(sheet.size()).isEqualTo(new FrameSize(12, 8));
        assertThat(IntStream.of(0, 4, 8).map(x -> sheet.valueAt(x, 0, 0))).containsExactly(100, 105, 115);
        assertThat(IntStream.of(0, 4, 8).map(x -> sheet.valueAt(x, 4, 0))).containsExactly(104, 109, 119);
    }

    @Test
    void build_smallerClip_isEnlargedByWholeNumberAndCentred() {
        RgbImage sheet = ContactSheet.newBuilder()
                .addClip(numbered(new FrameSize(13, 12), 1))
                .addClip(numbered(new FrameSize(4, 4), 2))
                .gap(0)
                .build();

        assertThat(sheet.size()).isEqualTo(new FrameSize(26, 24));
        assertThat(sheet.valueAt(0, 12, 0)).isEqualTo(100);
        assertThat(sheet.valueAt(11, 23, 0)).isEqualTo(100);
        assertThat(sheet.valueAt(12, 12, 0)).isEqualTo(GROUND);
        assertThat(sheet.valueAt(13, 12, 0)).isEqualTo(101);
    }

    @Test
    void build_noClip_isRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> ContactSheet.newBuilder().build())
                .withMessage("expected at least 1 clip, but was 0 (ContactSheet.Builder.build)");
    }

    @Test
    void build_frameBeyondTheEnd_namesClipAndFrame() {
        ContactSheet.Builder builder = ContactSheet.newBuilder()
                .addClip(numbered(new FrameSize(4, 4), 9))
                .addClip(numbered(new FrameSize(4, 4), 8))
                .frames(0, 8);

        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessage("expected frame 8, but was a clip of 8 frames (clip 1 of the contact sheet)");
    }

    @ParameterizedTest
    @CsvSource({
        "frames, -1, 'expected frames of 0 or more, but was -1 (ContactSheet.Builder.frames)'",
        "columns, 0, 'expected at least 1 column, but was 0 (ContactSheet.Builder.columns)'",
        "gap, -1, 'expected a gap of at least 0 pixels, but was -1 (ContactSheet.Builder.gap)'"
    })
    void builder_valueOutsideOfRange_isRefusedAtOnce(String setting, int value, String message) {
        ContactSheet.Builder builder = ContactSheet.newBuilder();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> {
                    switch (setting) {
                        case "frames" -> builder.frames(value);
                        case "columns" -> builder.columns(value);
                        default -> builder.gap(value);
                    }
                })
                .withMessage(message);
    }
}
