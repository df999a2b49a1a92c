package org.lamp4j.examples.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

class RowTest {

    @ParameterizedTest
    @CsvSource({
        "1e-5, 1e-5, OK",
        "1.01e-5, 1e-5, FAIL",
        "NaN, 1e-5, FAIL",
        "NaN, Infinity, FAIL",
        "Infinity, Infinity, FAIL",
        "0.5, Infinity, REPORTED",
        "0, 0, OK",
        "1, 0, FAIL"
    })
    void verdict_errorAndTolerance_asBounded(double error, double tolerance, Row.Verdict verdict) {
        assertThat(Row.of("row", error, tolerance).verdict()).isEqualTo(verdict);
    }

    @Test
    void verdict_noError_absent() {
        assertThat(Row.absent("row", 1).verdict()).isEqualTo(Row.Verdict.ABSENT);
        assertThat(Row.absent("row", 1).toString()).endsWith("absent");
    }

    @Test
    void of_tensors_normOfDifferenceOverNormOfReference() {
        Row row = Row.of("row", tensor(3, 4.5f), tensor(3, 4), 1);

        assertThat(row.error().orElseThrow()).isCloseTo(0.1, within(1e-7));
    }

    @Test
    void of_tensorWithNaN_fails() {
        assertThat(Row.of("row", tensor(3, Float.NaN), tensor(3, 4), 1).verdict())
                .isEqualTo(Row.Verdict.FAIL);
    }

    @Test
    void of_zeroReference_zeroOnlyForZero() {
        assertThat(Row.of("row", tensor(0, 0), tensor(0, 0), 0).verdict()).isEqualTo(Row.Verdict.OK);
        assertThat(Row.of("row", tensor(0, 1e-9f), tensor(0, 0), 1).verdict()).isEqualTo(Row.Verdict.FAIL);
    }

    @Test
    void of_otherShape_namesBoth() {
        assertThatThrownBy(() -> Row.of("row", tensor(1), tensor(1, 2), 1))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("[2], but was [1]");
    }

    @Test
    void exact_missingAndWrongNumbers_counted() {
        assertThat(Row.exact("ids", new int[] {1, 2, 4}, new int[] {1, 2, 3, 5}).error())
                .hasValue(2);
    }

    private static FloatTensor tensor(float... values) {
        return FloatTensor.of(Shape.of(values.length), values);
    }
}
