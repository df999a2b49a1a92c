package org.lamp4j.media;

import java.awt.AlphaComposite;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.files.RegularFile;

/** Images outside of the library: read by whoever knows them, written and drawn by Java's own image library. */
final class ImageFiles {

    /** Formats of Java's own library that have an ending of their own. */
    private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg");

    private static final int RGB_BYTES = 3;

    private ImageFiles() {}

    static boolean isImage(Path file) {
        if (file.getFileName() == null) { // a root
            return false;
        }
        if (MediaFiles.find().map(media -> media.isImage(file)).orElse(false)) {
            return true;
        }
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 && ENDINGS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    static RgbImage read(Path file) throws IOException {
        RegularFile.require(file, ImageFile.EXPECTED);
        Optional<MediaFiles> knowing = MediaFiles.find().filter(media -> media.isImage(file));
        return knowing.isPresent() ? knowing.get().readImage(file) : decode(ImageFile.read(file));
    }

    static RgbImage read(InputStream input) throws IOException {
        return decode(ImageFile.read(input));
    }

    private static RgbImage decode(ImageFile image) throws IOException {
        Optional<MediaFiles> media = MediaFiles.find();
        Optional<RgbImage> decoded = media.isPresent() ? media.get().decodeImage(image) : Optional.empty();
        return decoded.isPresent() ? decoded.get() : decodeWithJava(image);
    }

    private static RgbImage decodeWithJava(ImageFile image) throws IOException {
        if (image.format() == MediaFormat.WEBP) {
            throw new IOException("expected lamp-video on the class path to read a WebP image, but it is missing ("
                    + image.source() + ")");
        }
        FrameSize size = image.size();
        long bytes = image.content().remaining() + image.decodedBytes() + RGB_BYTES * size.pixelCount();
        ImageBudget.requireHeap(bytes, size, image.source());
        try {
            return toRgb(javaDecoded(image));
        } catch (IOException | RuntimeException e) {
            throw new IOException(
                    "expected " + ImageFile.EXPECTED + ", whole, but could not read it: " + e.getMessage() + " ("
                            + image.source() + ")",
                    e);
        }
    }

    /** Java's library would look for a decoder of any format; here it is asked for that of this one. */
    private static BufferedImage javaDecoded(ImageFile image) throws IOException {
        String format = image.format() == MediaFormat.JPEG ? "jpeg" : "png";
        ByteBuffer content = image.content();
        ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
        try (InputStream bytes = new ByteArrayInputStream(content.array(), content.arrayOffset(), content.limit());
                ImageInputStream stream = new MemoryCacheImageInputStream(bytes)) {
            reader.setInput(stream, true, true);
            return reader.read(0);
        } finally {
            reader.dispose();
        }
    }

    /** Draws a row at a time, since another image of that size may not fit beside it. */
    static RgbImage toRgb(BufferedImage image) {
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
        String name = String.valueOf(file.getFileName());
        if (!name.toLowerCase(Locale.ROOT).endsWith(".png")) {
            throw new IllegalArgumentException("expected a file name ending in .png, but was " + name);
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        AtomicFile.write(file, output -> writePng(image, output));
    }

    static void writePng(RgbImage image, OutputStream output) throws IOException {
        // in memory: a cache file of the image library would stay behind in a process that is killed
        try (ImageOutputStream png = new MemoryCacheImageOutputStream(output)) {
            ImageIO.write(toBufferedImage(image), "png", png);
        }
    }

    static BufferedImage toBufferedImage(RgbImage image) {
        int width = image.size().width();
        int height = image.size().height();
        byte[] rgb = image.toRgbBytes();
        int[] pixels = new int[width * height];
        for (int pixel = 0; pixel < pixels.length; pixel++) {
            pixels[pixel] =
                    ((rgb[3 * pixel] & 0xff) << 16) | ((rgb[3 * pixel + 1] & 0xff) << 8) | (rgb[3 * pixel + 2] & 0xff);
        }
        BufferedImage buffer = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        buffer.setRGB(0, 0, width, height, pixels, 0, width);
        return buffer;
    }
}
