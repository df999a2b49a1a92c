package org.lamp4j.onnx.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Operator;
import org.lamp4j.onnx.graph.Replacement;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.runtime.GraphRun;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

class StandardOperatorsTest {

    private static final Shape QUERY = Shape.of(3, 7, 6);
    private static final Shape KEY = Shape.of(3, 5, 6);
    private static final int HEADS = 3;
    private static final long ROW_BYTES = HEADS * 5 * 4;

    /** The same products, summed in another order. */
    private static final float ROUNDING = 1e-6f;

    @Test
    void rules_operatorsOfOtherDomains_allHaveOne() throws IOException, IllegalAccessException {
        Set<Operator> others =
                new LinkedHashSet<>(OperatorGradientTest.operators().values());
        others.removeIf(operator -> operator.domain().isEmpty());

        assertThat(StandardOperators.RULES.keySet()).isEqualTo(others);
    }

    @Test
    void of_activationsAndAttention_giveTheSameInOnnxsOwnDomain() {
        Graph graph = graph();

        Graph standard = StandardOperators.of(graph);

        assertThat(standard.nodes())
                .allSatisfy(node -> assertThat(node.operator().domain()).isEmpty());
        assertThat(graph.nodes())
                .anySatisfy(node -> assertThat(node.operator().domain()).isNotEmpty());
        assertSame(standard, graph);
    }

    /** From one row to several batch entries at once; the last block is smaller than the others. */
    @ParameterizedTest
    @ValueSource(longs = {1, 3 * ROW_BYTES, 7 * ROW_BYTES, 14 * ROW_BYTES, 100 * ROW_BYTES})
    void inBlocks_anySize_givesWhatTheOperatorGives(long blockBytes) {
        Graph graph = graph();

        Graph inBlocks = Replacement.in(
                graph,
                Map.of(
                        MultiHeadAttention.MULTI_HEAD_ATTENTION,
                        (node, inputs) -> List.of(MultiHeadAttention.inBlocks(node, inputs, blockBytes))));

        assertThat(inBlocks.nodes())
                .filteredOn(node -> node.operator() == Normalization.SOFTMAX)
                .isNotEmpty()
                .allSatisfy(node -> assertThat(node.output(0).type().byteSize())
                        .isLessThanOrEqualTo(Math.max(ROW_BYTES, blockBytes)));
        assertSame(inBlocks, graph);
    }

    private static Graph graph() {
        Graph graph = new Graph("attention");
        Value query = graph.input("query", ElementType.FLOAT, QUERY);
        Value key = graph.input("key", ElementType.FLOAT, KEY);
        Value value = graph.input("value", ElementType.FLOAT, KEY);
        Value attended = MultiHeadAttention.multiHeadAttention(Activations.silu(query), key, value, HEADS);
        graph.output("result", Activations.quickGelu(attended));
        return graph;
    }

    private static void assertSame(Graph actual, Graph expected) {
        assertThat(result(actual).toArray()).containsExactly(result(expected).toArray(), within(ROUNDING));
    }

    private static FloatTensor result(Graph graph) {
        return GraphRun.of(graph).withRandomInputs(1).output("result");
    }
}
