package org.lamp4j.media;

import java.awt.AlphaComposite;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Predicate;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.files.RegularFile;

/** Pictures on disk: read by whoever knows them, written by Java's own image library. */
final class ImageFiles {

    /** Formats of Java's own library that have an ending of their own. */
    private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg");

    private static final int RGB_BYTES = 3;

    private ImageFiles() {}

    static boolean isImage(Path file) {
        if (installed(reader -> reader.isImage(file)).isPresent()) {
            return true;
        }
        String name = file.getFileName().toString();
        return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    static RgbImage read(Path file) throws IOException {
        RegularFile.require(file, PictureFile.EXPECTED);
        Optional<PictureReader> reader =
                installed(known -> known.isImage(file)).or(() -> installed(PictureReader::takesAnyName));
        return reader.isPresent() ? reader.get().readImage(file) : readWithJava(file);
    }

    private static Optional<PictureReader> installed(Predicate<PictureReader> wanted) {
        for (PictureReader reader : ServiceLoader.load(PictureReader.class)) {
            if (wanted.test(reader)) {
                return Optional.of(reader);
            }
        }
        return Optional.empty();
    }

    private static RgbImage readWithJava(Path file) throws IOException {
        PictureFile picture = PictureFile.read(file);
        if (picture.format() == MediaFormat.WEBP) {
            throw new IOException(
                    "expected lamp-video on the class path to read a WebP picture, but it is missing (" + file + ")");
        }
        FrameSize size = picture.size();
        long bytes = picture.content().remaining() + picture.decodedBytes() + RGB_BYTES * size.pixelCount();
        PictureBudget.requireHeap(bytes, size, file);
        try {
            return toRgb(decode(picture));
        } catch (IOException | RuntimeException e) {
            throw new IOException(
                    "expected " + PictureFile.EXPECTED + ", whole, but could not read it: " + e.getMessage() + " ("
                            + file + ")",
                    e);
        }
    }

    /** Java's library would look for a decoder of any format; here it is asked for that of this one. */
    private static BufferedImage decode(PictureFile picture) throws IOException {
        String format = picture.format() == MediaFormat.JPEG ? "jpeg" : "png";
        ByteBuffer content = picture.content();
        ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
        try (InputStream bytes = new ByteArrayInputStream(content.array(), 0, content.limit());
                ImageInputStream stream = new MemoryCacheImageInputStream(bytes)) {
            reader.setInput(stream, true, true);
            return reader.read(0);
        } finally {
            reader.dispose();
        }
    }

    /** Draws a row at a time, since another picture of that size may not fit beside it. */
    private static RgbImage toRgb(BufferedImage image) {
        FrameSize size = new FrameSize(image.getWidth(), image.getHeight());
        BufferedImage opaque = new BufferedImage(size.width(), 1, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = opaque.createGraphics();
        int[] pixels = new int[size.width()];
        byte[] rgb = new byte[RGB_BYTES * size.width()];
        try {
            return RgbImage.ofRows(size, y -> {
                graphics.setComposite(AlphaComposite.Clear);
                graphics.fillRect(0, 0, size.width(), 1);
                graphics.setComposite(AlphaComposite.SrcOver);
                graphics.drawImage(image, 0, -y, null);
                opaque.getRGB(0, 0, size.width(), 1, pixels, 0, size.width());
                for (int x = 0; x < size.width(); x++) {
                    rgb[RGB_BYTES * x] = (byte) (pixels[x] >> 16);
                    rgb[RGB_BYTES * x + 1] = (byte) (pixels[x] >> 8);
                    rgb[RGB_BYTES * x + 2] = (byte) pixels[x];
                }
                return rgb;
            });
        } finally {
            graphics.dispose();
        }
    }

    static void writePng(RgbImage image, Path file) throws IOException {
        int width = image.size().width();
        int height = image.size().height();
        byte[] rgb = image.toRgbBytes();
        int[] pixels = new int[width * height];
        for (int pixel = 0; pixel < pixels.length; pixel++) {
            pixels[pixel] =
                    (rgb[3 * pixel] & 0xff) << 16 | (rgb[3 * pixel + 1] & 0xff) << 8 | rgb[3 * pixel + 2] & 0xff;
        }
        BufferedImage buffer = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        buffer.setRGB(0, 0, width, height, pixels, 0, width);
        AtomicFile.write(file, output -> {
            // in memory: a cache file of the image library would stay behind in a process that is killed
            try (ImageOutputStream png = new MemoryCacheImageOutputStream(output)) {
                ImageIO.write(buffer, "png", png);
            }
        });
    }
}
