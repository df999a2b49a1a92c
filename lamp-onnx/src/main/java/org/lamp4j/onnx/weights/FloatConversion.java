package org.lamp4j.onnx.weights;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;

/** Converts elements to and from float32; Java 17 has no half precision of its own. */
final class FloatConversion {

    private static final int FLOAT_INFINITY = 0x7f800000;
    private static final int HALF_INFINITY = 0x7c00;
    private static final int HALF_QUIET_NAN = 0x7e00;

    /** Bits of 65520, half way between the largest half and the next power of two: from here on, infinity. */
    private static final int HALF_OVERFLOW = 0x477ff000;

    /** Bits of 2<sup>-14</sup>, the smallest normal half. */
    private static final int HALF_MIN_NORMAL = 0x38800000;

    /** Difference of the exponents' biases, 127 - 15, at float32's place of the exponent. */
    private static final int BIAS_DIFFERENCE = 112 << 23;

    /** 2<sup>-24</sup>, the smallest subnormal half. */
    private static final float HALF_MIN_VALUE = 0x1p-24f;

    private FloatConversion() {}

    /** Widens a half-precision number; exact, and NaN keeps its payload. */
    static float fromHalf(short half) {
        int sign = (half & 0x8000) << 16;
        int magnitude = half & 0x7fff;
        if (magnitude >= HALF_INFINITY) {
            return Float.intBitsToFloat(sign | FLOAT_INFINITY | (magnitude & 0x3ff) << 13);
        }
        if (magnitude < 0x400) {
            return Float.intBitsToFloat(sign | Float.floatToRawIntBits(magnitude * HALF_MIN_VALUE));
        }
        return Float.intBitsToFloat(sign | (magnitude << 13) + BIAS_DIFFERENCE);
    }

    /** Narrows to half precision, to the nearest, ties to even; NaN stays NaN. */
    static short toHalf(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = (bits >>> 16) & 0x8000;
        int magnitude = bits & 0x7fffffff;
        if (magnitude > FLOAT_INFINITY) {
            return (short) (sign | HALF_QUIET_NAN | ((magnitude >>> 13) & 0x3ff));
        }
        if (magnitude >= HALF_OVERFLOW) {
            return (short) (sign | HALF_INFINITY);
        }
        if (magnitude < HALF_MIN_NORMAL) {
            // Floats in [0.5, 1) are 2^-24 apart, as subnormal halves are: the addition rounds as needed.
            float aligned = Float.intBitsToFloat(magnitude) + 0.5f;
            return (short) (sign | Float.floatToRawIntBits(aligned) - Float.floatToRawIntBits(0.5f));
        }
        return (short) (sign | (roundedUp(magnitude, 13) - BIAS_DIFFERENCE) >>> 13);
    }

    /** Widens a bfloat16; exact. */
    static float fromBfloat16(short bfloat) {
        return Float.intBitsToFloat(bfloat << 16);
    }

    /** Narrows to bfloat16, to the nearest, ties to even; NaN stays NaN. */
    static short toBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if ((bits & 0x7fffffff) > FLOAT_INFINITY) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) (roundedUp(bits, 16) >>> 16);
    }

    /** Adds what carries into the kept bits when the dropped ones are above a half, or a half with an odd bit kept. */
    private static int roundedUp(int bits, int droppedBits) {
        return bits + (1 << (droppedBits - 1)) - 1 + ((bits >>> droppedBits) & 1);
    }

    /**
     * Converts elements to float32.
     *
     * @param type their type
     * @param from the elements, in the buffer's byte order; its position does not change
     * @param to takes as many floats from index 0 on
     */
    static void widen(StoredType type, ByteBuffer from, FloatBuffer to) {
        switch (type) {
            case F64 -> widenDoubles(from.asDoubleBuffer(), to);
            case F32 -> to.duplicate().put(from.asFloatBuffer());
            case F16 -> widenHalves(from.asShortBuffer(), to);
            case BF16 -> widenBfloats(from.asShortBuffer(), to);
            case I64 -> widenLongs(from.asLongBuffer(), to);
            case I32 -> widenInts(from.asIntBuffer(), to);
            case I16 -> widenShorts(from.asShortBuffer(), to);
            case I8, U8, BOOL -> widenBytes(type, from.slice(), to);
        }
    }

    private static void widenDoubles(DoubleBuffer from, FloatBuffer to) {
        for (int index = 0; index < from.limit(); index++) {
            to.put(index, (float) from.get(index));
        }
    }

    private static void widenHalves(ShortBuffer from, FloatBuffer to) {
        for (int index = 0; index < from.limit(); index++) {
            to.put(index, fromHalf(from.get(index)));
        }
    }

    private static void widenBfloats(ShortBuffer from, FloatBuffer to) {
        for (int index = 0; index < from.limit(); index++) {
            to.put(index, fromBfloat16(from.get(index)));
        }
    }

    private static void widenLongs(LongBuffer from, FloatBuffer to) {
        for (int index = 0; index < from.limit(); index++) {
            to.put(index, (float) from.get(index));
        }
    }

    private static void widenInts(IntBuffer from, FloatBuffer to) {
        for (int index = 0; index < from.limit(); index++) {
            to.put(index, from.get(index));
        }
    }

    private static void widenShorts(ShortBuffer from, FloatBuffer to) {
        for (int index = 0; index < from.limit(); index++) {
            to.put(index, from.get(index));
        }
    }

    private static void widenBytes(StoredType type, ByteBuffer from, FloatBuffer to) {
        for (int index = 0; index < from.limit(); index++) {
            byte value = from.get(index);
            switch (type) {
                case I8 -> to.put(index, value);
                case U8 -> to.put(index, Byte.toUnsignedInt(value));
                default -> to.put(index, value == 0 ? 0 : 1);
            }
        }
    }

    /**
     * Converts float32 elements to another floating-point type.
     *
     * @param from the elements; its position does not change
     * @param type a floating-point type
     * @param to takes the converted elements from its position on, in its byte order; its position does not change
     */
    static void narrow(FloatBuffer from, StoredType type, ByteBuffer to) {
        FloatBuffer source = from.slice();
        switch (type) {
            case F64 -> {
                DoubleBuffer target = to.asDoubleBuffer();
                for (int index = 0; index < source.limit(); index++) {
                    target.put(index, source.get(index));
                }
            }
            case F32 -> to.asFloatBuffer().put(source);
            case F16 -> {
                ShortBuffer target = to.asShortBuffer();
                for (int index = 0; index < source.limit(); index++) {
                    target.put(index, toHalf(source.get(index)));
                }
            }
            case BF16 -> {
                ShortBuffer target = to.asShortBuffer();
                for (int index = 0; index < source.limit(); index++) {
                    target.put(index, toBfloat16(source.get(index)));
                }
            }
            default ->
                throw new IllegalArgumentException(
                        "expected a floating-point type, but was " + type + " (FloatConversion)");
        }
    }
}
