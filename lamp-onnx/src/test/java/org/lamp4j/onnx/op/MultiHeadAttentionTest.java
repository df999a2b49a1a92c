package org.lamp4j.onnx.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.runtime.GraphRun;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

class MultiHeadAttentionTest {

    private static final Shape QUERY = Shape.of(2, 7, 6);
    private static final Shape KEY = Shape.of(2, 5, 6);
    private static final int HEADS = 3;
    private static final long ROW_BYTES = 5 * 4;

    /** The same products; sums over blocks come in another order. */
    private static final float ROUNDING = 1e-6f;

    /** From one row of one head to several heads at once; the last block is smaller than the others. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2 * ROW_BYTES, 7 * ROW_BYTES, 14 * ROW_BYTES, 28 * ROW_BYTES})
    void gradients_inBlocks_areThoseOfASingleBlock(long blockBytes) {
        List<FloatTensor> whole = gradients(Long.MAX_VALUE);

        List<FloatTensor> inBlocks = gradients(blockBytes);

        for (int input = 0; input < 3; input++) {
            assertThat(inBlocks.get(input).toArray())
                    .containsExactly(whole.get(input).toArray(), within(ROUNDING));
        }
    }

    @Test
    void gradients_inBlocks_holdNoMoreOfTheWeightsThanABlock() {
        Graph graph = graph(3 * ROW_BYTES);

        assertThat(graph.nodes())
                .filteredOn(node -> node.operator() == Normalization.SOFTMAX)
                .hasSize(2 * HEADS * 3) // batch entries, heads, blocks of 3, 3 and 1 rows
                .allSatisfy(node -> assertThat(node.output(0).type().byteSize()).isLessThanOrEqualTo(3 * ROW_BYTES));
    }

    @Test
    void multiHeadAttention_shapesThatDoNotFit_areRefused() {
        Graph graph = new Graph("test");
        Value query = graph.input("query", ElementType.FLOAT, QUERY);
        Value key = graph.input("key", ElementType.FLOAT, KEY);

        assertThatThrownBy(() -> MultiHeadAttention.multiHeadAttention(query, key, key, 4))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("C a multiple of the heads, but was [2, 7, 6] and [2, 5, 6] and [2, 5, 6]");
        assertThatThrownBy(() -> MultiHeadAttention.multiHeadAttention(query, key, query, 3))
                .isInstanceOf(ShapeMismatchException.class);
    }

    private static List<FloatTensor> gradients(long blockBytes) {
        GraphRun run = GraphRun.of(graph(blockBytes));
        Map.of("query", QUERY, "key", KEY, "value", KEY, "dO", QUERY)
                .forEach((name, shape) ->
                        run.with(name, RandomSource.stream(1, name, 0).gaussian(shape)));
        return run.outputs(List.of("0", "1", "2"));
    }

    private static Graph graph(long blockBytes) {
        Graph graph = new Graph("attention");
        Value o = MultiHeadAttention.multiHeadAttention(
                graph.input("query", ElementType.FLOAT, QUERY),
                graph.input("key", ElementType.FLOAT, KEY),
                graph.input("value", ElementType.FLOAT, KEY),
                HEADS);
        Value dO = graph.input("dO", ElementType.FLOAT, QUERY);
        MultiHeadAttention.gradients(o.producer().orElseThrow(), dO, Set.of(0, 1, 2), blockBytes)
                .forEach((input, gradient) -> graph.output(Integer.toString(input), gradient));
        return graph;
    }
}
