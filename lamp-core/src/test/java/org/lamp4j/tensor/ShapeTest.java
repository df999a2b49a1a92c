package org.lamp4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShapeTest {

    private static final Shape SHAPE = Shape.of(2, 3, 4);

    @Test
    void size_negativeAxis_countsFromTheInnermost() {
        assertThat(SHAPE.size(-1)).isEqualTo(4);
        assertThat(SHAPE.size(0)).isEqualTo(2);
        assertThat(SHAPE.axis(-3)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, -4})
    void size_unknownAxis_isRefused(int axis) {
        assertThatThrownBy(() -> SHAPE.size(axis))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("expected an axis of [2, 3, 4], but was " + axis);
    }

    @Test
    void elementCount_shape_isTheProductOfItsSizes() {
        assertThat(SHAPE.elementCount()).isEqualTo(24);
        assertThat(Shape.of().elementCount()).isEqualTo(1);
        assertThat(Shape.of(3, 0).elementCount()).isZero();
    }

    @Test
    void elementCount_moreThanALongHolds_isRefused() {
        Shape huge = Shape.of(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

        assertThatIllegalArgumentException()
                .isThrownBy(huge::elementCount)
                .withMessage("expected a shape of at most 9223372036854775807 elements, but was " + huge);
        assertThat(Shape.of(Integer.MAX_VALUE, Integer.MAX_VALUE).elementCount())
                .isEqualTo(4611686014132420609L);
    }

    @Test
    void with_axis_resizesIt() {
        assertThat(SHAPE.with(-2, 7)).isEqualTo(Shape.of(2, 7, 4));
        assertThat(SHAPE).isEqualTo(Shape.of(2, 3, 4));
    }

    @Test
    void sizes_array_isACopy() {
        SHAPE.sizes()[0] = 9;

        assertThat(SHAPE.sizes()).containsExactly(2, 3, 4);
        assertThat(SHAPE.longSizes()).containsExactly(2, 3, 4);
        assertThat(SHAPE.rank()).isEqualTo(3);
    }

    @Test
    void equals_sameSizes_isTrueAndHashesAlike() {
        assertThat(SHAPE).isEqualTo(Shape.of(2, 3, 4)).hasSameHashCodeAs(Shape.of(2, 3, 4));
        assertThat(SHAPE).isNotEqualTo(Shape.of(2, 3)).hasToString("[2, 3, 4]");
    }

    @Test
    void of_negativeSize_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shape.of(2, -1))
                .withMessage("expected axis sizes of 0 or more, but was [2, -1]");
    }

    @Test
    void check_otherShape_namesBothAndThePlace() {
        assertThatThrownBy(() -> ShapeMismatchException.check("latent", SHAPE, Shape.of(2), "ShapeTest"))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected latent [2, 3, 4], but was [2] (ShapeTest)");
    }
}
