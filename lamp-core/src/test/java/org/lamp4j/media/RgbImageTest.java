package org.lamp4j.media;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntBinaryOperator;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

class RgbImageTest {

    @TempDir
    Path folder;

    private static RgbImage gray(int width, int height, IntBinaryOperator value) {
        byte[] rgb = new byte[width * height * 3];
        for (int index = 0; index < rgb.length; index++) {
            rgb[index] = (byte) value.applyAsInt(index / 3 % width, index / 3 / width);
        }
        return RgbImage.of(new FrameSize(width, height), rgb);
    }

    private static int[] row(RgbImage image, int y) {
        int[] values = new int[image.size().width()];
        for (int x = 0; x < values.length; x++) {
            values[x] = image.valueAt(x, y, 1);
        }
        return values;
    }

    @Test
    void of_bytes_areCopied() {
        byte[] rgb = {1, 2, (byte) 200};
        RgbImage image = RgbImage.of(new FrameSize(1, 1), rgb);
        rgb[0] = 9;
        image.toRgbBytes()[1] = 9;

        assertThat(image.toRgbBytes()).containsExactly(1, 2, 200);
        assertThat(image.valueAt(0, 0, 2)).isEqualTo(200);
    }

    @Test
    void of_wrongNumberOfBytes_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RgbImage.of(new FrameSize(2, 1), new byte[3]))
                .withMessage("expected 6 bytes for an image of 2x1, but was 3");
    }

    @Test
    void of_tensor_isClampedAndRounded() {
        RgbImage image = RgbImage.of(FloatTensor.of(Shape.of(3, 1, 2), -1, 0.5f, 2, 0.499f / 255, 0.25f, 1));

        assertThat(image.toRgbBytes()).containsExactly(0, (byte) 255, 64, (byte) 128, 0, (byte) 255);
    }

    @Test
    void of_tensorOfOtherShape_isRefused() {
        assertThatThrownBy(() -> RgbImage.of(FloatTensor.zeros(Shape.of(1, 2, 2))))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected pixels [3, H, W], but was [1, 2, 2] (RgbImage.of)");
    }

    @Test
    void toTensor_pixels_areChannelsFirstFromMinusOneToOne() {
        FloatTensor tensor = RgbImage.of(new FrameSize(2, 1), new byte[] {0, 51, (byte) 255, (byte) 255, 0, 0})
                .toTensor();

        assertThat(tensor.shape()).isEqualTo(Shape.of(3, 1, 2));
        assertThat(tensor.toArray()).containsExactly(new float[] {-1, 1, -0.6f, -1, 1, -1}, within(1e-6f));
    }

    @Test
    void withProvenance_image_keepsItsPixels() {
        RgbImage image = gray(2, 2, (x, y) -> x + y).withProvenance(Map.of("seed", "1"));

        assertThat(image.provenance()).containsEntry("seed", "1");
        assertThat(row(image, 1)).containsExactly(1, 2);
        assertThat(image.coverCrop(new FrameSize(1, 1)).provenance()).containsEntry("seed", "1");
    }

    @Test
    void coverCrop_sameSize_isTheSameImage() {
        RgbImage image = gray(3, 2, (x, y) -> x);

        assertThat(image.coverCrop(new FrameSize(3, 2))).isSameAs(image);
    }

    @Test
    void coverCrop_widerImage_losesBothSidesAlike() {
        assertThat(row(gray(10, 2, (x, y) -> x * 10).coverCrop(new FrameSize(4, 2)), 1))
                .containsExactly(30, 40, 50, 60);
    }

    @Test
    void coverCrop_tallerImage_losesTopAndBottomAlike() {
        RgbImage cropped = gray(2, 6, (x, y) -> y * 10).coverCrop(new FrameSize(2, 2));

        assertThat(row(cropped, 0)).containsExactly(20, 20);
        assertThat(row(cropped, 1)).containsExactly(30, 30);
    }

    @Test
    void coverCrop_enlargedPixels_comeBackExactly() {
        RgbImage small = gray(5, 3, (x, y) -> (x * 71 + y * 133) % 256);
        RgbImage large = gray(20, 12, (x, y) -> (x / 4 * 71 + y / 4 * 133) % 256);

        assertThat(large.coverCrop(new FrameSize(5, 3)).toRgbBytes()).containsExactly(small.toRgbBytes());
    }

    @Test
    void coverCrop_shrinkingByAFraction_weighsPixelsByTheirCoveredPart() {
        // Each of the two target pixels covers one and a half source pixels.
        assertThat(row(gray(3, 3, (x, y) -> x * 90).coverCrop(new FrameSize(2, 2)), 0))
                .containsExactly(30, 150);
    }

    @Test
    void coverCrop_fineStripes_averageOutInsteadOfFlickering() {
        RgbImage stripes = gray(64, 64, (x, y) -> x % 2 * 200);

        assertThat(row(stripes.coverCrop(new FrameSize(8, 8)), 3)).containsOnly(100);
    }

    @Test
    void coverCrop_enlarging_keepsFlatColoursAndSlopes() {
        RgbImage flat = gray(4, 4, (x, y) -> 77).coverCrop(new FrameSize(9, 9));
        RgbImage slope = gray(8, 8, (x, y) -> x * 20).coverCrop(new FrameSize(16, 16));

        assertThat(row(flat, 0)).containsOnly(77);
        // Away from the edges a cubic interpolation reproduces a straight line: 20 (x / 2 - 1/4).
        for (int x = 4; x < 12; x++) {
            assertThat(slope.valueAt(x, 8, 0)).isEqualTo(10 * x - 5);
        }
    }

    @Test
    void coverCrop_enlargingAnEdge_staysWithinTheRange() {
        RgbImage edge = gray(4, 4, (x, y) -> x < 2 ? 0 : 255).coverCrop(new FrameSize(16, 16));

        assertThat(row(edge, 0)).isSorted();
    }

    @Test
    void read_writtenPng_isTheSameImage() throws IOException {
        Path file = folder.resolve("image.png");
        RgbImage image = gray(7, 5, (x, y) -> x * 30 + y);

        image.write(file);

        assertThat(RgbImage.read(file).toRgbBytes()).containsExactly(image.toRgbBytes());
        assertThat(RgbImage.read(file).size()).isEqualTo(new FrameSize(7, 5));
    }

    @Test
    void read_transparentImage_liesOnBlack() throws IOException {
        Path file = folder.resolve("transparent.png");
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0x00ffffff);
        image.setRGB(1, 0, 0xffff8000);
        ImageIO.write(image, "png", file.toFile());

        assertThat(RgbImage.read(file).toRgbBytes()).containsExactly(0, 0, 0, (byte) 255, (byte) 128, 0);
    }

    @Test
    void read_formatOfAnInstalledReader_goesThroughIt() throws IOException {
        Path file = folder.resolve("one.pixel");
        Files.write(file, new byte[] {1, 2, 3});

        assertThat(RgbImage.read(file).toRgbBytes()).containsExactly(1, 2, 3);
    }

    @Test
    void read_missingFile_isNamed() {
        Path file = folder.resolve("missing.png");

        assertThatThrownBy(() -> RgbImage.read(file))
                .isInstanceOf(IOException.class)
                .hasMessage("expected an image (PNG, JPEG or WebP), but was nothing of that name (" + file + ")");
    }

    @Test
    void read_folder_isNamed() {
        assertThatThrownBy(() -> RgbImage.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessage("expected an image (PNG, JPEG or WebP), but was a folder (" + folder + ")");
    }

    @Test
    void read_otherFormat_isNamed() throws IOException {
        Path file = folder.resolve("image.png");
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
        ImageIO.write(image, "bmp", file.toFile());

        assertThatThrownBy(() -> RgbImage.read(file))
                .isInstanceOf(IOException.class)
                .hasMessage("expected an image (PNG, JPEG or WebP), but was a BMP image; save it as PNG or JPEG ("
                        + file + ")");
    }

    @Test
    void read_webpWithoutLampVideo_saysWhatIsMissing() throws IOException {
        Path file = Files.write(folder.resolve("image"), Images.losslessWebp(16, 16));

        assertThatThrownBy(() -> RgbImage.read(file))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "expected lamp-video on the class path to read a WebP image, but it is missing (" + file + ")");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                BufferedImage.TYPE_BYTE_GRAY,
                BufferedImage.TYPE_BYTE_INDEXED,
                BufferedImage.TYPE_USHORT_GRAY,
                BufferedImage.TYPE_4BYTE_ABGR
            })
    void read_pngOfAnyPixels_isWhatJavaDraws(int type) throws IOException {
        BufferedImage image = new BufferedImage(9, 5, type);
        for (int pixel = 0; pixel < 45; pixel++) {
            image.setRGB(pixel % 9, pixel / 9, 0x01020304 * pixel * 7);
        }
        Path file = folder.resolve("image.jpg");
        ImageIO.write(image, "png", file.toFile());
        BufferedImage drawn = new BufferedImage(9, 5, BufferedImage.TYPE_INT_RGB);
        drawn.createGraphics().drawImage(ImageIO.read(file.toFile()), 0, 0, null);

        RgbImage read = RgbImage.read(file);

        for (int pixel = 0; pixel < 45; pixel++) {
            int x = pixel % 9;
            int y = pixel / 9;
            assertThat(read.valueAt(x, y, 0) << 16 | read.valueAt(x, y, 1) << 8 | read.valueAt(x, y, 2))
                    .as("pixel %d, %d", x, y)
                    .isEqualTo(drawn.getRGB(x, y) & 0xffffff);
        }
    }

    @Test
    void ofRows_oneArrayForAll_isCopied() {
        byte[] row = new byte[6];

        RgbImage image = RgbImage.ofRows(new FrameSize(2, 3), y -> {
            row[1] = (byte) y;
            return row;
        });

        assertThat(IntStream.range(0, 3).map(y -> image.valueAt(0, y, 1))).containsExactly(0, 1, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RgbImage.ofRows(new FrameSize(2, 3), y -> new byte[5]))
                .withMessage("expected 6 bytes for a row of 2x3, but was 5");
    }

    /** All rows at the target's width would be more numbers than an array holds. */
    @Test
    void coverCrop_tallToWide_takesTheRowsItNeeds() {
        RgbImage tall = gray(1, 40_000, (x, y) -> y / 200);

        RgbImage wide = tall.coverCrop(new FrameSize(40_000, 1));

        assertThat(wide.valueAt(20_000, 0, 0)).isCloseTo(100, within(1));
    }

    @Test
    void read_truncatedImage_isNamed() throws IOException {
        Path file = folder.resolve("broken.png");
        gray(64, 64, (x, y) -> x * y).write(file);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, 60));

        assertThatThrownBy(() -> RgbImage.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("expected an image (PNG, JPEG or WebP), whole, but could not read it: ")
                .hasMessageEndingWith("(" + file + ")");
    }

    @Test
    void read_imageThatDeclaresBillionsOfPixels_isRefusedBeforeMemoryIsReserved() throws IOException {
        Path file = Files.write(folder.resolve("declared.png"), Images.png(60_000, 60_000, 8, 2));

        assertThatThrownBy(() -> RgbImage.read(file))
                .isInstanceOf(IOException.class)
                .hasMessage("expected an image of at most 134217728 pixels and 65535 a side, but was 60000x60000 ("
                        + file + ")");
    }

    @Test
    void read_imageWithoutPixels_isRefused() throws IOException {
        Path file = Files.write(folder.resolve("declared.png"), Images.png(0, 8, 8, 2));

        assertThatThrownBy(() -> RgbImage.read(file))
                .isInstanceOf(IOException.class)
                .hasMessage("expected an image of at least 1x1 pixels, but was 0x8 (" + file + ")");
    }

    @Test
    void write_placeIsTakenByFolder_failsAndLeavesNothing() throws IOException {
        Path taken = Files.createDirectories(folder.resolve("image.png/inner")).getParent();

        assertThatThrownBy(() -> gray(2, 2, (x, y) -> 0).write(taken)).isInstanceOf(IOException.class);
        assertThat(folder).isDirectoryNotContaining(path -> path.toString().endsWith(".tmp"));
    }

    @Test
    void write_otherEnding_isRefusedAndMakesNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> gray(2, 2, (x, y) -> 0).write(folder.resolve("sub/image.jpg")))
                .withMessage("expected a file name ending in .png, but was image.jpg");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void write_missingFolders_areMade() throws IOException {
        Path file = folder.resolve("a/b/image.PNG");

        gray(2, 2, (x, y) -> x).write(file);

        assertThat(RgbImage.read(file)).isEqualTo(gray(2, 2, (x, y) -> x));
    }

    @Test
    void read_writtenStream_isTheSameImageAndLeavesBothOpen() throws IOException {
        AtomicBoolean closed = new AtomicBoolean();
        ByteArrayOutputStream output = new ByteArrayOutputStream() {
            @Override
            public void close() {
                closed.set(true);
            }
        };
        RgbImage image = gray(7, 5, (x, y) -> x * 30 + y);

        image.write(output);
        InputStream input = new ByteArrayInputStream(output.toByteArray()) {
            @Override
            public void close() {
                closed.set(true);
            }
        };

        assertThat(RgbImage.read(input)).isEqualTo(image);
        assertThat(input.read()).isEqualTo(-1);
        assertThat(closed).isFalse();
    }

    @Test
    void read_streamThatIsNoImage_isRefusedByItsContent() {
        assertThatIOException()
                .isThrownBy(() -> RgbImage.read(new ByteArrayInputStream("GIF89a, and so on".getBytes(US_ASCII))))
                .withMessage("expected an image (PNG, JPEG or WebP), but was a GIF; save it as PNG or JPEG (a stream)");
        assertThatIOException()
                .isThrownBy(() -> RgbImage.read(InputStream.nullInputStream()))
                .withMessage("expected an image (PNG, JPEG or WebP), but was one that begins otherwise (a stream)");
    }

    @Test
    void read_streamThatDeclaresBillionsOfPixels_isRefusedBeforeMemoryIsReserved() {
        assertThatIOException()
                .isThrownBy(() -> RgbImage.read(new ByteArrayInputStream(Images.png(60_000, 60_000, 8, 2))))
                .withMessage("expected an image of at most 134217728 pixels and 65535 a side, but was 60000x60000"
                        + " (a stream)");
    }

    @Test
    void of_bufferedImage_liesOnBlackAndComesBack() {
        BufferedImage buffered = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
        buffered.setRGB(0, 0, 0x00ffffff);
        buffered.setRGB(1, 0, 0xffff8000);

        RgbImage image = RgbImage.of(buffered);

        assertThat(image.toRgbBytes()).containsExactly(0, 0, 0, (byte) 255, (byte) 128, 0);
        assertThat(image.toBufferedImage().getRGB(1, 0)).isEqualTo(0xffff8000);
        assertThat(RgbImage.of(image.toBufferedImage())).isEqualTo(image);
    }

    @Test
    void equals_samePixels_whateverTheProvenance() {
        RgbImage image = gray(3, 2, (x, y) -> x);

        assertThat(gray(3, 2, (x, y) -> x).withProvenance(Map.of("seed", "1")))
                .isEqualTo(image)
                .hasSameHashCodeAs(image);
        assertThat(gray(3, 2, (x, y) -> x + 1)).isNotEqualTo(image);
        assertThat(RgbImage.of(new FrameSize(2, 3), image.toRgbBytes())).isNotEqualTo(image);
        assertThat(image).isNotEqualTo(image.size()).hasToString("RgbImage[3x2]");
    }

    @ParameterizedTest
    @CsvSource({"a.png, true", "a.JPEG, true", "a.pixel, true", "a.gif, false", "png, false"})
    void isImage_file_goesByItsEnding(String name, boolean expected) {
        assertThat(RgbImage.isImage(folder.resolve(name))).isEqualTo(expected);
    }

    @Test
    void isImage_root_isNone() {
        assertThat(RgbImage.isImage(folder.getRoot())).isFalse();
    }
}
