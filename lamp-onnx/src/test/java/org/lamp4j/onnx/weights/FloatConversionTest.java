package org.lamp4j.onnx.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FloatConversionTest {

    private static final int INFINITE_HALF = 0x7c00;
    private static final int INFINITE_BFLOAT16 = 0x7f80;

    /** The definition of IEEE 754 half precision, in double arithmetic. */
    private static double halfByDefinition(int half) {
        int exponent = half >>> 10 & 0x1f;
        int fraction = half & 0x3ff;
        double sign = (half & 0x8000) == 0 ? 1 : -1;
        return exponent == 0
                ? sign * fraction * Math.scalb(1.0, -24)
                : sign * (1024 + fraction) * Math.scalb(1.0, exponent - 25);
    }

    @Test
    void fromHalf_everyFiniteHalf_isItsDefinition() {
        IntStream.range(0, 1 << 16)
                .filter(half -> (half & INFINITE_HALF) != INFINITE_HALF)
                .forEach(half -> assertThat((double) FloatConversion.fromHalf((short) half))
                        .isEqualTo(halfByDefinition(half)));
    }

    @Test
    void toHalf_everyHalf_isItself() {
        IntStream.range(0, 1 << 16)
                .filter(half -> (half & 0x7fff) <= INFINITE_HALF)
                .forEach(half -> assertThat(FloatConversion.toHalf(FloatConversion.fromHalf((short) half)))
                        .isEqualTo((short) half));
    }

    @Test
    void toHalf_betweenTwoHalves_roundsToTheNearestAndTiesToEven() {
        IntStream.range(0, INFINITE_HALF - 1).forEach(half -> {
            float low = FloatConversion.fromHalf((short) half);
            float middle = (float) ((halfByDefinition(half) + halfByDefinition(half + 1)) / 2);
            int even = half + (half & 1);
            assertThat(FloatConversion.toHalf(Math.nextDown(middle)))
                    .as("below %s", middle)
                    .isEqualTo((short) half);
            assertThat(FloatConversion.toHalf(middle)).as("tie above %s", low).isEqualTo((short) even);
            assertThat(FloatConversion.toHalf(-middle)).isEqualTo((short) (even | 0x8000));
            assertThat(FloatConversion.toHalf(Math.nextUp(middle))).isEqualTo((short) (half + 1));
        });
    }

    @ParameterizedTest
    @CsvSource({
        "65519.996, 7bff",
        "65520, 7c00",
        "1e30, 7c00",
        "Infinity, 7c00",
        "-Infinity, fc00",
        "-0.0, 8000",
        "2.9802322e-8, 0000",
        "2.9802326e-8, 0001",
        "1.4e-45, 0000",
        "6.1035156e-5, 0400",
        "6.0975552e-5, 03ff"
    })
    void toHalf_atTheEdges_isTheNearest(float value, String expectedBits) {
        assertThat(FloatConversion.toHalf(value)).isEqualTo((short) Integer.parseInt(expectedBits, 16));
    }

    @Test
    void narrowing_nan_staysNan() {
        float[] nans = {Float.NaN, Float.intBitsToFloat(0x7f800001), Float.intBitsToFloat(0xffc12345)};
        for (float nan : nans) {
            assertThat(FloatConversion.fromHalf(FloatConversion.toHalf(nan))).isNaN();
            assertThat(FloatConversion.fromBfloat16(FloatConversion.toBfloat16(nan)))
                    .isNaN();
        }
    }

    @Test
    void fromHalf_nanAndInfinity_areKept() {
        assertThat(FloatConversion.fromHalf((short) 0x7e01)).isNaN();
        assertThat(FloatConversion.fromHalf((short) 0x7c00)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(FloatConversion.fromHalf((short) 0xfc00)).isEqualTo(Float.NEGATIVE_INFINITY);
    }

    @Test
    void toBfloat16_betweenTwoBfloats_roundsToTheNearestAndTiesToEven() {
        IntStream.range(0, INFINITE_BFLOAT16).forEach(bfloat -> {
            float middle = Float.intBitsToFloat(bfloat << 16 | 0x8000);
            assertThat(FloatConversion.toBfloat16(FloatConversion.fromBfloat16((short) bfloat)))
                    .isEqualTo((short) bfloat);
            assertThat(FloatConversion.toBfloat16(Math.nextDown(middle))).isEqualTo((short) bfloat);
            assertThat(FloatConversion.toBfloat16(middle)).isEqualTo((short) (bfloat + (bfloat & 1)));
            assertThat(FloatConversion.toBfloat16(Math.nextUp(middle))).isEqualTo((short) (bfloat + 1));
        });
    }

    @Test
    void toBfloat16_largestFloat_roundsToInfinity() {
        assertThat(FloatConversion.toBfloat16(Float.MAX_VALUE)).isEqualTo((short) INFINITE_BFLOAT16);
        assertThat(FloatConversion.toBfloat16(Float.NEGATIVE_INFINITY)).isEqualTo((short) 0xff80);
    }

    @ParameterizedTest
    @EnumSource(
            value = StoredType.class,
            names = {"F64", "F32", "F16", "BF16"})
    void widen_whatWasNarrowed_isTheSame(StoredType type) {
        float[] values = {0, -0.0f, 1, -1.5f, 0.015625f, Float.POSITIVE_INFINITY};
        ByteBuffer bytes = ByteBuffer.allocate(values.length * type.byteWidth()).order(ByteOrder.LITTLE_ENDIAN);
        FloatBuffer widened = FloatBuffer.allocate(values.length);
        FloatConversion.narrow(FloatBuffer.wrap(values), type, bytes);
        FloatConversion.widen(type, bytes, widened);
        assertThat(widened.array()).containsExactly(values);
    }

    @Test
    void narrow_toIntegers_isRefused() {
        assertThatThrownBy(
                        () -> FloatConversion.narrow(FloatBuffer.allocate(1), StoredType.I64, ByteBuffer.allocate(8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a floating-point type, but was I64 (FloatConversion)");
    }
}
