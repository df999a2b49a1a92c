package org.lamp4j.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lamp4j.tensor.Shape;

class OperatorEventTest {

    private static final String EVENT = "{\"cat\": \"Node\", \"dur\": 250, \"name\": \"a/MatMul_3_kernel_time\","
            + " \"args\": {\"op_name\": \"MatMul\", \"input_type_shape\": [{\"float\": [2, 3, 4]}, {\"float\": [2, 4, 5]}],"
            + " \"output_type_shape\": [{\"float\": [2, 3, 5]}]}}";

    private static Arguments event(String operator, long flops, Shape output, Shape... inputs) {
        return Arguments.of(new OperatorEvent(operator, 1, List.of(inputs), List.of(output)), flops);
    }

    static Stream<Arguments> events() {
        Shape product = Shape.of(2, 3, 5); // of [2, 3, 4] and [2, 4, 5]
        return Stream.of(
                event("MatMul", 240, product, Shape.of(2, 3, 4), Shape.of(2, 4, 5)),
                event("FusedMatMul", 240, product, Shape.of(2, 4, 3), Shape.of(2, 5, 4)),
                event("FusedMatMul", 240, product, Shape.of(2, 3, 4), Shape.of(5, 4)),
                event("Gemm", 240, Shape.of(6, 5), Shape.of(6, 4), Shape.of(4, 5), Shape.of(5)),
                event("Gemm", 240, Shape.of(6, 5), Shape.of(6, 4), Shape.of(5)), // weights packed, bias left
                event("Conv", 2 * 2 * 7 * 8 * 6 * 27, Shape.of(2, 7, 8, 6), Shape.of(2, 3, 8, 6), Shape.of(7, 3, 3, 3)),
                event("Conv", 0, Shape.of(2, 7, 8, 6), Shape.of(2, 3, 8, 6)),
                event("Mul", 0, Shape.of(2), Shape.of(2), Shape.of(2)));
    }

    @ParameterizedTest
    @MethodSource("events")
    void flops_ofAnEvent_areThoseOfItsShapes(OperatorEvent event, long flops) {
        assertThat(event.flops()).isEqualTo(flops);
    }

    @Test
    void of_eventOfTheProfiler_isRead() throws Exception {
        OperatorEvent event = OperatorEvent.of(new ObjectMapper().readTree(EVENT));

        assertThat(event)
                .isEqualTo(new OperatorEvent(
                        "MatMul", 250e-6, List.of(Shape.of(2, 3, 4), Shape.of(2, 4, 5)), List.of(Shape.of(2, 3, 5))));
        assertThat(event.withShapes()).isEqualTo("MatMul [2, 3, 4] [2, 4, 5] → [2, 3, 5]");
    }
}
