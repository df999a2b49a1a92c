package org.lamp4j.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.MediaFiles;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

class ImageDecoderTest {

    /** JPEG at the quality of {@link ImageIO} leaves 33 dB or more; a wrong orientation or matrix less than 20. */
    private static final double JPEG_PSNR = 30;

    private final MediaFiles reader = new FfmpegMediaFiles();

    @TempDir
    private Path folder;

    @Test
    void readImage_png_isExact() throws IOException {
        RgbImage image = Clips.noise(new FrameSize(19, 11), 1, 4).frames().get(0);
        Path file = folder.resolve("image.png");
        ImageIO.write(toBuffered(image, BufferedImage.TYPE_INT_RGB), "png", file.toFile());

        assertThat(reader.readImage(file).toRgbBytes()).isEqualTo(image.toRgbBytes());
    }

    @Test
    void readImage_pngOfPalette_isExact() throws IOException {
        RgbImage image = Clips.plain(new FrameSize(9, 5), 51, 102, 204);
        Path file = folder.resolve("image.png");
        ImageIO.write(toBuffered(image, BufferedImage.TYPE_BYTE_INDEXED), "png", file.toFile());

        assertThat(reader.readImage(file).toRgbBytes()).isEqualTo(image.toRgbBytes());
    }

    @Test
    void readImage_greyPng_hasThreeEqualChannels() throws IOException {
        BufferedImage grey = new BufferedImage(4, 3, BufferedImage.TYPE_BYTE_GRAY);
        grey.getRaster().setSample(2, 1, 0, 77);
        Path file = folder.resolve("image.png");
        ImageIO.write(grey, "png", file.toFile());

        RgbImage image = reader.readImage(file);

        assertThat(List.of(image.valueAt(2, 1, 0), image.valueAt(2, 1, 1), image.valueAt(2, 1, 2)))
                .containsOnly(77);
    }

    @Test
    void readImage_pngOf16Bits_isRoundedTo8() throws IOException {
        BufferedImage deep = new BufferedImage(4, 3, BufferedImage.TYPE_USHORT_GRAY);
        deep.getRaster().setSample(1, 2, 0, 200 * 257);
        Path file = folder.resolve("image.png");
        ImageIO.write(deep, "png", file.toFile());

        assertThat(reader.readImage(file).valueAt(1, 2, 0)).isCloseTo(200, within(1));
    }

    @Test
    void readImage_transparentPng_isLaidOverBlack() throws IOException {
        BufferedImage transparent = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
        transparent.setRGB(0, 0, 0x00ffffff);
        transparent.setRGB(1, 0, 0x80ff8040);
        transparent.setRGB(2, 0, 0xffff8040);
        Path file = folder.resolve("image.png");
        ImageIO.write(transparent, "png", file.toFile());

        // 255 · 128 / 255, 128 · 128 / 255 and 64 · 128 / 255, rounded.
        assertThat(reader.readImage(file).toRgbBytes())
                .isEqualTo(new byte[] {0, 0, 0, (byte) 128, 64, 32, (byte) 255, (byte) 128, 64});
    }

    @Test
    void readImage_jpeg_keepsColours() throws IOException {
        RgbImage image = Clips.scene(new FrameSize(65, 43), 10);
        Path file = Files.write(folder.resolve("image.jpg"), jpeg(image));

        assertThat(Clips.psnr(image, reader.readImage(file))).isGreaterThan(JPEG_PSNR);
    }

    /** The eight orientations of EXIF 2.32, section 4.6.4: where the stored row 0 and column 0 belong. */
    @ParameterizedTest
    @CsvSource({
        "1, false, false, false", "2, false, true, false", "3, false, true, true", "4, false, false, true",
        "5, true, false, false", "6, true, true, false", "7, true, true, true", "8, true, false, true"
    })
    void readImage_jpegWithExifOrientation_isUpright(
            int orientation, boolean transposed, boolean mirroredX, boolean mirroredY) throws IOException {
        RgbImage stored = Clips.scene(new FrameSize(64, 40), 10);
        Path file = Files.write(folder.resolve("image.jpg"), withExifOrientation(jpeg(stored), orientation));

        RgbImage upright = reader.readImage(file);

        RgbImage expected =
                new Orientation(transposed, mirroredX, mirroredY).apply(stored.size(), Clips.stored(stored, 3));
        assertThat(upright.size()).isEqualTo(expected.size());
        assertThat(Clips.psnr(expected, upright)).isGreaterThan(JPEG_PSNR);
    }

    @Test
    void read_streamOfATurnedJpeg_isUprightAsItsFileIs() throws IOException {
        byte[] turned = withExifOrientation(jpeg(Clips.scene(new FrameSize(64, 40), 10)), 6);
        Path file = Files.write(folder.resolve("image.jpg"), turned);

        RgbImage upright = RgbImage.read(new ByteArrayInputStream(turned));

        assertThat(upright.size()).isEqualTo(new FrameSize(40, 64));
        assertThat(upright).isEqualTo(reader.readImage(file));
    }

    private static byte[] withExifOrientation(byte[] jpeg, int orientation) {
        byte[] exif = {
            (byte) 0xff,
            (byte) 0xe1,
            0,
            34,
            'E',
            'x',
            'i',
            'f',
            0,
            0, // APP1
            'M',
            'M',
            0,
            42,
            0,
            0,
            0,
            8, // TIFF header, first folder at 8
            0,
            1,
            0x01,
            0x12,
            0,
            3,
            0,
            0,
            0,
            1,
            0,
            (byte) orientation,
            0,
            0, // one entry: orientation, a short
            0,
            0,
            0,
            0 // no further folder
        };
        byte[] result = new byte[jpeg.length + exif.length];
        System.arraycopy(jpeg, 0, result, 0, 2);
        System.arraycopy(exif, 0, result, 2, exif.length);
        System.arraycopy(jpeg, 2, result, 2 + exif.length, jpeg.length - 2);
        return result;
    }

    @Test
    void readImage_webpWithoutLoss_isExact() throws IOException {
        RgbImage image = Clips.noise(new FrameSize(19, 11), 1, 4).frames().get(0);
        Path file = folder.resolve("image.webp");
        write(file, Clips.format("image2pipe", "libwebp", "format=bgra", Map.of("lossless", "1")), image);

        assertThat(reader.readImage(file).toRgbBytes()).isEqualTo(image.toRgbBytes());
    }

    @Test
    void read_webpThroughRgbImage_findsThisReader() throws IOException {
        RgbImage image = Clips.noise(new FrameSize(8, 6), 1, 4).frames().get(0);
        Path file = folder.resolve("image.webp");
        write(file, Clips.format("image2pipe", "libwebp", "format=bgra", Map.of("lossless", "1")), image);

        assertThat(RgbImage.read(file).toRgbBytes()).isEqualTo(image.toRgbBytes());
    }

    @Test
    void readImage_webpWithLoss_keepsColours() throws IOException {
        RgbImage image = Clips.scene(new FrameSize(65, 43), 10);
        Path file = folder.resolve("image.webp");
        write(file, Clips.format("image2pipe", "libwebp", "format=yuv420p", Map.of("quality", "95")), image);

        assertThat(Clips.psnr(image, reader.readImage(file))).isGreaterThan(JPEG_PSNR);
    }

    @Test
    void readImage_transparentWebp_isLaidOverBlack() throws IOException {
        Path file = folder.resolve("image.webp");
        String half = "format=rgba,colorchannelmixer=aa=0.5,format=bgra";
        write(
                file,
                Clips.format("image2pipe", "libwebp", half, Map.of("lossless", "1")),
                Clips.plain(new FrameSize(8, 8), 200, 100, 50));

        RgbImage image = reader.readImage(file);

        assertThat(image.valueAt(4, 4, 0)).isCloseTo(100, within(1));
        assertThat(image.valueAt(4, 4, 1)).isCloseTo(50, within(1));
        assertThat(image.valueAt(4, 4, 2)).isCloseTo(25, within(1));
    }

    @Test
    void readImage_jpegUnderPngName_isReadAsWhatItIs() throws IOException {
        RgbImage image = Clips.scene(new FrameSize(32, 24), 10);
        Path file = Files.write(folder.resolve("image.png"), jpeg(image));

        assertThat(Clips.psnr(image, reader.readImage(file))).isGreaterThan(JPEG_PSNR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "webp"})
    void readImage_cutOff_saysSo(String ending) throws IOException {
        RgbImage image = Clips.noise(new FrameSize(64, 64), 1, 6).frames().get(0);
        Path file = folder.resolve("image." + ending);
        switch (ending) {
            case "png" -> MediaWriter.newBuilder().build().writeImage(image, file);
            case "jpg" -> Files.write(file, jpeg(image));
            default -> write(file, Clips.format("image2pipe", "libwebp", "format=bgra", Map.of()), image);
        }
        byte[] content = Files.readAllBytes(file);
        for (int percent : new int[] {1, 20, 50, 90}) {
            Files.write(file, Arrays.copyOf(content, content.length * percent / 100));

            assertThatIOException()
                    .as("%d %%", percent)
                    .isThrownBy(() -> reader.readImage(file))
                    .withMessageStartingWith("expected an image (PNG, JPEG or WebP)")
                    .withMessageEndingWith("(" + file + ")");
        }
    }

    /** A PNG of a few bytes whose header is all there is to it. */
    private Path png(int width, int height) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(17).put("IHDR".getBytes(StandardCharsets.US_ASCII));
        header.putInt(width).putInt(height).put(new byte[] {8, 2, 0, 0, 0});
        CRC32 checksum = new CRC32();
        checksum.update(header.array());
        ByteBuffer content = ByteBuffer.allocate(45)
                .putLong(0x89504e470d0a1a0aL)
                .putInt(13)
                .put(header.array())
                .putInt((int) checksum.getValue())
                .putInt(0)
                .put("IDAT".getBytes(StandardCharsets.US_ASCII))
                .putInt(0x35af061e);
        return Files.write(folder.resolve("declared.png"), content.array());
    }

    @Test
    void readImage_declaresBillionsOfPixels_isRefused() throws IOException {
        Path png = png(60_000, 60_000);
        Path jpeg = folder.resolve("declared.jpg");
        byte[] content = jpeg(Clips.noise(new FrameSize(64, 64), 1, 6).frames().get(0));
        int frameHeader = new String(content, StandardCharsets.ISO_8859_1).indexOf("\u00ff\u00c0");
        ByteBuffer.wrap(content).putShort(frameHeader + 5, (short) 60_000).putShort(frameHeader + 7, (short) 60_000);
        Files.write(jpeg, content);

        for (Path file : List.of(png, jpeg)) {
            assertThatIOException()
                    .isThrownBy(() -> reader.readImage(file))
                    .withMessage("expected an image of at most 134217728 pixels and 65535 a side, but was 60000x60000 ("
                            + file + ")");
        }
    }

    @Test
    void readImage_withoutPixels_isRefused() throws IOException {
        Path file = png(0, 8);

        assertThatIOException()
                .isThrownBy(() -> reader.readImage(file))
                .withMessage("expected an image of at least 1x1 pixels, but was 0x8 (" + file + ")");
    }

    /** The file is sparse: it takes no room on disk, and no array holds it. */
    @Test
    void readImage_fileOfGigabytes_isRefusedBeforeItIsRead() throws IOException {
        Path file = folder.resolve("large.png");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.writeLong(0x89504e470d0a1a0aL);
            sparse.setLength(1L << 33);
        }

        assertThatIOException()
                .isThrownBy(() -> reader.readImage(file))
                .withMessageMatching(
                        "expected an image \\(PNG, JPEG or WebP\\) of at most \\d+ bytes, but was 8589934592 \\(" + file
                                + "\\)");
    }

    @Test
    void readImage_damagedPng_saysSo() throws IOException {
        RgbImage image = Clips.noise(new FrameSize(64, 64), 1, 6).frames().get(0);
        Path file = folder.resolve("image.png");
        MediaWriter.newBuilder().build().writeImage(image, file);
        byte[] content = Files.readAllBytes(file);
        content[content.length / 2] ^= 0x55;
        Files.write(file, content);

        assertThatIOException()
                .isThrownBy(() -> reader.readImage(file))
                .withMessageStartingWith("expected an image (PNG, JPEG or WebP), whole, but was: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "GIF8, which is no image here"})
    void readImage_somethingElse_saysWhatWasExpected(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("image.png"), content, StandardCharsets.US_ASCII);

        assertThatIOException()
                .isThrownBy(() -> reader.readImage(file))
                .withMessage("expected an image (PNG, JPEG or WebP), but was a file of " + content.length()
                        + " bytes that begins otherwise (" + file + ")");
    }

    @Test
    void readImage_missingFile_saysSo() {
        Path file = folder.resolve("image.png");

        assertThatIOException()
                .isThrownBy(() -> reader.readImage(file))
                .withMessage("expected an image (PNG, JPEG or WebP), but was nothing of that name (" + file + ")");
    }

    private static void write(Path file, VideoFormat format, RgbImage image) throws IOException {
        Clips.write(format, VideoClip.of(List.of(image), 1), file);
    }

    static byte[] jpeg(RgbImage image) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        ImageIO.write(toBuffered(image, BufferedImage.TYPE_INT_RGB), "jpg", content);
        return content.toByteArray();
    }

    private static BufferedImage toBuffered(RgbImage image, int type) {
        BufferedImage buffered =
                new BufferedImage(image.size().width(), image.size().height(), type);
        for (int y = 0; y < image.size().height(); y++) {
            for (int x = 0; x < image.size().width(); x++) {
                buffered.setRGB(
                        x, y, image.valueAt(x, y, 0) << 16 | image.valueAt(x, y, 1) << 8 | image.valueAt(x, y, 2));
            }
        }
        return buffered;
    }
}
