package org.lamp4j.tensor;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeapLimitTest {

    private static final double HEAP = Runtime.getRuntime().maxMemory();

    @Test
    void require_lessThanHalfOfTheHeap_isTaken() {
        assertThatCode(() -> HeapLimit.require("a clip", "2 frames", HEAP / 2.01))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.51, 1e30, Double.POSITIVE_INFINITY, Double.NaN})
    void require_moreThanHalfOfTheHeap_isRefusedWithBothNumbers(double share) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HeapLimit.require("a clip", "9 frames of 8x8", share * HEAP))
                .withMessageMatching("expected a clip within half of the heap, [0-9.]+ GiB, but 9 frames of 8x8 take"
                        + " \\S+ GiB \\(Java's option -Xmx gives more\\)");
    }

    @ParameterizedTest
    @ValueSource(ints = {1 << 30, Integer.MAX_VALUE})
    void tensor_ofMoreElementsThanTheHeapHolds_isRefused(int size) {
        for (Shape shape : new Shape[] {Shape.of(size, 4), Shape.of(size, size), Shape.of(size, size, size)}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> FloatTensor.zeros(shape))
                    .withMessageStartingWith("expected a ")
                    .withMessageEndingWith(", but was " + shape);
            assertThatIllegalArgumentException().isThrownBy(() -> FloatTensor.generate(shape, index -> 0));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> RandomSource.stream(0, "x", 0).gaussian(shape));
            assertThatIllegalArgumentException().isThrownBy(() -> FloatTensor.of(shape, 1));
        }
    }

    @Test
    void concat_ofMoreThanAnAxisHolds_isRefused() {
        FloatTensor wide = FloatTensor.zeros(Shape.of(1 << 30, 0));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> FloatTensor.concat(0, Collections.nCopies(2, wide)))
                .withMessage("expected tensors whose sizes of axis 0 add up to at most 2147483647, but was 2147483648"
                        + " (FloatTensor.concat)");
    }
}
