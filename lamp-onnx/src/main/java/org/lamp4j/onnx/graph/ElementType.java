package org.lamp4j.onnx.graph;

/** The element types of ONNX tensors that the graphs here use. */
public enum ElementType {
    /** 32-bit floating point. */
    FLOAT(1, 4),
    /** Unsigned 8-bit integer. */
    UINT8(2, 1),
    /** Signed 8-bit integer. */
    INT8(3, 1),
    /** Signed 16-bit integer. */
    INT16(5, 2),
    /** Signed 32-bit integer. */
    INT32(6, 4),
    /** Signed 64-bit integer; shapes, axes and indices. */
    INT64(7, 8),
    /** Truth value, one byte. */
    BOOL(9, 1),
    /** IEEE 754 binary16. */
    FLOAT16(10, 2),
    /** 64-bit floating point. */
    DOUBLE(11, 8),
    /** The upper half of a 32-bit float. */
    BFLOAT16(16, 2);

    private final int code;
    private final int byteWidth;

    ElementType(int code, int byteWidth) {
        this.code = code;
        this.byteWidth = byteWidth;
    }

    /**
     * Returns the number of this type in ONNX files.
     *
     * @return the value of {@code TensorProto.DataType}
     */
    public int code() {
        return code;
    }

    /**
     * Returns the size of one element.
     *
     * @return bytes
     */
    public int byteWidth() {
        return byteWidth;
    }
}
