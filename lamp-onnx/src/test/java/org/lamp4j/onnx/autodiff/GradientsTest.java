package org.lamp4j.onnx.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Elementwise.sub;
import static org.lamp4j.onnx.op.Reductions.sum;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Node;
import org.lamp4j.onnx.graph.Operator;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.op.Layout;
import org.lamp4j.onnx.op.MatrixProducts;
import org.lamp4j.onnx.op.Slicing;
import org.lamp4j.onnx.runtime.GraphRun;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

/** The walk over the graph, apart from the operators' rules: sums over uses, broadcast axes, what is left out. */
class GradientsTest {

    private final Graph graph = new Graph("test");
    private final Value x = graph.input("x", ElementType.FLOAT, Shape.of(3));
    private final Value frozen = graph.input("frozen", ElementType.FLOAT, Shape.of(3));

    // --- sums over uses ---

    @Test
    void valueUsedTwiceByOneNode_gradient_isTheSum() {
        Value loss = sum(mul(x, x), 0);

        assertThat(gradient(loss, x, 1, 2, 3)).containsExactly(2, 4, 6);
    }

    @Test
    void valueUsedByManyNodes_gradient_isTheSumOverAllPaths() {
        Value doubled = add(x, x);
        Value loss = sum(add(mul(doubled, x), sub(x, doubled)), 0); // Σ 2x² - x

        assertThat(gradient(loss, x, 1, 2, 3)).containsExactly(3, 7, 11);
    }

    @Test
    void intermediateValueUsedOften_isPassedThroughOnceOnly() {
        Value y = mul(x, x);
        for (int times = 0; times < 20; times++) {
            y = add(y, y);
        }
        Value loss = sum(y, 0);
        int forward = graph.nodes().size();

        Gradients.of(loss, List.of(x));

        // each of 20 additions of a value to itself takes one addition back; walking paths would take 2²⁰
        assertThat(graph.nodes().size() - forward).isLessThan(30);
    }

    @Test
    void parameterThatIsAnIntermediateValue_gradient_stopsThereAndGoesOnToItsInputs() {
        Value y = mul(x, x);
        Value loss = sum(mul(y, y), 0);

        Map<Value, Value> gradients = Gradients.of(loss, List.of(y, x));

        graph.output("dy", gradients.get(y));
        graph.output("dx", gradients.get(x));
        assertThat(run("dy", 1, 2, 3)).containsExactly(2, 8, 18);
        assertThat(run("dx", 1, 2, 3)).containsExactly(4, 32, 108);
    }

    @Test
    void lossItself_asParameter_hasGradientOne() {
        Value loss = sum(x, 0);

        graph.output("d", Gradients.of(loss, List.of(loss)).get(loss));

        assertThat(run("d", 1, 2, 3)).containsExactly(1);
    }

    // --- broadcast axes ---

    @Test
    void valueBroadcastInFrontAndInside_gradient_isSummedToItsShape() {
        Value wide = graph.input("wide", ElementType.FLOAT, Shape.of(2, 4, 3));
        Value column = graph.input("column", ElementType.FLOAT, Shape.of(4, 1));
        Value product = mul(wide, column);
        Value seed = graph.input("seed", ElementType.FLOAT, Shape.of(2, 4, 3));

        Value gradient = Gradients.of(product, seed, List.of(column)).get(column);

        assertThat(gradient.shape()).isEqualTo(Shape.of(4, 1));
        graph.output("d", gradient);
        FloatTensor ones = FloatTensor.generate(Shape.of(2, 4, 3), index -> 1);
        FloatTensor counting = FloatTensor.generate(Shape.of(2, 4, 3), index -> index);
        float[] actual = GraphRun.of(graph)
                .with("x", FloatTensor.zeros(Shape.of(3)))
                .with("frozen", FloatTensor.zeros(Shape.of(3)))
                .with("wide", counting)
                .with("column", FloatTensor.zeros(Shape.of(4, 1)))
                .with("seed", ones)
                .output("d")
                .toArray();
        // rows of 3 at 3i and 12 + 3i: 6 numbers from 3i, 3 of them 12 more
        assertThat(actual).containsExactly(42, 60, 78, 96);
    }

    @Test
    void scalarBroadcastToATensor_gradient_isTheSumOfAll() {
        Value scalar = graph.input("scalar", ElementType.FLOAT, Shape.of());
        Value loss = sum(mul(x, scalar), 0);

        Value gradient = Gradients.of(loss, List.of(scalar)).get(scalar);

        assertThat(gradient.shape()).isEqualTo(Shape.of());
        graph.output("d", gradient);
        assertThat(GraphRun.of(graph)
                        .with("x", FloatTensor.of(Shape.of(3), 1, 2, 3))
                        .with("frozen", FloatTensor.zeros(Shape.of(3)))
                        .with("scalar", FloatTensor.zeros(Shape.of()))
                        .output("d")
                        .toArray())
                .containsExactly(6);
    }

    @Test
    void ruleThatGivesAnotherShape_isAnErrorWithBothShapes() {
        Operator wrong = Operator.named("Neg", "X")
                .types(node -> List.of(node.input(0).type()))
                .gradient(0, (node, dY, input) -> Layout.reshape(dY, 1, 3, 1))
                .build();
        Value y = wrong.apply(x);

        assertThatThrownBy(() -> Gradients.of(y, frozen, List.of(x)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected a gradient of x that broadcasts from [3], but was [1, 3, 1]");
    }

    // --- what is left out ---

    @Test
    void frozenFactor_getsNoNodes() {
        Value wide = graph.input("wide", ElementType.FLOAT, Shape.of(5, 3));
        Value weight = graph.input("weight", ElementType.FLOAT, Shape.of(3, 2));
        Value loss = sum(MatrixProducts.matMul(wide, weight), 0, 1);
        List<String> operators = backward(loss, weight);

        // the seed spread over the output, the product with Aᵀ; nothing for A, which is frozen
        assertThat(operators).containsExactlyInAnyOrder("Expand", "Transpose", "MatMul");
    }

    @Test
    void partOfTheGraphThatTheLossDoesNotUse_getsNoNodes() {
        Value loss = sum(mul(x, frozen), 0);
        Value aside = x;
        for (int times = 0; times < 5; times++) {
            aside = mul(aside, aside);
        }

        assertThat(backward(loss, x)).containsExactlyInAnyOrder("Expand", "Mul");
    }

    @Test
    void partOfTheGraphBeforeTheParameter_getsNoNodes() {
        Value before = mul(mul(x, x), x);
        Value loss = sum(mul(before, frozen), 0);

        assertThat(backward(loss, before)).containsExactlyInAnyOrder("Expand", "Mul");
    }

    @Test
    void notDifferentiableInput_isSkippedThoughItDependsOnTheParameter() {
        Operator lookup = Operator.named("Mul", "A", "B")
                .types(node -> List.of(node.input(0).type()))
                .gradient(0, (node, dY, input) -> mul(dY, node.input(1)))
                .notDifferentiable(1)
                .build();
        Value loss = sum(lookup.apply(x, add(x, x)), 0); // as if 2x were an index

        assertThat(gradient(loss, x, 1, 2, 3)).containsExactly(2, 4, 6);
    }

    @Test
    void constants_andInputsAndNodes_ofTheForwardPass_stayAsTheyWere() {
        Value loss = sum(mul(x, graph.constant(Shape.of(3), 1, 2, 3)), 0);
        List<Node> nodes = List.copyOf(graph.nodes());
        List<Value> inputs = List.copyOf(graph.inputs());
        List<Value> constants = List.copyOf(graph.constants());

        assertThat(gradient(loss, x, 9, 9, 9)).containsExactly(1, 2, 3);

        assertThat(graph.nodes().subList(0, nodes.size())).isEqualTo(nodes);
        assertThat(graph.inputs()).isEqualTo(inputs);
        assertThat(graph.constants().subList(0, constants.size())).isEqualTo(constants);
    }

    @Test
    void gradientNodes_areNamedAfterTheNodesTheyPassBackThrough() {
        Value y = graph.inScope("block.1", () -> mul(x, frozen));
        Value loss = sum(y, 0);
        int forward = graph.nodes().size();

        Gradients.of(loss, List.of(x));

        assertThat(graph.nodes().subList(forward, graph.nodes().size()))
                .extracting(Node::name)
                .anyMatch(name -> name.startsWith("gradient/block.1/Mul_0/Mul_"));
    }

    // --- order, seeds ---

    @Test
    void severalParameters_comeInTheOrderGiven() {
        Value loss = sum(mul(x, frozen), 0);

        assertThat(Gradients.of(loss, List.of(frozen, x)).keySet()).containsExactly(frozen, x);
    }

    @Test
    void seed_weighsTheOutputs() {
        Value y = mul(x, x);
        graph.output("d", Gradients.of(y, frozen, List.of(x)).get(x));

        assertThat(GraphRun.of(graph)
                        .with("x", FloatTensor.of(Shape.of(3), 1, 2, 3))
                        .with("frozen", FloatTensor.of(Shape.of(3), 10, 0, -1))
                        .output("d")
                        .toArray())
                .containsExactly(new float[] {20, 0, -6}, within(1e-6f));
    }

    @Test
    void secondDerivative_ofAGradient_isFoundTheSameWay() {
        Value loss = sum(mul(mul(x, x), x), 0);
        Value slope = Gradients.of(loss, List.of(x)).get(x); // 3x²

        assertThat(gradient(sum(slope, 0), x, 1, 2, 3)).containsExactly(6, 12, 18);
    }

    // --- errors ---

    @Test
    void parameterTheLossDoesNotDependOn_isRefusedByName() {
        Value loss = sum(x, 0);

        assertThatThrownBy(() -> Gradients.of(loss, List.of(x, frozen)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected parameters that ReduceSum_0 depends on, but was frozen");
    }

    @Test
    void parameterReachedThroughAnIndexOnly_isRefusedByName() {
        Value table = graph.input("table", ElementType.FLOAT, Shape.of(4, 2));
        Value ids = graph.input("ids", ElementType.INT64, Shape.of(3));
        Value loss = sum(Slicing.gatherRows(table, ids), 0, 1);

        assertThatThrownBy(() -> Gradients.of(loss, List.of(ids)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("depends on, but was ids");
    }

    @Test
    void lossOfSeveralNumbers_isRefused() {
        assertThatThrownBy(() -> Gradients.of(x, List.of(x)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a loss of one number, but was x FLOAT[3]");
    }

    @Test
    void seedOfAnotherShape_isRefusedWithBothShapes() {
        Value seed = graph.input("seed", ElementType.FLOAT, Shape.of(4));

        assertThatThrownBy(() -> Gradients.of(mul(x, x), seed, List.of(x)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected seed gradient [3], but was [4] (Gradients.of)");
    }

    @Test
    void operatorWithoutARule_isAnErrorThatNamesOperatorInputAndNode() {
        Operator ruleless = Operator.named("Mul", "A", "B")
                .types(node -> List.of(node.input(0).type()))
                .gradient(0, (node, dY, input) -> dY)
                .build();
        Value loss = graph.inScope("part", () -> sum(ruleless.apply(frozen, x), 0));

        assertThatThrownBy(() -> Gradients.of(loss, List.of(x)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected a gradient rule for input 1 of Mul, but none is written (part/Mul_0)");
        assertThat(Gradients.of(loss, List.of(frozen))).containsOnlyKeys(frozen);
    }

    @Test
    void gradientOfASecondOutput_isAnErrorThatNamesTheNode() {
        Operator twoOutputs = Operator.named("Twice", "X")
                .types(node -> List.of(node.input(0).type(), node.input(0).type()))
                .gradient(0, (node, dY, input) -> dY)
                .build();
        Node node = graph.add(twoOutputs, Map.of(), List.of(x));
        Value loss = sum(mul(node.output(0), node.output(1)), 0);

        assertThatThrownBy(() -> Gradients.of(loss, List.of(x)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected a gradient of output 0 of Twice_0 only, but output 1 has one");
    }

    private List<String> backward(Value loss, Value parameter) {
        int forward = graph.nodes().size();
        Gradients.of(loss, List.of(parameter));
        List<String> names = new ArrayList<>();
        for (Node node : graph.nodes().subList(forward, graph.nodes().size())) {
            names.add(node.operator().name());
        }
        return names;
    }

    private float[] gradient(Value loss, Value parameter, float... at) {
        graph.output("d", Gradients.of(loss, List.of(parameter)).get(parameter));
        return run("d", at);
    }

    private float[] run(String output, float... at) {
        return GraphRun.of(graph)
                .with("x", FloatTensor.of(Shape.of(3), at))
                .with("frozen", FloatTensor.zeros(Shape.of(3)))
                .output(output)
                .toArray();
    }
}
