package org.lamp4j.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lamp4j.media.Images.ascii;
import static org.lamp4j.media.Images.chunk;
import static org.lamp4j.media.Images.join;
import static org.lamp4j.media.Images.part;
import static org.lamp4j.media.Images.png;
import static org.lamp4j.media.Images.webp;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MediaFormatTest {

    static Stream<Arguments> starts() {
        return Stream.of(
                Arguments.of(png(1, 1, 8, 2), MediaFormat.PNG),
                Arguments.of(
                        join(png(1, 1, 8, 2), chunk("tEXt"), chunk("acTL", new byte[8])), MediaFormat.ANIMATED_PNG),
                Arguments.of(join(png(1, 1, 8, 2), chunk("IDAT"), chunk("acTL", new byte[8])), MediaFormat.PNG),
                Arguments.of(join(png(1, 1, 8, 2), ascii("\u00ff\u00ff\u00ff\u00fftEXt")), MediaFormat.PNG),
                Arguments.of(ascii("\u00ff\u00d8\u00ff\u00e0"), MediaFormat.JPEG),
                Arguments.of(webp(part("VP8L", new byte[5])), MediaFormat.WEBP),
                Arguments.of(webp(part("VP8X", new byte[10])), MediaFormat.WEBP),
                Arguments.of(webp(part("VP8X", (byte) 2)), MediaFormat.ANIMATED_WEBP),
                Arguments.of(ascii("GIF89a"), MediaFormat.GIF),
                Arguments.of(ascii("II*\0"), MediaFormat.TIFF),
                Arguments.of(ascii("MM\0*"), MediaFormat.TIFF),
                Arguments.of(ascii("BM\1\2\3\4\0\0\0\0"), MediaFormat.BMP),
                Arguments.of(ascii("\0\0\0\30ftypheic"), MediaFormat.HEIC),
                Arguments.of(ascii("\0\0\0\30ftypavif"), MediaFormat.AVIF),
                Arguments.of(ascii("\0\0\0\30ftypisom"), MediaFormat.MP4),
                Arguments.of(ascii("\0\0\0\30ftypqt  "), MediaFormat.MP4),
                Arguments.of(ascii("\32E\u00df\u00a3"), MediaFormat.MATROSKA),
                Arguments.of(ascii("RIFF\0\0\0\0AVI LIST"), MediaFormat.AVI),
                Arguments.of(packets(0, 188), MediaFormat.MPEG_TS),
                Arguments.of(packets(4, 192), MediaFormat.MPEG_TS),
                Arguments.of(packets(0, 187), MediaFormat.UNKNOWN),
                Arguments.of(ascii("\0\0\1\u00ba"), MediaFormat.MPEG_PS),
                Arguments.of(ascii("FLV\1"), MediaFormat.FLV),
                Arguments.of(ascii("OggS"), MediaFormat.OGG),
                Arguments.of(ascii("0&\u00b2u\u008ef\u00cf\21\u00a6\u00d9"), MediaFormat.ASF),
                Arguments.of(ascii("BMW and other cars"), MediaFormat.UNKNOWN),
                Arguments.of(ascii("G"), MediaFormat.UNKNOWN),
                Arguments.of(new byte[0], MediaFormat.UNKNOWN));
    }

    private static byte[] packets(int first, int distance) {
        byte[] start = new byte[MediaFormat.START_BYTES];
        for (int position = first; position < start.length; position += distance) {
            start[position] = 'G';
        }
        return start;
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("starts")
    void of_firstBytes_areRecognised(byte[] start, MediaFormat expected) {
        assertThat(MediaFormat.of(start)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("starts")
    void of_startCutAnywhere_isRecognisedOrNot(byte[] start, MediaFormat expected) {
        for (int length = 0; length < Math.min(start.length, 64); length++) {
            assertThat(MediaFormat.of(Arrays.copyOf(start, length)).toString()).isNotEmpty();
        }
    }
}
