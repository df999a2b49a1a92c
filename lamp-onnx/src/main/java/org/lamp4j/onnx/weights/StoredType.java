package org.lamp4j.onnx.weights;

/** The element types of stored tensors. The names are those of the safetensors format. */
public enum StoredType {
    /** IEEE 754 double precision. */
    F64(8, "DoubleStorage"),
    /** IEEE 754 single precision. */
    F32(4, "FloatStorage"),
    /** IEEE 754 half precision: 5 bits of exponent, 10 of fraction. */
    F16(2, "HalfStorage"),
    /** The upper half of a float32: 8 bits of exponent, 7 of fraction. */
    BF16(2, "BFloat16Storage"),
    /** Signed 64-bit integer. */
    I64(8, "LongStorage"),
    /** Signed 32-bit integer. */
    I32(4, "IntStorage"),
    /** Signed 16-bit integer. */
    I16(2, "ShortStorage"),
    /** Signed 8-bit integer. */
    I8(1, "CharStorage"),
    /** Unsigned 8-bit integer. */
    U8(1, "ByteStorage"),
    /** A byte that is 0 for false, anything else for true. */
    BOOL(1, "BoolStorage");

    private final int byteWidth;
    private final String torchStorage;

    StoredType(int byteWidth, String torchStorage) {
        this.byteWidth = byteWidth;
        this.torchStorage = torchStorage;
    }

    /**
     * Returns the size of an element.
     *
     * @return 1, 2, 4 or 8 bytes
     */
    public int byteWidth() {
        return byteWidth;
    }

    /**
     * Returns whether elements are floating-point numbers.
     *
     * @return true for F64, F32, F16 and BF16
     */
    public boolean isFloatingPoint() {
        return this == F64 || this == F32 || this == F16 || this == BF16;
    }

    /** The name of PyTorch's storage class of this type, in Python's module {@code torch}. */
    String torchStorage() {
        return torchStorage;
    }
}
