package org.lamp4j.media;

import java.awt.AlphaComposite;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.lamp4j.files.AtomicFile;

/** Pictures on disk: read by whoever knows them, written by Java's own image library. */
final class ImageFiles {

    /** Formats of Java's own library that have an ending of their own. */
    private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "bmp");

    private ImageFiles() {}

    static boolean isImage(Path file) {
        for (PictureReader reader : ServiceLoader.load(PictureReader.class)) {
            if (reader.isImage(file)) {
                return true;
            }
        }
        String name = file.getFileName().toString();
        return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    static RgbImage read(Path file) throws IOException {
        for (PictureReader reader : ServiceLoader.load(PictureReader.class)) {
            if (reader.isImage(file)) {
                return reader.readImage(file);
            }
        }
        return readWithJava(file);
    }

    private static RgbImage readWithJava(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException("expected a picture, but was a folder (" + file + ")");
        }
        Optional<BufferedImage> image;
        try (InputStream input = Files.newInputStream(file)) {
            image = decode(input);
        } catch (NoSuchFileException e) {
            throw new IOException("expected a picture, but there is no file " + file, e);
        } catch (IOException | RuntimeException e) {
            throw new IOException(
                    "expected a picture, but could not read it: " + e.getMessage() + " (" + file + ")", e);
        }
        return toRgb(image.orElseThrow(() ->
                new IOException("expected a PNG, JPEG, BMP or GIF picture, but was something else (" + file + ")")));
    }

    /** Looks at the size that a picture declares before its pixels are reserved. */
    private static Optional<BufferedImage> decode(InputStream input) throws IOException {
        try (ImageInputStream stream = ImageIO.createImageInputStream(input)) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
            if (!readers.hasNext()) {
                return Optional.empty();
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(stream, true, true);
                long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
                if (pixels > RgbImage.MAX_PIXELS) {
                    throw new IOException("one of " + reader.getWidth(0) + "x" + reader.getHeight(0)
                            + " pixels, more than " + RgbImage.MAX_PIXELS);
                }
                return Optional.of(reader.read(0));
            } finally {
                reader.dispose();
            }
        }
    }

    private static RgbImage toRgb(BufferedImage image) {
        FrameSize size = new FrameSize(image.getWidth(), image.getHeight());
        BufferedImage opaque = new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = opaque.createGraphics();
        graphics.setComposite(AlphaComposite.SrcOver);
        graphics.drawImage(image, 0, 0, null);
        graphics.dispose();
        int[] pixels = opaque.getRGB(0, 0, size.width(), size.height(), null, 0, size.width());
        byte[] rgb = new byte[pixels.length * 3];
        for (int pixel = 0; pixel < pixels.length; pixel++) {
            rgb[3 * pixel] = (byte) (pixels[pixel] >> 16);
            rgb[3 * pixel + 1] = (byte) (pixels[pixel] >> 8);
            rgb[3 * pixel + 2] = (byte) pixels[pixel];
        }
        return RgbImage.of(size, rgb);
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
