package org.lamp4j.onnx.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Node;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.op.Convolution.Window;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

/** Shapes and types that the operators give, what they refuse, and the nodes they spare. */
class OperatorShapeTest {

    private final Graph graph = new Graph("test");

    private Value x(int... sizes) {
        return graph.input("x" + graph.inputs().size(), ElementType.FLOAT, Shape.of(sizes));
    }

    private List<String> operators() {
        return graph.nodes().stream().map(Node::operator).map(Object::toString).toList();
    }

    // --- shapes ---

    @Test
    void results_haveTheShapesOfTheirFormulas() {
        assertThat(Elementwise.add(x(2, 1, 4), x(3, 1)).shape()).isEqualTo(Shape.of(2, 3, 4));
        assertThat(MatrixProducts.matMul(x(5, 1, 2, 3), x(4, 3, 6)).shape()).isEqualTo(Shape.of(5, 4, 2, 6));
        assertThat(Reductions.sum(x(2, 3, 4), 0, -1).shape()).isEqualTo(Shape.of(1, 3, 1));
        assertThat(Layout.transpose(x(2, 3, 4), 2, 0, 1).shape()).isEqualTo(Shape.of(4, 2, 3));
        assertThat(Layout.concat(-1, List.of(x(2, 3), x(2, 5))).shape()).isEqualTo(Shape.of(2, 8));
        assertThat(Slicing.slice(x(9, 2), 0, 1, 8, 3).shape()).isEqualTo(Shape.of(3, 2));
        assertThat(Slicing.split(x(2, 7), -1, 3))
                .extracting(Value::shape)
                .containsExactly(Shape.of(2, 3), Shape.of(2, 3), Shape.of(2, 1));
        assertThat(Slicing.pad(x(2, 3), -1, 2, 1).shape()).isEqualTo(Shape.of(2, 6));
        assertThat(Slicing.gatherRows(x(7, 5, 3), graph.constant(1, 2)).shape()).isEqualTo(Shape.of(2, 5, 3));
        assertThat(Convolution.conv2d(x(2, 3, 7, 8), x(4, 3, 3, 3), new Window(2, 1, 1, 1, 1))
                        .shape())
                .isEqualTo(Shape.of(2, 4, 4, 4));
        assertThat(Convolution.conv2d(x(2, 3, 7, 8), x(4, 3, 3, 1), new Window(1, 2, 0, 0, 0))
                        .shape())
                .isEqualTo(Shape.of(2, 4, 7, 8));
    }

    @Test
    void equal_isOfTruthValues_castIsOfTheTypeAskedFor() {
        assertThat(Elementwise.equal(x(2, 3), x(3)).elementType()).isEqualTo(ElementType.BOOL);
        assertThat(Casting.cast(x(2), ElementType.FLOAT16).elementType()).isEqualTo(ElementType.FLOAT16);
    }

    @Test
    void layerNormalization_inHalfPrecision_hasStatisticsInSingle() {
        Value x = graph.input("half", ElementType.FLOAT16, Shape.of(2, 4));
        Value scale = graph.input("scale", ElementType.FLOAT16, Shape.of(4));

        Node node = Normalization.layerNormalization(x, scale, scale, 1e-5f)
                .producer()
                .orElseThrow();

        assertThat(node.outputs())
                .extracting(Value::elementType)
                .containsExactly(ElementType.FLOAT16, ElementType.FLOAT, ElementType.FLOAT);
        assertThat(node.output(1).shape()).isEqualTo(Shape.of(2, 1));
    }

    // --- nodes that are spared ---

    @Test
    void whatChangesNothing_addsNoNode() {
        Value x = x(2, 1, 3);

        assertThat(Layout.reshape(x, 2, 1, 3)).isSameAs(x);
        assertThat(Layout.expand(x, Shape.of(2, 1, 3))).isSameAs(x);
        assertThat(Layout.transpose(x, 0, 1, 2)).isSameAs(x);
        assertThat(Layout.concat(1, List.of(x))).isSameAs(x);
        assertThat(Slicing.slice(x, 0, 0, 2)).isSameAs(x);
        assertThat(Slicing.split(x, 0, 2)).containsExactly(x);
        assertThat(Slicing.reverse(x, 1)).isSameAs(x);
        assertThat(Slicing.pad(x, 2, 0, 0)).isSameAs(x);
        assertThat(Casting.cast(x, ElementType.FLOAT)).isSameAs(x);
        assertThat(graph.nodes()).isEmpty();
    }

    @Test
    void transpose_andBack_isTheValueItself() {
        Value x = x(2, 3, 4);

        assertThat(Layout.transpose(Layout.transpose(x, 2, 0, 1), 1, 2, 0)).isSameAs(x);
        assertThat(Layout.transpose(Layout.transpose(x, 2, 0, 1), 2, 0, 1)).isNotSameAs(x);
    }

    @Test
    void reshape_ofAReshape_readsWhatThatReads() {
        Value x = x(2, 3, 4);
        Value flat = Layout.reshape(x, 24);

        assertThat(Layout.reshape(flat, 2, 3, 4)).isSameAs(x);
        assertThat(Layout.reshape(flat, 6, 4).producer().orElseThrow().input(0)).isSameAs(x);
    }

    @Test
    void transpose_onlyAxesOfSizeOneMove_isAReshape() {
        assertThat(Layout.transpose(x(1, 4, 1, 5), 1, 0, 3, 2).shape()).isEqualTo(Shape.of(4, 1, 5, 1));
        assertThat(operators()).containsExactly("Reshape");
        Layout.transpose(x(1, 4, 2, 5), 1, 0, 3, 2);
        assertThat(operators()).containsExactly("Reshape", "Transpose");
    }

    // --- refusals ---

    private interface Formula {
        Value of(OperatorShapeTest test);
    }

    private static Arguments refused(String message, Formula formula) {
        return Arguments.of(message, formula);
    }

    private static Stream<Arguments> refusals() {
        return Stream.of(
                refused(
                        "expected shapes that broadcast, but was [2, 3] and [2] (Add_0)",
                        t -> Elementwise.add(t.x(2, 3), t.x(2))),
                refused(
                        "expected matrices […, m, k] and […, k, n], but was [2, 3] and [2, 3] (MatMul_0)",
                        t -> MatrixProducts.matMul(t.x(2, 3), t.x(2, 3))),
                refused(
                        "expected matrices […, m, k] and […, k, n], but was [3] and [3, 2] (MatMul_0)",
                        t -> MatrixProducts.matMul(t.x(3), t.x(3, 2))),
                refused(
                        "expected a shape of 6 elements like [2, 3], but was [2, 2] (reshape of x0)",
                        t -> Layout.reshape(t.x(2, 3), 2, 2)),
                refused(
                        "expected a shape that expands to [2, 3], but was [4, 1, 3] and [2] (Expand_0)",
                        t -> Layout.expand(t.x(4, 1, 3), Shape.of(2, 3))),
                refused(
                        "expected shapes that differ in axis 1 only, but was [2, 3] and [3, 3] (Concat_0)",
                        t -> Layout.concat(1, List.of(t.x(2, 3), t.x(3, 3)))),
                refused(
                        "expected a range within axis 1 of [2, 3], but was 1 to 4 by 1 (slice of x0)",
                        t -> Slicing.slice(t.x(2, 3), 1, 1, 4)),
                refused(
                        "expected a range within axis 0 of [2, 3], but was 0 to 2 by 0 (slice of x0)",
                        t -> Slicing.slice(t.x(2, 3), 0, 0, 2, 0)),
                refused(
                        "expected parts of at least 1 index of axis 1 of [2, 3], but was 0 (split of x0)",
                        t -> Slicing.split(t.x(2, 3), 1, 0).get(0)),
                refused(
                        "expected input [n, I, H, W], kernel [O, I, kh, kw] and bias [O], but was [1, 3, 4, 4] and"
                                + " [2, 4, 3, 3] (Conv_0)",
                        t -> Convolution.conv2d(t.x(1, 3, 4, 4), t.x(2, 4, 3, 3), Window.padded(1))),
                refused(
                        "expected input [n, I, H, W], kernel [O, I, kh, kw] and bias [O], but was [1, 3, 4, 4] and"
                                + " [2, 3, 3, 3] and [3] (Conv_0)",
                        t -> Convolution.conv2d(t.x(1, 3, 4, 4), t.x(2, 3, 3, 3), t.x(3), Window.padded(1))),
                refused(
                        "expected input […, C], scale [C] and bias [C], but was [2, 3] and [4] and [4]"
                                + " (LayerNormalization_0)",
                        t -> Normalization.layerNormalization(t.x(2, 3), t.x(4), t.x(4), 1e-5f)),
                refused(
                        "expected input [B, C, …], scale [C] and bias [C], but was [2, 3] and [3] and [3]"
                                + " (InstanceNormalization_0)",
                        t -> Normalization.instanceNormalization(t.x(2, 3), t.x(3), t.x(3), 1e-5f)));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void shapesThatDoNotFit_areRefusedWithAllOfThem(String message, Formula formula) {
        assertThatThrownBy(() -> formula.of(this))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage(message);
        assertThat(graph.nodes()).isEmpty();
    }

    @Test
    void elementTypesThatDiffer_areRefusedWithBoth() {
        Value half = graph.input("half", ElementType.FLOAT16, Shape.of(2));
        Value full = graph.input("full", ElementType.FLOAT, Shape.of(2));
        Value kernel = graph.input("kernel", ElementType.FLOAT, Shape.of(2, 2));
        Value tokens = graph.input("tokens", ElementType.FLOAT16, Shape.of(3, 2));
        List<ThrowingCallable> formulas = List.of(
                () -> Elementwise.mul(half, full),
                () -> MatrixProducts.matMul(tokens, kernel),
                () -> Layout.concat(0, List.of(half, full)),
                () -> Normalization.layerNormalization(tokens, full, full, 1e-5f));

        formulas.forEach(formula -> assertThatThrownBy(formula)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected inputs of one element type, but was [")
                .hasMessageContaining("FLOAT16[")
                .hasMessageContaining("FLOAT["));
    }

    @Test
    void valuesOfTwoGraphs_areRefused() {
        Value foreign = new Graph("other").input("y", ElementType.FLOAT, Shape.of(2));

        assertThatThrownBy(() -> Elementwise.add(x(2), foreign))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected inputs of Add from graph test, but y FLOAT[2] is from graph other");
    }
}
