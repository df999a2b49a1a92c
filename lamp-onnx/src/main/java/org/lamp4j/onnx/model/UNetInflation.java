package org.lamp4j.onnx.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

/**
 * Makes the parameters of the video UNet from those of the image UNet. Convolutions over time, gates and the output of
 * the temporal attention begin at zero, so that the video UNet first gives what the image UNet gives. The original
 * program leaves a random bias in {@code attn_temp.to_out.0}; here it is zero.
 */
public final class UNetInflation {

    private static final Pattern ADDED = Pattern.compile("\\.(conv1d|conv_gate|norm_temp|attn_temp)\\.");
    private static final Pattern RANDOM = Pattern.compile("\\.attn_temp\\.to_[qkv]\\.weight$");
    private static final String SCALE = ".norm_temp.weight";

    private final Checkpoint image;
    private final long seed;
    private FloatBuffer zeros = allocate(0);

    /**
     * Inflates a UNet.
     *
     * @param image checkpoint of the image UNet
     * @param seed where the fresh projections of the temporal attention come from
     */
    public UNetInflation(Checkpoint image, long seed) {
        this.image = image;
        this.seed = seed;
    }

    /**
     * Returns the key in the image UNet.
     *
     * @param videoKey key in the video UNet, such as {@code conv_in.conv2d.weight}
     * @return the key that it is copied from, such as {@code conv_in.weight}
     */
    public static String imageKey(String videoKey) {
        return videoKey.replace(".conv2d.", ".");
    }

    /**
     * Tells whether a parameter is copied from the image UNet.
     *
     * @param videoKey key in the video UNet
     * @return whether the image UNet has it; else it begins at zero, one or random
     */
    public boolean isCopied(String videoKey) {
        return image.contains(imageKey(videoKey));
    }

    /**
     * Returns the stored parameter that one of the video UNet is a copy of.
     *
     * @param videoKey key in the video UNet, one that {@linkplain #isCopied is copied}
     * @param shape the shape it must have
     * @return the parameter, mapped
     * @throws ShapeMismatchException if it has another shape
     */
    public StoredTensor copied(String videoKey, Shape shape) {
        StoredTensor tensor = image.tensor(imageKey(videoKey));
        ShapeMismatchException.check(
                imageKey(videoKey), shape, tensor.shape(), image.file().toString());
        return tensor;
    }

    /**
     * Returns the values a parameter begins with.
     *
     * @param videoKey key in the video UNet
     * @param shape its shape
     * @return a direct buffer; read-only, and shared with other parameters, where all values are zero
     * @throws IllegalArgumentException if it is neither in the image UNet nor one of those that inflation adds
     */
    public FloatBuffer initialValues(String videoKey, Shape shape) {
        int count = Math.toIntExact(shape.elementCount());
        if (beginsAtZero(videoKey)) {
            return zeros(count);
        }
        FloatBuffer values = allocate(count);
        if (isCopied(videoKey)) {
            values.put(copied(videoKey, shape).floats());
        } else if (videoKey.endsWith(SCALE)) {
            float[] ones = new float[values.remaining()];
            Arrays.fill(ones, 1);
            values.put(ones);
        } else if (RANDOM.matcher(videoKey).find()) {
            RandomSource random = RandomSource.stream(seed, videoKey, 0);
            float bound = (float) (1 / Math.sqrt(shape.size(1)));
            while (values.hasRemaining()) {
                values.put(bound * (2 * random.nextFloat() - 1));
            }
        } else {
            copied(videoKey, shape); // which names what is missing
        }
        return values.rewind();
    }

    /** Most of what inflation adds: a gigabyte in Stable Diffusion. */
    private synchronized FloatBuffer zeros(int count) {
        if (zeros.capacity() < count) {
            zeros = allocate(count).asReadOnlyBuffer();
        }
        return zeros.slice(0, count);
    }

    private static FloatBuffer allocate(int count) {
        return ByteBuffer.allocateDirect(count * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    /**
     * Tells whether a parameter is one that inflation adds and begins at zero.
     *
     * @param videoKey key in the video UNet
     * @return whether it is zero before any training
     */
    public boolean beginsAtZero(String videoKey) {
        return ADDED.matcher(videoKey).find()
                && !isCopied(videoKey)
                && !videoKey.endsWith(SCALE)
                && !RANDOM.matcher(videoKey).find();
    }

    /**
     * Checks that a parameter is there.
     *
     * @param videoKey key in the video UNet
     * @param shape the shape it must have
     * @throws ModelFormatException if the image UNet has it in another shape, or it is neither there nor one of those
     *     that inflation adds; the message names the key
     */
    public void check(String videoKey, Shape shape) throws ModelFormatException {
        if (!isCopied(videoKey) && ADDED.matcher(videoKey).find()) {
            return;
        }
        String key = imageKey(videoKey);
        Shape found = image.require(key).shape();
        if (!found.equals(shape)) {
            throw new ModelFormatException(
                    "expected " + key + " " + shape + ", but was " + found + " (" + image.file() + ")",
                    image.file(),
                    key);
        }
    }
}
