package org.lamp4j.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lamp4j.tensor.Shape;

class GraphPartsTest {

    private static final Operator PAIR = Operator.named("Pair", "X", "Y")
            .types(node -> List.of(node.input(0).type()))
            .build();

    private final Graph graph = new Graph("whole");
    private final Value x = graph.input("x", ElementType.FLOAT, Shape.of(2));

    @Test
    void of_graphWithoutCuts_isOnePartOfAllItsNodes() {
        graph.output("y", PAIR.apply(PAIR.apply(x, x), x));

        List<Graph> parts = GraphParts.of(graph);

        assertThat(parts).hasSize(1);
        assertThat(parts.get(0).nodes()).extracting(Node::name).containsExactly("Pair_0", "Pair_1");
        assertThat(names(parts.get(0).inputs())).containsExactly("x");
        assertThat(parts.get(0).outputs()).containsOnlyKeys("y");
    }

    /** As a UNet's skip connections: what part 0 computes is used by the next part and by the last. */
    @Test
    void of_valueUsedByLaterParts_isAnOutputOfOneAndAnInputOfTheOthers() {
        Value a = graph.cutAfter(PAIR.apply(x, x));
        Value b = graph.cutAfter(PAIR.apply(a, PAIR.apply(a, a)));
        graph.output("y", PAIR.apply(b, a));

        List<Graph> parts = GraphParts.of(graph);

        assertThat(parts).extracting(part -> part.nodes().size()).containsExactly(1, 2, 1);
        assertThat(parts.get(0).outputs()).containsOnlyKeys(a.name());
        assertThat(names(parts.get(1).inputs())).containsExactly(a.name());
        assertThat(parts.get(1).outputs()).containsOnlyKeys(b.name());
        assertThat(names(parts.get(2).inputs())).containsExactly(b.name(), a.name());
        assertThat(parts.get(2).outputs()).containsOnlyKeys("y");
    }

    @Test
    void of_valueBesideTheCut_crossesItToo() {
        Value a = PAIR.apply(x, x);
        Value cut = graph.cutAfter(PAIR.apply(a, x));
        graph.output("y", PAIR.apply(cut, a));

        assertThat(GraphParts.of(graph).get(0).outputs()).containsOnlyKeys(a.name(), cut.name());
    }

    @Test
    void of_outputOfAnEarlyPart_isAnOutputThere() {
        Value a = graph.cutAfter(PAIR.apply(x, x));
        graph.output("early", a);
        graph.output("y", PAIR.apply(a, x));

        assertThat(GraphParts.of(graph).get(0).outputs()).containsOnlyKeys(a.name(), "early");
    }

    @Test
    void of_cutAfterTheLastNode_makesNoEmptyPart() {
        graph.output("y", graph.cutAfter(PAIR.apply(x, x)));

        assertThat(GraphParts.of(graph)).hasSize(1);
    }

    @Test
    void cutAfter_valueThatNoNodeComputes_isRefused() {
        assertThatThrownBy(() -> graph.cutAfter(x))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a value that a node of graph whole computes, but was x FLOAT[2]");
        Graph other = new Graph("other");
        assertThatThrownBy(() -> other.cutAfter(PAIR.apply(x, x)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("graph other computes");
    }

    private static List<String> names(List<Value> values) {
        return values.stream().map(Value::name).toList();
    }
}
