package org.lamp4j.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.GraphParts;
import org.lamp4j.onnx.graph.Operator;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

class SessionChainTest {

    private static final Operator ADD = Operator.named("Add", "A", "B")
            .types(node -> List.of(node.input(0).type()))
            .build();

    /** {@code 2x}, then {@code 4x}, then their sum: one value skips a part. */
    private static List<Graph> parts() {
        Graph graph = new Graph("chain");
        Value x = graph.input("x", ElementType.FLOAT, Shape.of(2));
        Value doubled = graph.cutAfter(ADD.apply(x, x));
        Value fourfold = graph.cutAfter(ADD.apply(doubled, doubled));
        graph.output("y", ADD.apply(fourfold, doubled));
        return GraphParts.of(graph);
    }

    @Test
    void run_parts_giveWhatTheWholeGivesAndLeaveNoTensorOpen() {
        assertThat(parts()).hasSize(3);
        int open = NativeTensor.openCount();
        try (SessionChain chain = SessionChain.load(parts(), ComputeDevice.cpu().lowMemory());
                NativeTensor x = NativeTensor.copyOf(FloatTensor.of(Shape.of(2), 1, -3))) {
            for (int run = 0; run < 2; run++) {
                try (NativeTensor y = NativeTensor.allocate(chain.outputType("y"))) {
                    chain.run(Map.of("x", x), Map.of("y", y));
                    assertThat(y.toFloatTensor().toArray()).containsExactly(6, -18);
                }
            }
            assertThat(NativeTensor.openCount()).isEqualTo(open + 1);
        }
        assertThat(NativeTensor.openCount()).isEqualTo(open);
    }

    /** The doubled value is taken by both parts after the first. */
    @Test
    void run_resultOfAnEarlierPart_isWrittenAndHandedOn() {
        int open = NativeTensor.openCount();
        try (SessionChain chain = SessionChain.load(parts(), ComputeDevice.cpu());
                NativeTensor x = NativeTensor.copyOf(FloatTensor.of(Shape.of(2), 1, -3));
                NativeTensor doubled = NativeTensor.copyOf(FloatTensor.zeros(Shape.of(2)));
                NativeTensor y = NativeTensor.copyOf(FloatTensor.zeros(Shape.of(2)))) {
            chain.run(Map.of("x", x), Map.of("Add_0", doubled, "y", y));

            assertThat(doubled.toFloatTensor().toArray()).containsExactly(2, -6);
            assertThat(y.toFloatTensor().toArray()).containsExactly(6, -18);
            assertThatThrownBy(() -> chain.run(Map.of("x", x), Map.of("z", y)))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessage("expected one of the outputs [y], but was z (chain, part 2)");
        }
        assertThat(NativeTensor.openCount()).isEqualTo(open);
    }

    @Test
    void run_inputMissing_isNamedAndNothingStaysOpen() {
        int open = NativeTensor.openCount();
        try (SessionChain chain = SessionChain.load(parts(), ComputeDevice.cpu());
                NativeTensor y = NativeTensor.allocate(chain.outputType("y"))) {
            assertThatThrownBy(() -> chain.run(Map.of(), Map.of("y", y)))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessage("expected x FLOAT[2], but was nothing (chain, part 0)");
        }
        assertThat(NativeTensor.openCount()).isEqualTo(open);
    }

    @Test
    void run_afterClose_isRefused() {
        SessionChain chain = SessionChain.load(parts(), ComputeDevice.cpu());
        chain.close();
        chain.close();

        try (NativeTensor x = NativeTensor.copyOf(FloatTensor.of(Shape.of(2), 1, 2));
                NativeTensor y = NativeTensor.copyOf(FloatTensor.zeros(Shape.of(2)))) {
            assertThatThrownBy(() -> chain.run(Map.of("x", x), Map.of("y", y)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("expected an open session, but chain, part 0 is closed");
        }
    }
}
