package org.lamp4j.onnx.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

/**
 * A named tensor whose elements lie in a mapped file or in native memory, never on the heap. Immutable and safe for
 * several threads.
 *
 * <p>A tensor stays valid after its {@link Checkpoint} is closed. The pages of a mapped one, of a file of more than 64
 * MiB, are the file's: one that is written to or truncated in place shows, or faults, in the tensor
 * ({@link Checkpoint#requireUnchanged}). Replacing the file, as the writers of this package do, is harmless.
 */
public final class StoredTensor {

    private final String name;
    private final Shape shape;
    private final StoredType type;
    private final @Nullable Path file;
    private final Supplier<ByteBuffer> source;
    private final @Nullable FloatBuffer givenFloats;
    private final @Nullable Generator generator;
    private @Nullable ByteBuffer data;

    /** Makes a tensor's elements in order, from the first on. */
    @FunctionalInterface
    public interface Generator {
        /**
         * Begins with the first element.
         *
         * @return gives an element at each call; the same ones for each caller of this method
         */
        FloatSequence start();
    }

    /** Elements in order. */
    @FunctionalInterface
    public interface FloatSequence {
        /**
         * Returns the next element.
         *
         * @return its value
         */
        float next();

        /**
         * Fills a buffer with the next elements.
         *
         * @param floats takes as many as it has room for
         */
        default void fill(FloatBuffer floats) {
            while (floats.hasRemaining()) {
                floats.put(next());
            }
        }
    }

    private StoredTensor(
            String name,
            Shape shape,
            StoredType type,
            @Nullable Path file,
            Supplier<ByteBuffer> source,
            @Nullable FloatBuffer givenFloats,
            @Nullable Generator generator) {
        this.name = name;
        this.shape = shape;
        this.type = type;
        this.file = file;
        this.source = source;
        this.givenFloats = givenFloats;
        this.generator = generator;
    }

    /**
     * Returns a float32 tensor of values in native memory.
     *
     * @param name its name
     * @param shape its shape
     * @param values the elements, row-major, in a direct buffer of native byte order; kept, not copied, so the caller
     *     leaves them unchanged from now on
     * @return the tensor
     * @throws IllegalArgumentException if the buffer is not direct or not of native order
     * @throws ShapeMismatchException if the number of values is not that of the shape
     */
    public static StoredTensor of(String name, Shape shape, FloatBuffer values) {
        if (!values.isDirect() || values.order() != ByteOrder.nativeOrder()) {
            throw new IllegalArgumentException("expected a direct buffer of native byte order for " + name
                    + ", but was " + (values.isDirect() ? "of order " + values.order() : "on the heap")
                    + " (StoredTensor)");
        }
        checkCount(name, shape, values.remaining());
        FloatBuffer kept = values.slice().asReadOnlyBuffer();
        return new StoredTensor(name, shape, StoredType.F32, null, () -> bytesOf(kept), kept, null);
    }

    /**
     * Returns a tensor of any type in native memory.
     *
     * @param name its name
     * @param shape its shape
     * @param type its elements' type
     * @param data the elements, row-major and little-endian, in a direct buffer; kept, not copied, so the caller leaves
     *     them unchanged from now on
     * @return the tensor
     * @throws IllegalArgumentException if the buffer is not direct
     * @throws ShapeMismatchException if the number of bytes is not that of shape and type
     */
    public static StoredTensor of(String name, Shape shape, StoredType type, ByteBuffer data) {
        if (!data.isDirect()) {
            throw new IllegalArgumentException(
                    "expected a direct buffer for " + name + ", but was on the heap (StoredTensor)");
        }
        if (data.remaining() % type.byteWidth() != 0) {
            throw new IllegalArgumentException("expected whole " + type + " elements for " + name + ", but was "
                    + data.remaining() + " bytes (StoredTensor)");
        }
        checkCount(name, shape, data.remaining() / type.byteWidth());
        ByteBuffer kept = data.slice();
        return new StoredTensor(name, shape, type, null, () -> kept, null, null);
    }

    /**
     * Returns a copy of float32 values in another floating-point type.
     *
     * @param name its name
     * @param shape its shape
     * @param type the type
     * @param values the elements, row-major; their position does not change
     * @return the tensor, in native memory
     * @throws ShapeMismatchException if the number of values is not that of the shape
     */
    public static StoredTensor copyOf(String name, Shape shape, StoredType type, FloatBuffer values) {
        ByteBuffer data = ByteBuffer.allocateDirect(Math.multiplyExact(values.remaining(), type.byteWidth()))
                .order(ByteOrder.LITTLE_ENDIAN);
        FloatConversion.narrow(values, type, data);
        return of(name, shape, type, data);
    }

    /**
     * Returns a tensor to be written to a file.
     *
     * @param name its name
     * @param values its values, which are copied
     * @return the tensor, F32
     */
    public static StoredTensor copyOf(String name, FloatTensor values) {
        FloatBuffer copy = ByteBuffer.allocateDirect(values.values().remaining() * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        copy.put(values.values()).flip();
        return of(name, values.shape(), copy);
    }

    /**
     * Returns a float32 tensor that is made when it is written, so that it need not fit into memory.
     *
     * @param name its name
     * @param shape its shape
     * @param generator gives its elements, row-major
     * @return the tensor
     */
    public static StoredTensor generated(String name, Shape shape, Generator generator) {
        return new StoredTensor(
                name, shape, StoredType.F32, null, () -> bytesOf(generated(shape, generator)), null, generator);
    }

    private static FloatBuffer generated(Shape shape, Generator generator) {
        FloatBuffer floats = FloatBuffer.allocate(Math.toIntExact(shape.elementCount()));
        generator.start().fill(floats);
        return floats.flip();
    }

    /** A tensor of a file, whose elements are looked up, or put in order, when first asked for. */
    static StoredTensor in(Path file, String name, Shape shape, StoredType type, Supplier<ByteBuffer> data) {
        return new StoredTensor(name, shape, type, file, data, null, null);
    }

    private static void checkCount(String name, Shape shape, int count) {
        if (count != shape.elementCount()) {
            throw new ShapeMismatchException("expected " + shape.elementCount() + " values for " + name + " " + shape
                    + ", but was " + count + " (StoredTensor)");
        }
    }

    private static ByteBuffer bytesOf(FloatBuffer values) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(Math.multiplyExact(values.remaining(), Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values.duplicate());
        return bytes;
    }

    /**
     * Returns these elements under another name and in another shape.
     *
     * @param newName its name
     * @param newShape a shape of as many elements
     * @return the tensor, of the same elements
     * @throws ShapeMismatchException if the shape has another number of elements
     */
    public StoredTensor as(String newName, Shape newShape) {
        checkCount(newName, newShape, Math.toIntExact(shape.elementCount()));
        return new StoredTensor(newName, newShape, type, file, this::data, givenFloats, generator);
    }

    /**
     * Returns some of this tensor's rows.
     *
     * @param first the first row
     * @param count how many
     * @return the tensor {@code [count, …]}, a view of the same elements
     * @throws IllegalArgumentException if it has not so many rows
     */
    public StoredTensor rows(int first, int count) {
        if (shape.rank() == 0 || first < 0 || count < 0 || first > shape.size(0) - count) {
            throw new IllegalArgumentException(
                    "expected rows of " + this + ", but was " + count + " from " + first + " on (StoredTensor.rows)");
        }
        int[] sizes = shape.sizes();
        sizes[0] = count;
        Shape rows = Shape.of(sizes);
        long rowBytes = shape.size(0) == 0 ? 0 : shape.elementCount() / shape.size(0) * type.byteWidth();
        return new StoredTensor(
                name,
                rows,
                type,
                file,
                () -> data().slice(Math.toIntExact(first * rowBytes), Math.toIntExact(count * rowBytes)),
                null,
                null);
    }

    /**
     * Returns this tensor's rows and, behind them, those of others, as float32 in native memory that is taken when the
     * elements are first asked for.
     *
     * @param others tensors of the same shape but for the number of rows
     * @return the tensor, of this one's name
     * @throws ShapeMismatchException if one has rows of another shape
     */
    public StoredTensor followedBy(List<StoredTensor> others) {
        int rows = shape.size(0);
        for (StoredTensor other : others) {
            ShapeMismatchException.check(
                    other.name, shape, other.shape.with(0, shape.size(0)), "StoredTensor.followedBy");
            rows += other.shape.size(0);
        }
        Shape joined = shape.with(0, rows);
        return new StoredTensor(
                name,
                joined,
                StoredType.F32,
                file,
                () -> {
                    ByteBuffer bytes = ByteBuffer.allocateDirect(Math.toIntExact(joined.elementCount() * Float.BYTES))
                            .order(ByteOrder.LITTLE_ENDIAN);
                    FloatBuffer floats = bytes.asFloatBuffer();
                    putIn(floats);
                    others.forEach(other -> other.putIn(floats));
                    return bytes;
                },
                null,
                null);
    }

    /** Does not keep what is made for it. */
    private void putIn(FloatBuffer floats) {
        int count = Math.toIntExact(shape.elementCount());
        FloatBuffer part = floats.slice(floats.position(), count);
        FloatConversion.widen(type, source.get().duplicate().order(ByteOrder.LITTLE_ENDIAN), part);
        floats.position(floats.position() + count);
    }

    /**
     * Returns the tensor's name.
     *
     * @return its key in the checkpoint
     */
    public String name() {
        return name;
    }

    /**
     * Returns the tensor's shape.
     *
     * @return the shape
     */
    public Shape shape() {
        return shape;
    }

    /**
     * Returns the type of the elements.
     *
     * @return the type
     */
    public StoredType type() {
        return type;
    }

    /**
     * Returns the file that holds the tensor.
     *
     * @return the file; empty for a tensor in memory
     */
    public Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    /**
     * Returns the elements as bytes. A view, except that a tensor stored with strides is put in order, and one made of
     * floats is copied, into native memory at the first call.
     *
     * @return the elements, row-major: a read-only direct buffer of its own position, little-endian
     */
    public ByteBuffer data() {
        ByteBuffer found;
        synchronized (this) {
            if (data == null) {
                data = source.get().asReadOnlyBuffer();
            }
            found = data;
        }
        return found.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Returns the elements as float32: a view when they are stored so, else a converted copy in native memory, a new
     * one at each call. Integers are rounded to the nearest float; booleans become 0 and 1.
     *
     * @return the elements, row-major: a direct buffer of its own position and native byte order
     * @throws IllegalStateException if the copy would be larger than a buffer can be, 2 GiB
     */
    public FloatBuffer floats() {
        if (givenFloats != null) {
            return givenFloats.duplicate();
        }
        ByteBuffer bytes = data();
        // ONNX Runtime reads whole floats: what an odd-sized neighbour has pushed off their boundary is copied.
        if (type == StoredType.F32
                && bytes.order() == ByteOrder.nativeOrder()
                && bytes.alignmentOffset(0, Float.BYTES) == 0) {
            return bytes.asFloatBuffer();
        }
        if (shape.elementCount() > Integer.MAX_VALUE / Float.BYTES) {
            throw new IllegalStateException("expected at most " + Integer.MAX_VALUE / Float.BYTES
                    + " elements to convert to float32, but was " + shape.elementCount() + " (" + this + ")");
        }
        FloatBuffer floats = ByteBuffer.allocateDirect((int) shape.elementCount() * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        FloatConversion.widen(type, bytes, floats);
        return floats;
    }

    /**
     * Returns a copy of the elements as a tensor.
     *
     * @return the tensor, of this one's shape
     * @throws IllegalStateException as {@link #floats}
     */
    public FloatTensor toTensor() {
        return FloatTensor.of(shape, floats());
    }

    /** Whether it was made of floats, so that {@link #data()} would copy. */
    boolean isGivenAsFloats() {
        return givenFloats != null;
    }

    /** What makes the elements, if they lie nowhere. */
    Optional<Generator> generator() {
        return Optional.ofNullable(generator);
    }

    /** Returns the name, type, shape and file, as in {@code conv_in.weight F32 [8, 4, 3, 3] in unet.bin}. */
    @Override
    public String toString() {
        return name + " " + type + " " + shape + (file == null ? "" : " in " + file);
    }
}
