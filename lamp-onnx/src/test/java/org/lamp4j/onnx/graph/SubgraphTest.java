package org.lamp4j.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lamp4j.tensor.Shape;

class SubgraphTest {

    private static final Operator COPY = Operator.named("Copy", "X")
            .types(node -> List.of(node.input(0).type()))
            .build();

    private static final Operator PAIR = Operator.named("Pair", "X", "Y")
            .types(node -> List.of(node.input(0).type()))
            .build();

    private final Graph graph = new Graph("whole");
    private final Value x = graph.input("x", ElementType.FLOAT, Shape.of(2));
    private final Value weight = graph.weight("w", x.type(), ByteBuffer.allocate(8));

    @Test
    void of_valuesWanted_holdsWhatTheyNeedInItsOrderAndNothingElse() {
        Value a = COPY.apply(x);
        Value unneeded = COPY.apply(a);
        Value b = PAIR.apply(a, weight);

        Graph part = Subgraph.of("part", Map.of("result", b), value -> false);

        assertThat(part.nodes()).extracting(Node::name).containsExactly("Copy_0", "Pair_2");
        assertThat(part.inputs()).extracting(Value::name).containsExactly("x");
        assertThat(part.weights()).extracting(Value::name).containsExactly("w");
        assertThat(part.outputs().get("result").name()).isEqualTo(b.name());
        assertThat(part.outputs().get("result").graph()).isSameAs(part);
        assertThat(graph.nodes()).contains(unneeded.producer().orElseThrow());
    }

    @Test
    void of_valueGiven_becomesAnInputOfItsNameAndType() {
        Value a = COPY.apply(x);
        Value b = PAIR.apply(COPY.apply(a), a);

        Graph part = Subgraph.of("part", Map.of("result", b), a::equals);

        assertThat(part.inputs()).extracting(Value::toString).containsExactly(a.toString());
        assertThat(part.nodes()).extracting(Node::name).containsExactly("Copy_1", "Pair_2");
    }

    @Test
    void of_placesToCut_stayThoseThatItComputes() {
        Value given = graph.cutAfter(COPY.apply(x));
        Value a = graph.cutAfter(COPY.apply(given));
        graph.cutAfter(COPY.apply(x));

        Graph part = Subgraph.of("part", Map.of("result", COPY.apply(a)), given::equals);

        assertThat(part.cuts()).extracting(Value::name).containsExactly(a.name());
    }

    @Test
    void of_constants_stayConstants() {
        Value constant = graph.constant(Shape.of(2), 3, 4);

        Graph part = Subgraph.of("part", Map.of("result", PAIR.apply(x, constant)), value -> false);

        assertThat(part.constants()).hasSize(1);
        assertThat(part.constants().get(0).data()).isEqualTo(constant.data());
        assertThat(part.weights()).isEmpty();
    }
}
