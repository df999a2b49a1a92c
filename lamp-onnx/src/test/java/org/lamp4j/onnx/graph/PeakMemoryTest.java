package org.lamp4j.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.lamp4j.tensor.Shape;

class PeakMemoryTest {

    private static final int BYTES = 100 * Float.BYTES;

    private static final Operator PAIR = Operator.named("Pair", "X", "Y")
            .types(node -> List.of(node.input(0).type()))
            .build();

    private final Graph graph = new Graph("test");
    private final Value x = graph.input("x", ElementType.FLOAT, Shape.of(100));

    @Test
    void of_chain_isTwoValues() {
        Value y = x;
        for (int times = 0; times < 5; times++) {
            y = PAIR.apply(y, y);
        }
        graph.output("y", y);

        assertThat(PeakMemory.of(graph, Set.of())).isEqualTo(2 * BYTES);
    }

    @Test
    void of_valueUsedLate_staysUntilThen() {
        Value early = PAIR.apply(x, x);
        Value y = PAIR.apply(PAIR.apply(early, early), x);
        graph.output("y", PAIR.apply(y, early));

        assertThat(PeakMemory.of(graph, Set.of())).isEqualTo(3 * BYTES);
    }

    @Test
    void of_valueOfAnEarlierSize_keepsThatBufferInTheMeantime() {
        Value small = graph.input("small", ElementType.FLOAT, Shape.of(10));
        Value first = PAIR.apply(small, small);
        Value middle = PAIR.apply(x, first);
        graph.output("y", PAIR.apply(small, middle));

        assertThat(PeakMemory.of(graph, Set.of())).isEqualTo(BYTES + BYTES / 10);
    }

    @Test
    void held_isTheSumOfAllBuffers() {
        Value small = graph.input("small", ElementType.FLOAT, Shape.of(10));
        Value y = PAIR.apply(PAIR.apply(x, x), x);
        graph.output("y", PAIR.apply(small, PAIR.apply(small, y)));

        assertThat(PeakMemory.of(graph, Set.of())).isEqualTo(2 * BYTES);
        assertThat(PeakMemory.held(graph, Set.of())).isEqualTo(2 * BYTES + 2 * BYTES / 10);
        assertThat(PeakMemory.held(graph, Set.of("y"))).isEqualTo(2 * BYTES + BYTES / 10);
    }

    @Test
    void of_outputs_stayToTheEndUnlessTheyAreOutside() {
        graph.output("first", PAIR.apply(x, x));
        Value y = PAIR.apply(x, x);
        graph.output("last", PAIR.apply(y, y));

        assertThat(PeakMemory.of(graph, Set.of())).isEqualTo(3 * BYTES);
        assertThat(PeakMemory.of(graph, Set.of("first"))).isEqualTo(2 * BYTES);
        assertThat(PeakMemory.of(graph, Set.of("first", "last"))).isEqualTo(BYTES);
    }

    @Test
    void of_inputsWeightsAndConstants_areNotCounted() {
        Value weight = graph.weight("w", x.type(), ByteBuffer.allocate(BYTES));
        graph.output("y", PAIR.apply(PAIR.apply(x, weight), graph.constant(Shape.of(1), 1)));

        assertThat(PeakMemory.of(graph, Set.of("y"))).isEqualTo(BYTES);
    }

    @Test
    void of_parts_countsWhatIsKeptBetweenThem() {
        Value early = graph.cutAfter(PAIR.apply(x, x));
        Value y = graph.cutAfter(PAIR.apply(PAIR.apply(early, early), x));
        graph.output("y", PAIR.apply(y, early));

        // part 1: early is kept, beside its own two values
        assertThat(PeakMemory.of(GraphParts.of(graph), Set.of("y"))).isEqualTo(3 * BYTES);
    }

    @Test
    void of_valueNobodyUses_isThereForItsNodeOnly() {
        PAIR.apply(x, x);
        graph.output("y", PAIR.apply(x, x));

        assertThat(PeakMemory.of(graph, Set.of())).isEqualTo(BYTES);
    }
}
