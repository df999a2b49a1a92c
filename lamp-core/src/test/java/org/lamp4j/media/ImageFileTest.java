package org.lamp4j.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.lamp4j.media.Images.ascii;
import static org.lamp4j.media.Images.chunk;
import static org.lamp4j.media.Images.frame;
import static org.lamp4j.media.Images.join;
import static org.lamp4j.media.Images.jpeg;
import static org.lamp4j.media.Images.part;
import static org.lamp4j.media.Images.png;
import static org.lamp4j.media.Images.segment;
import static org.lamp4j.media.Images.webp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFileTest {

    /** A scan that declares its components, and pixels with a stuffed zero and a restart. */
    private static final byte[] SCAN = join(
            segment(0xda, (byte) 1, (byte) 1, (byte) 0, (byte) 0, (byte) 63, (byte) 0),
            ascii("p\u00ff\0q\u00ff\u00d0r"));

    private static final byte[] VP8 = part("VP8 ", ascii("\0\0\0\u009d\1*\20\0\10\0"));

    @TempDir
    private Path folder;

    private Path write(byte[] content) throws IOException {
        return Files.write(folder.resolve("image"), content);
    }

    private static byte[] content(Path file) throws IOException {
        var content = ImageFile.read(file).content();
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        return bytes;
    }

    static Stream<Arguments> slimmed() {
        byte[] header = png(16, 8, 8, 2);
        byte[] rest = join(chunk("IDAT", (byte) 1), chunk("IEND"));
        byte[] exif = segment(0xe1, ascii("Exif\0\0which way is up"));
        byte[] adobe = segment(0xee, ascii("Adobe\0\0\0\0\0\0\0"));
        byte[] sof = frame(0xc0, 16, 8);
        return Stream.of(
                Arguments.of(
                        "texts, profile and unknown parts of a PNG, and what follows its end",
                        join(
                                header,
                                chunk("tEXt", (byte) 2),
                                chunk("PLTE", (byte) 3),
                                chunk("iCCP", (byte) 4),
                                chunk("quUx"),
                                chunk("eXIf", (byte) 5),
                                chunk("eXIf", (byte) 6),
                                chunk("acTL", (byte) 7),
                                rest,
                                ascii("more")),
                        join(header, chunk("PLTE", (byte) 3), chunk("eXIf", (byte) 5), rest)),
                Arguments.of(
                        "comments, profile and previews of a JPEG, and what follows its end",
                        join(
                                jpeg(
                                        segment(0xfe, ascii("a comment")),
                                        exif,
                                        segment(0xe1, ascii("Exif\0\0again")),
                                        segment(0xe1, ascii("http://ns.adobe.com/xap/1.0/")),
                                        segment(0xe2, ascii("ICC_PROFILE\0")),
                                        adobe,
                                        sof,
                                        SCAN),
                                ascii("more")),
                        jpeg(exif, adobe, sof, SCAN)),
                Arguments.of(
                        "profile, second and unknown parts of a WebP",
                        webp(
                                part("VP8X", ascii("\0\0\0\0\17\0\0\7\0\0")),
                                part("ICCP", (byte) 1),
                                VP8,
                                part("XMP ", (byte) 2),
                                VP8,
                                part("EXIF", (byte) 3)),
                        webp(part("VP8X", ascii("\0\0\0\0\17\0\0\7\0\0")), VP8, part("EXIF", (byte) 3))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("slimmed")
    void read_partsThatAreNoPixels_areLeftOut(String what, byte[] file, byte[] expected) throws IOException {
        assertThat(content(write(file))).isEqualTo(expected);
        assertThat(ImageFile.read(write(file)).size()).isEqualTo(new FrameSize(16, 8));
    }

    @Test
    void read_partThatOverrunsTheFile_staysForTheDecoderToRefuse() throws IOException {
        byte[] longChunk = join(png(16, 8, 8, 2), ascii("\0\1\0\0tEXt"), new byte[9]);
        byte[] longSegment = join(ascii("\u00ff\u00d8"), frame(0xc0, 16, 8), ascii("\u00ff\u00fe\u00ff\u00ff?"));

        assertThat(content(write(longChunk))).isEqualTo(longChunk);
        assertThat(content(write(longSegment))).isEqualTo(longSegment);
    }

    static Stream<Arguments> damaged() {
        byte[] sof = frame(0xc2, 16, 8);
        return Stream.of(
                Arguments.of(
                        join(png(16, 8, 8, 2), many(chunk("quUx"), 1_000_000)), "a PNG of more than 100000 chunks"),
                Arguments.of(join(png(16, 8, 8, 2), many(chunk("IDAT"), 100_001)), "a PNG of more than 100000 chunks"),
                Arguments.of(ascii("\u0089PNG\r\n\u001a\n"), "a PNG that does not begin with its header"),
                Arguments.of(jpeg(sof, many(SCAN, 257)), "a JPEG of more than 256 scans"),
                Arguments.of(jpeg(sof, many(segment(0xdb), 5_000)), "a JPEG of more than 4096 segments"),
                Arguments.of(jpeg(sof, sof), "a JPEG with two frame headers"),
                Arguments.of(jpeg(SCAN), "a JPEG without a frame header"),
                Arguments.of(jpeg(segment(0xc0, new byte[3])), "a JPEG with a damaged frame header"),
                Arguments.of(webp(part("ICCP")), "a WebP without pixels"),
                Arguments.of(webp(part("VP8L", new byte[2])), "a WebP whose part at byte 12 has no size"),
                Arguments.of(webp(ascii("VP8L\u00ff\0\0\0/")), "a WebP whose part at byte 12 overruns its end"),
                Arguments.of(Arrays.copyOf(webp(VP8), 20), "a WebP of 30 bytes, cut off after 20"));
    }

    private static byte[] many(byte[] part, int count) {
        return join(Collections.nCopies(count, part).toArray(byte[][]::new));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("damaged")
    void read_partsThatDoNotAddUp_areRefused(byte[] content, String found) throws IOException {
        Path file = write(content);

        assertThatIOException()
                .isThrownBy(() -> ImageFile.read(file))
                .withMessage("expected an image (PNG, JPEG or WebP), whole, but was " + found + " (" + file + ")");
    }

    /** Few bytes for many pixels: 11584 x 11584 are fewer than an image may have. */
    @ParameterizedTest
    @ValueSource(strings = {"png", "jpeg", "progressive jpeg", "webp", "canvas of a webp"})
    void read_fewBytesForManyPixels_areRefusedBeforeMemoryIsReserved(String format) throws IOException {
        int side = 11_584;
        Path file = write(
                switch (format) {
                    case "png" -> png(side, side, 8, 0);
                    case "jpeg" -> jpeg(frame(0xc0, side, side), SCAN);
                    case "progressive jpeg" -> jpeg(frame(0xc2, side, side), SCAN);
                    case "webp" -> Images.losslessWebp(side, side);
                    default -> webp(part("VP8X", ascii("\0\0\0\0?-\0?-\0")), VP8);
                });

        assertThatIOException()
                .isThrownBy(() -> ImageFile.read(file))
                .withMessageMatching("expected an image that takes at most \\d+ bytes to decode, with a file of "
                        + Files.size(file) + ", but was 11584x11584, which takes \\d+ \\(" + file + "\\)");
    }

    /** One colour packs so well that no bound on bytes for pixels may refuse it. */
    @ParameterizedTest
    @ValueSource(strings = {"png", "progressive jpeg", "webp"})
    void read_fewBytesForSixteenMegapixels_areTaken(String format) throws IOException {
        Path file = write(
                switch (format) {
                    case "png" -> png(4096, 4096, 16, 6);
                    case "progressive jpeg" -> jpeg(frame(0xc2, 4096, 4096), SCAN);
                    default -> Images.losslessWebp(4096, 4096);
                });

        assertThat(ImageFile.read(file).size()).isEqualTo(new FrameSize(4096, 4096));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 8, at least 1x1 pixels",
        "8, 0, at least 1x1 pixels",
        "-1, 1, at least 1x1 pixels",
        "65536, 1, at most 134217728 pixels and 65535 a side",
        "11586, 11586, at most 134217728 pixels and 65535 a side"
    })
    void read_sidesOutOfRange_areRefusedWithTheLimit(int width, int height, String limit) throws IOException {
        Path file = write(png(width, height, 1, 0));

        assertThatIOException()
                .isThrownBy(() -> ImageFile.read(file))
                .withMessage("expected an image of " + limit + ", but was " + width + "x" + height + " (" + file + ")");
    }
}
