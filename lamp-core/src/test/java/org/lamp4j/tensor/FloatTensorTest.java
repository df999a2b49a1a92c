package org.lamp4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FloatTensorTest {

    /** The element at (i, j, k) is 100 i + 10 j + k. */
    private static final FloatTensor TENSOR =
            FloatTensor.generate(Shape.of(2, 3, 4), index -> index / 12 * 100 + index / 4 % 3 * 10 + index % 4);

    @Test
    void get_position_isRowMajor() {
        assertThat(TENSOR.get(1, 2, 3)).isEqualTo(123);
        assertThat(TENSOR.valueAt(12 + 4)).isEqualTo(110);
    }

    @Test
    void get_wrongPosition_isRefused() {
        assertThatThrownBy(() -> TENSOR.get(1, 2))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("expected 3 indices for shape [2, 3, 4], but was 2");
        assertThatThrownBy(() -> TENSOR.get(0, 3, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void of_array_isCopied() {
        float[] values = {1, 2};
        FloatTensor tensor = FloatTensor.of(Shape.of(2), values);
        values[0] = 9;
        tensor.toArray()[1] = 9;

        assertThat(tensor.toArray()).containsExactly(1, 2);
    }

    @Test
    void of_buffer_takesItsRemainingValuesAndLeavesItsPosition() {
        FloatBuffer buffer = FloatBuffer.wrap(new float[] {1, 2, 3}).position(1);

        assertThat(FloatTensor.of(Shape.of(2), buffer).toArray()).containsExactly(2, 3);
        assertThat(buffer.position()).isEqualTo(1);
    }

    @Test
    void of_wrongNumberOfValues_isRefused() {
        assertThatThrownBy(() -> FloatTensor.of(Shape.of(2, 2), 1, 2, 3))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected 4 values for shape [2, 2], but was 3 (FloatTensor)");
    }

    @Test
    void values_view_isReadOnly() {
        FloatBuffer values = TENSOR.values();

        assertThat(values.remaining()).isEqualTo(24);
        assertThatThrownBy(() -> values.put(0, 1)).isInstanceOf(ReadOnlyBufferException.class);
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 2", "1, 0, 2", "2, 1, 3", "-1, 2, 2"})
    void slice_axis_keepsThoseElements(int axis, int from, int to) {
        FloatTensor part = TENSOR.slice(axis, from, to);

        assertThat(part.shape()).isEqualTo(TENSOR.shape().with(axis, to - from));
        for (int i = 0; i < part.shape().size(0); i++) {
            for (int j = 0; j < part.shape().size(1); j++) {
                for (int k = 0; k < part.shape().size(2); k++) {
                    int at = TENSOR.shape().axis(axis);
                    assertThat(part.get(i, j, k))
                            .isEqualTo(
                                    TENSOR.get(at == 0 ? i + from : i, at == 1 ? j + from : j, at == 2 ? k + from : k));
                }
            }
        }
    }

    @Test
    void slice_beyondTheAxis_isRefused() {
        assertThatThrownBy(() -> TENSOR.slice(1, 2, 4)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 2", "2, 3", "-3, 1"})
    void concat_slices_giveTheWholeBack(int axis, int cut) {
        FloatTensor joined = FloatTensor.concat(
                axis,
                List.of(
                        TENSOR.slice(axis, 0, cut),
                        TENSOR.slice(axis, cut, TENSOR.shape().size(axis))));

        assertThat(joined.shape()).isEqualTo(TENSOR.shape());
        assertThat(joined.toArray()).containsExactly(TENSOR.toArray());
    }

    @Test
    void concat_otherSizesDiffer_isRefused() {
        assertThatThrownBy(() -> FloatTensor.concat(0, List.of(TENSOR, FloatTensor.zeros(Shape.of(2, 3, 5)))))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected tensor [2, 3, 4], but was [2, 3, 5] (FloatTensor.concat)");
    }

    @Test
    void reshape_sameCount_keepsTheOrder() {
        FloatTensor reshaped = TENSOR.reshape(Shape.of(6, 4));

        assertThat(reshaped.get(5, 3)).isEqualTo(123);
        assertThatThrownBy(() -> TENSOR.reshape(Shape.of(5, 5))).isInstanceOf(ShapeMismatchException.class);
    }

    @Test
    void arithmetic_tensors_isElementByElement() {
        FloatTensor a = FloatTensor.of(Shape.of(2), 1, 2);
        FloatTensor b = FloatTensor.of(Shape.of(2), 10, 30);

        assertThat(a.times(3).toArray()).containsExactly(3, 6);
        assertThat(a.plus(b).toArray()).containsExactly(11, 32);
        assertThat(a.minus(b).toArray()).containsExactly(-9, -28);
        assertThat(a.weighted(2, 0.5f, b).toArray()).containsExactly(7, 19);
    }

    @Test
    void arithmetic_otherShape_isRefused() {
        assertThatThrownBy(() -> TENSOR.plus(FloatTensor.zeros(Shape.of(4))))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected tensor [2, 3, 4], but was [4] (FloatTensor.weighted)");
    }
}
