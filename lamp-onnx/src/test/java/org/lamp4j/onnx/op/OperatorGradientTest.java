package org.lamp4j.onnx.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lamp4j.onnx.op.Convolution.conv2d;

import com.google.common.reflect.ClassPath;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.lamp4j.onnx.autodiff.GradientCheck;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Node;
import org.lamp4j.onnx.graph.Operator;
import org.lamp4j.onnx.graph.Target;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.op.Convolution.Window;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** Every gradient rule against finite differences: one line for each operator and each way it is used. */
class OperatorGradientTest {

    private record Case(String name, GradientCheck check, Function<List<Value>, Value> function, List<Shape> shapes) {}

    private static final List<Case> CASES = cases();

    private static List<Case> cases() {
        List<Case> all = new ArrayList<>();
        add(all, "add", x -> Elementwise.add(x.get(0), x.get(1)), Shape.of(2, 3, 4), Shape.of(3, 1));
        add(all, "sub", x -> Elementwise.sub(x.get(0), x.get(1)), Shape.of(3, 1), Shape.of(2, 3, 4));
        add(all, "mul", x -> Elementwise.mul(x.get(0), x.get(1)), Shape.of(2, 3), Shape.of(4, 2, 1));
        add(all, "mul with itself", x -> Elementwise.mul(x.get(0), x.get(0)), Shape.of(5));
        between(all, 1, 2, "div", x -> Elementwise.div(x.get(0), x.get(1)), Shape.of(2, 3), Shape.of(3));
        between(all, 0.5f, 2, "abs above 0", x -> Elementwise.abs(x.get(0)), Shape.of(5));
        between(all, -2, -0.5f, "abs below 0", x -> Elementwise.abs(x.get(0)), Shape.of(5));
        add(all, "negate", x -> Elementwise.negate(x.get(0)), Shape.of(5));
        between(all, 1, 2, "sqrt", x -> Elementwise.sqrt(x.get(0)), Shape.of(5));
        add(all, "exp", x -> Elementwise.exp(x.get(0)), Shape.of(5));
        add(all, "sin", x -> Elementwise.sin(x.get(0)), Shape.of(5));
        add(all, "cos", x -> Elementwise.cos(x.get(0)), Shape.of(5));
        add(all, "erf", x -> Elementwise.erf(x.get(0)), Shape.of(7));
        add(all, "sigmoid", x -> Elementwise.sigmoid(x.get(0)), Shape.of(7));
        between(all, 0.2f, 0.8f, "clip inside", x -> Elementwise.clip(x.get(0), 0, 1), Shape.of(9));
        between(all, 1.2f, 1.8f, "clip outside", x -> Elementwise.clip(x.get(0), 0, 1), Shape.of(9));
        add(all, "silu", x -> Activations.silu(x.get(0)), Shape.of(3, 4));
        add(all, "gelu", x -> Activations.gelu(x.get(0)), Shape.of(3, 4));
        add(all, "quickGelu", x -> Activations.quickGelu(x.get(0)), Shape.of(3, 4));
        add(all, "cast", x -> Casting.cast(Casting.cast(x.get(0), ElementType.DOUBLE), ElementType.FLOAT), Shape.of(4));
        add(all, "sum", x -> Reductions.sum(x.get(0), 0, -1), Shape.of(2, 3, 4));
        add(all, "mean", x -> Reductions.mean(x.get(0), 1), Shape.of(2, 3, 4));
        add(all, "reshape", x -> Layout.reshape(x.get(0), 4, 3), Shape.of(2, 6));
        add(all, "transpose", x -> Layout.transpose(x.get(0), 2, 0, 1), Shape.of(2, 3, 4));
        add(all, "expand", x -> Layout.expand(x.get(0), Shape.of(2, 3, 4)), Shape.of(3, 1));
        add(all, "concat", x -> Layout.concat(1, x), Shape.of(2, 3), Shape.of(2, 1), Shape.of(2, 4));
        add(all, "slice", x -> Slicing.slice(x.get(0), 1, 1, 3), Shape.of(2, 4));
        add(all, "split", x -> Layout.concat(0, Slicing.split(x.get(0), 0, 2)), Shape.of(5, 2));
        add(all, "split, one part used", x -> Slicing.split(x.get(0), 1, 2).get(1), Shape.of(2, 6));
        add(all, "slice by steps", x -> Slicing.slice(x.get(0), 0, 1, 8, 3), Shape.of(9, 2));
        add(all, "slice by steps to the end", x -> Slicing.slice(x.get(0), 1, 0, 4, 2), Shape.of(2, 4));
        add(all, "reverse", x -> Slicing.reverse(x.get(0), -1), Shape.of(2, 4));
        add(all, "pad", x -> Slicing.pad(x.get(0), 1, 2, 1), Shape.of(2, 3));
        add(all, "gatherRows", x -> Slicing.gatherRows(x.get(0), rows(x.get(0))), Shape.of(4, 3));
        add(all, "addRows", x -> Slicing.addRows(Shape.of(4, 3), rows(x.get(0)), x.get(0)), Shape.of(2, 2, 3));
        add(all, "matMul", x -> MatrixProducts.matMul(x.get(0), x.get(1)), Shape.of(2, 3, 4), Shape.of(2, 4, 5));
        add(all, "matMul shared", x -> MatrixProducts.matMul(x.get(0), x.get(1)), Shape.of(2, 3, 4), Shape.of(4, 5));
        add(
                all,
                "matMul by a transposed matrix",
                x -> MatrixProducts.matMul(x.get(0), Layout.transposeLast(x.get(1))),
                Shape.of(2, 3, 4),
                Shape.of(5, 4));
        add(all, "matMul spread", x -> MatrixProducts.matMul(x.get(0), x.get(1)), Shape.of(3, 4), Shape.of(2, 4, 5));
        add(
                all,
                "conv2d",
                x -> conv2d(x.get(0), x.get(1), x.get(2), Window.padded(1)),
                Shape.of(2, 3, 5, 4),
                Shape.of(4, 3, 3, 3),
                Shape.of(4));
        add(
                all,
                "conv2d to fewer channels",
                x -> conv2d(x.get(0), x.get(1), new Window(1, 1, 0, 0, 1)),
                Shape.of(2, 4, 5, 6),
                Shape.of(1, 4, 3, 2));
        add(
                all,
                "conv2d 1x1",
                x -> conv2d(x.get(0), x.get(1), Window.padded(0)),
                Shape.of(2, 4, 3, 3),
                Shape.of(2, 4, 1, 1));
        add(
                all,
                "conv2d stride 2, even",
                x -> conv2d(x.get(0), x.get(1), new Window(2, 1, 1, 1, 1)),
                Shape.of(2, 3, 6, 4),
                Shape.of(4, 3, 3, 3));
        add(
                all,
                "conv2d stride 2, odd",
                x -> conv2d(x.get(0), x.get(1), new Window(2, 0, 0, 1, 1)),
                Shape.of(2, 3, 5, 7),
                Shape.of(2, 3, 3, 3));
        add(
                all,
                "convolution over time",
                x -> conv2d(x.get(0), x.get(1), new Window(1, 2, 0, 0, 0)),
                Shape.of(2, 3, 4, 5),
                Shape.of(3, 3, 3, 1));
        add(
                all,
                "conv2d over the whole batch",
                x -> WholeBatchConvolution.of(x.get(0), x.get(1), new Window(1, 1, 0, 1, 2)),
                Shape.of(2, 3, 3, 4),
                Shape.of(4, 3, 3, 2));
        add(
                all,
                "conv2d over the whole batch, stride 2",
                x -> WholeBatchConvolution.of(x.get(0), x.get(1), new Window(2, 1, 1, 1, 1)),
                Shape.of(2, 3, 5, 4),
                Shape.of(2, 3, 3, 3));
        add(
                all,
                "convTranspose",
                x -> Convolution.convTranspose2d(x.get(0), x.get(1), new Window(2, 1, 1, 1, 1), 1, 0),
                Shape.of(2, 4, 3, 2),
                Shape.of(4, 3, 3, 3));
        add(
                all,
                "layerNormalization",
                x -> Normalization.layerNormalization(x.get(0), x.get(1), x.get(2), 1e-5f),
                Shape.of(2, 3, 8),
                Shape.of(8),
                Shape.of(8));
        add(
                all,
                "instanceNormalization",
                x -> Normalization.instanceNormalization(x.get(0), x.get(1), x.get(2), 1e-5f),
                Shape.of(2, 3, 8),
                Shape.of(3),
                Shape.of(3));
        add(
                all,
                "instanceNormalization without scale",
                x -> Normalization.instanceNormalization(x.get(0), 1e-5f),
                Shape.of(2, 3, 8));
        add(all, "softmax", x -> Normalization.softmax(x.get(0)), Shape.of(2, 3, 5));
        add(
                all,
                "multiHeadAttention",
                x -> MultiHeadAttention.multiHeadAttention(x.get(0), x.get(1), x.get(2), 2),
                Shape.of(2, 5, 6),
                Shape.of(2, 4, 6),
                Shape.of(2, 4, 6));
        channelsLast(
                all, "conv2d", x -> conv2d(x.get(0), kernel(x, 4, 3, 3, 3), Window.padded(1)), Shape.of(2, 5, 4, 3));
        channelsLast(
                all,
                "conv2d with bias, more zeros before than after",
                x -> conv2d(x.get(0), kernel(x, 4, 3, 3, 1), x.get(1), new Window(1, 2, 0, 0, 0)),
                Shape.of(2, 5, 4, 3),
                Shape.of(4));
        channelsLast(
                all,
                "conv2d stride 2",
                x -> conv2d(x.get(0), kernel(x, 4, 3, 3, 3), new Window(2, 1, 1, 1, 1)),
                Shape.of(2, 6, 5, 3));
        channelsLast(
                all,
                "conv2d stride 2, more zeros after than before",
                x -> conv2d(x.get(0), kernel(x, 4, 3, 3, 3), new Window(2, 0, 0, 1, 1)),
                Shape.of(2, 6, 5, 3));
        channelsLast(
                all,
                "conv2d by a computed kernel",
                x -> conv2d(x.get(0), x.get(1), x.get(2), Window.padded(1)),
                Shape.of(2, 5, 4, 3),
                Shape.of(4, 3, 3, 3),
                Shape.of(4));
        channelsLast(
                all,
                "conv2d stride 2 by a computed kernel, more zeros after than before",
                x -> conv2d(x.get(0), x.get(1), new Window(2, 0, 0, 1, 1)),
                Shape.of(2, 6, 5, 3),
                Shape.of(4, 3, 3, 3));
        channelsLast(
                all,
                "conv2d stride 2 by a computed kernel, more zeros before than after",
                x -> conv2d(x.get(0), x.get(1), new Window(2, 2, 1, 0, 0)),
                Shape.of(2, 6, 5, 3),
                Shape.of(4, 3, 3, 3));
        channelsLast(
                all,
                "conv2d to one channel",
                x -> conv2d(x.get(0), x.get(1), x.get(2), Window.padded(1)),
                Shape.of(2, 5, 4, 3),
                Shape.of(1, 3, 3, 3),
                Shape.of(1));
        channelsLast(
                all,
                "groupNormalization",
                x -> Normalization.groupNormalization(x.get(0), x.get(1), x.get(2), 2, 1e-5f),
                Shape.of(2, 5, 8),
                Shape.of(8),
                Shape.of(8));
        channelsLast(
                all,
                "groupNormalization of three channels each",
                x -> Normalization.groupNormalization(x.get(0), x.get(1), x.get(2), 2, 1e-5f),
                Shape.of(2, 5, 6),
                Shape.of(6),
                Shape.of(6));
        return List.copyOf(all);
    }

    private static void channelsLast(
            List<Case> all, String name, Function<List<Value>, Value> function, Shape... shapes) {
        GradientCheck check = GradientCheck.ofInputs(shapes).on(Target.GPU);
        all.add(new Case(name + ", channels last", check, function, List.of(shapes)));
    }

    /** A kernel that is known when a session is opened. */
    private static Value kernel(List<Value> like, int... sizes) {
        Shape shape = Shape.of(sizes);
        float[] numbers = RandomSource.stream(1, "kernel", 0).gaussian(shape).toArray();
        return like.get(0).graph().constant(shape, numbers);
    }

    private static void add(List<Case> all, String name, Function<List<Value>, Value> function, Shape... shapes) {
        all.add(new Case(name, GradientCheck.ofInputs(shapes), function, List.of(shapes)));
    }

    private static void between(
            List<Case> all,
            float low,
            float high,
            String name,
            Function<List<Value>, Value> function,
            Shape... shapes) {
        GradientCheck check = GradientCheck.ofInputs(shapes).between(low, high);
        all.add(new Case(name, check, function, List.of(shapes)));
    }

    /** Rows 2, 0, 2, 3: one twice, one never. */
    private static Value rows(Value like) {
        return Layout.reshape(like.graph().constant(2L, 0L, 2L, 3L), 2, 2);
    }

    @TestFactory
    Stream<DynamicTest> gradient_randomDirection_equalsFiniteDifference() {
        return CASES.stream()
                .map(one ->
                        DynamicTest.dynamicTest(one.name(), () -> one.check().verify(one.function())));
    }

    @Test
    void everyOperator_hasForEachInput_ruleOrDeclarationAndCase() throws Exception {
        Set<Operator> checked = checkedOperators();
        List<String> missing = new ArrayList<>();
        operators().forEach((field, operator) -> {
            List<String> inputs = operator.inputNames();
            boolean differentiable = false;
            for (int input = 0; input < inputs.size(); input++) {
                boolean rule = operator.gradientRule(input).isPresent()
                        || (operator.jointGradientRule().isPresent() && !operator.isNotDifferentiable(input));
                differentiable |= rule;
                if (rule == operator.isNotDifferentiable(input)) {
                    missing.add("gradient rule of " + operator + " for input " + input + " (" + inputs.get(input)
                            + "), in " + field);
                }
            }
            if (operator.flopRule().isEmpty()) {
                missing.add("rule that counts the operations of " + operator + ", in " + field);
            }
            if (differentiable && !checked.contains(operator)) {
                missing.add("a case in OperatorGradientTest for " + operator + ", of " + field);
            }
        });
        assertThat(missing).isEmpty();
    }

    private static Set<Operator> checkedOperators() {
        Set<Operator> checked = new HashSet<>();
        for (Case one : CASES) {
            Graph graph = new Graph(one.name(), one.check().target());
            List<Value> inputs = new ArrayList<>();
            one.shapes().forEach(shape -> inputs.add(graph.input("x" + inputs.size(), ElementType.FLOAT, shape)));
            graph.output("y", one.function().apply(inputs));
            for (Node node : graph.nodes()) {
                checked.add(node.operator());
            }
        }
        return checked;
    }

    static Map<String, Operator> operators() throws IOException, IllegalAccessException {
        Map<String, Operator> operators = new LinkedHashMap<>();
        for (ClassPath.ClassInfo info :
                ClassPath.from(Operator.class.getClassLoader()).getTopLevelClasses("org.lamp4j.onnx.op")) {
            for (Field field : info.load().getDeclaredFields()) {
                if (field.getType() == Operator.class) {
                    field.setAccessible(true);
                    operators.put(info.getSimpleName() + "." + field.getName(), (Operator) field.get(null));
                }
            }
        }
        assertThat(operators).hasSizeGreaterThan(20);
        return operators;
    }
}
