package org.lamp4j.media;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

/** An image of 8-bit red, green and blue values that knows how it was made. Immutable. */
public final class RgbImage {

    /**
     * The most pixels an image or frame that is read may have, {@value}. A file of a few hundred bytes can declare more
     * than any memory holds; it is refused before memory is reserved for it.
     */
    public static final int MAX_PIXELS = 1 << 27;

    private static final int CHANNELS = 3;

    private final FrameSize size;
    private final byte[] rgb;
    private final Map<String, String> provenance;

    private RgbImage(FrameSize size, byte[] rgb, Map<String, String> provenance) {
        long expected = (long) CHANNELS * size.width() * size.height();
        if (rgb.length != expected) {
            throw new IllegalArgumentException(
                    "expected " + expected + " bytes for an image of " + size + ", but was " + rgb.length);
        }
        this.size = size;
        this.rgb = rgb;
        this.provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
    }

    /**
     * Returns an image of the given pixels.
     *
     * @param size its size
     * @param rgb three bytes per pixel, red first, rows from the top; copied
     * @return the image, without provenance
     * @throws IllegalArgumentException if the number of bytes is not 3 · width · height
     */
    public static RgbImage of(FrameSize size, byte[] rgb) {
        return new RgbImage(size, rgb.clone(), Map.of());
    }

    /**
     * Returns an image whose rows are made one after the other, so that a large one is never in memory twice.
     *
     * @param size its size
     * @param row gives the row of a number from 0, three bytes per pixel, red first; copied, so one array may serve for
     *     all
     * @return the image, without provenance
     * @throws IllegalArgumentException if a row has not 3 · width bytes
     */
    public static RgbImage ofRows(FrameSize size, IntFunction<byte[]> row) {
        int rowBytes = CHANNELS * size.width();
        byte[] rgb = new byte[rowBytes * size.height()];
        for (int y = 0; y < size.height(); y++) {
            byte[] pixels = row.apply(y);
            if (pixels.length != rowBytes) {
                throw new IllegalArgumentException(
                        "expected " + rowBytes + " bytes for a row of " + size + ", but was " + pixels.length);
            }
            System.arraycopy(pixels, 0, rgb, y * rowBytes, rowBytes);
        }
        return new RgbImage(size, rgb, Map.of());
    }

    /**
     * Returns an image of floating-point pixels.
     *
     * @param pixels {@code [3, H, W]}, in 0 to 1; values outside are clamped, then rounded to the nearest of 256 levels
     * @return the image, without provenance
     * @throws ShapeMismatchException if the tensor is not {@code [3, H, W]}
     */
    public static RgbImage of(FloatTensor pixels) {
        Shape shape = pixels.shape();
        if (shape.rank() != CHANNELS || shape.size(0) != CHANNELS) {
            throw new ShapeMismatchException("expected pixels [3, H, W], but was " + shape + " (RgbImage.of)");
        }
        int plane = shape.size(1) * shape.size(2);
        byte[] rgb = new byte[CHANNELS * plane];
        for (int channel = 0; channel < CHANNELS; channel++) {
            for (int pixel = 0; pixel < plane; pixel++) {
                float value = Math.min(1, Math.max(0, pixels.valueAt(channel * plane + pixel)));
                rgb[pixel * CHANNELS + channel] = (byte) Math.round(value * 255);
            }
        }
        return new RgbImage(new FrameSize(shape.size(2), shape.size(1)), rgb, Map.of());
    }

    /**
     * Returns an image of the pixels of one of Java's own.
     *
     * @param image of any kind; transparency is laid over black
     * @return the image, in sRGB, without provenance
     * @throws IllegalArgumentException if it has more than {@link #MAX_PIXELS} pixels
     */
    public static RgbImage of(BufferedImage image) {
        return ImageFiles.toRgb(image);
    }

    /**
     * Tells whether a file looks like an image that {@link #read(Path)} can decode, by its name alone.
     *
     * @param file a file
     * @return whether it may be tried
     */
    public static boolean isImage(Path file) {
        return ImageFiles.isImage(file);
    }

    /**
     * Reads an image, upright, transparency laid over black. Its content says what it is, whatever its name: PNG, JPEG
     * or, with lamp-video on the class path, WebP. Without lamp-video a rotation noted beside the pixels is not
     * applied.
     *
     * <p>The memory that the image takes is bounded before any is reserved, by the size of its file,
     * {@link #MAX_PIXELS} and half of the heap.
     *
     * @param file the image
     * @return the image, without provenance
     * @throws IOException if it is no regular file, is damaged, takes too much memory or has another format; the
     *     message names it
     */
    public static RgbImage read(Path file) throws IOException {
        return ImageFiles.read(file);
    }

    /**
     * Reads an image from a stream to its end, like one from a file and within the same bounds.
     *
     * @param input the image; stays open
     * @return the image, without provenance
     * @throws IOException if the stream cannot be read, or the image is damaged, takes too much memory or has another
     *     format
     */
    public static RgbImage read(InputStream input) throws IOException {
        return ImageFiles.read(input);
    }

    /**
     * Resizes the image to cover a size and crops it in the middle: nothing is squashed and no border appears.
     * Shrinking takes the mean of the area that each pixel covers, enlarging is bicubic; an image that already has the
     * size stays as it is.
     *
     * @param newSize the size wanted
     * @return the image of that size, with this image's provenance
     */
    public RgbImage coverCrop(FrameSize newSize) {
        return newSize.equals(size) ? this : new RgbImage(newSize, CoverCrop.resample(size, rgb, newSize), provenance);
    }

    /**
     * Writes the image as PNG, without loss and without the provenance.
     *
     * @param file the file, whose name ends in {@code .png}, in any case; replaced if it is there, and appears whole or
     *     not at all; missing parent folders are made
     * @throws IllegalArgumentException if the name has another ending
     * @throws IOException if it cannot be written
     */
    public void write(Path file) throws IOException {
        ImageFiles.writePng(this, file);
    }

    /**
     * Writes the image as PNG to a stream, without the provenance.
     *
     * @param output where to; stays open
     * @throws IOException if it cannot be written
     */
    public void write(OutputStream output) throws IOException {
        ImageFiles.writePng(this, output);
    }

    /**
     * Returns the pixels as one of Java's own images.
     *
     * @return a new image of {@link BufferedImage#TYPE_INT_RGB}
     */
    public BufferedImage toBufferedImage() {
        return ImageFiles.toBufferedImage(this);
    }

    /**
     * Returns the size.
     *
     * @return the size
     */
    public FrameSize size() {
        return size;
    }

    /**
     * Returns the pixels.
     *
     * @return a new array of three bytes per pixel, red first, rows from the top
     */
    public byte[] toRgbBytes() {
        return rgb.clone();
    }

    /**
     * Returns one colour value.
     *
     * @param x column from the left
     * @param y row from the top
     * @param channel 0 red, 1 green, 2 blue
     * @return the value, 0 to 255
     */
    public int valueAt(int x, int y, int channel) {
        return rgb[(y * size.width() + x) * CHANNELS + channel] & 0xff;
    }

    /**
     * Returns the pixels as the models take them.
     *
     * @return {@code [3, H, W]}, in -1 (black) to 1
     */
    public FloatTensor toTensor() {
        int plane = size.width() * size.height();
        return FloatTensor.generate(
                Shape.of(CHANNELS, size.height(), size.width()),
                index -> (rgb[index % plane * CHANNELS + index / plane] & 0xff) / 127.5f - 1);
    }

    /**
     * Returns how the image was made: prompt, seed, options.
     *
     * @return names and values in the order they were set; empty for an image that was read from a file
     */
    public Map<String, String> provenance() {
        return provenance;
    }

    /**
     * Returns this image with another provenance.
     *
     * @param newProvenance how it was made; copied
     * @return the image with that provenance
     */
    public RgbImage withProvenance(Map<String, String> newProvenance) {
        return new RgbImage(size, rgb, newProvenance);
    }

    /** Returns whether the other has the same size and pixels; how they were made makes no difference. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RgbImage image && size.equals(image.size) && Arrays.equals(rgb, image.rgb);
    }

    @Override
    public int hashCode() {
        return 31 * size.hashCode() + Arrays.hashCode(rgb);
    }

    /** Returns the size. */
    @Override
    public String toString() {
        return "RgbImage[" + size + "]";
    }
}
