package org.lamp4j.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lamp4j.tensor.Shape;

class GraphTest {

    /** An operator of the test's own: the graph knows none. */
    private static final Operator COPY = Operator.named("Copy", "X")
            .types(node -> List.of(node.input(0).type()))
            .build();

    private static final Operator SPLIT = Operator.named("Split", "X")
            .inDomain("com.example")
            .types(node -> List.of(node.input(0).type(), node.input(0).type()))
            .build();

    private final Graph graph = new Graph("test");
    private final Value x = graph.input("x", ElementType.FLOAT, Shape.of(2, 3));

    // --- values ---

    @Test
    void input_hasNameTypeAndNeitherProducerNorData() {
        assertThat(x.name()).isEqualTo("x");
        assertThat(x.type()).isEqualTo(new TensorType(ElementType.FLOAT, Shape.of(2, 3)));
        assertThat(x.shape()).isEqualTo(Shape.of(2, 3));
        assertThat(x.elementType()).isEqualTo(ElementType.FLOAT);
        assertThat(x.graph()).isSameAs(graph);
        assertThat(x.producer()).isEmpty();
        assertThat(x.data()).isEmpty();
        assertThat(x).hasToString("x FLOAT[2, 3]");
        assertThat(graph.inputs()).containsExactly(x);
        assertThat(graph.name()).isEqualTo("test");
    }

    @Test
    void constant_equalElementsOfOneShape_areOneValue() {
        Value first = graph.constant(Shape.of(2), 1, 2);

        assertThat(graph.constant(Shape.of(2), 1, 2)).isSameAs(first);
        assertThat(graph.constant(Shape.of(1, 2), 1, 2)).isNotSameAs(first);
        assertThat(graph.constant(Shape.of(2), 1, 3)).isNotSameAs(first);
        assertThat(graph.constant(7, 8)).isSameAs(graph.constant(7L, 8L)).isNotSameAs(first);
        assertThat(graph.constants()).hasSize(4);
    }

    @Test
    void constant_wholeNumbers_areReadBack() {
        Value constant = graph.constant(5, -1, Long.MAX_VALUE);

        assertThat(constant.constantLongs()).containsExactly(5, -1, Long.MAX_VALUE);
        assertThat(constant.type()).isEqualTo(new TensorType(ElementType.INT64, Shape.of(3)));
        Value floats = graph.constant(Shape.of(), 1);
        for (Value other : List.of(x, floats)) {
            assertThatThrownBy(other::constantLongs)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("expected an INT64 constant, but was " + other);
        }
    }

    @Test
    void constant_otherNumberOfElementsThanItsShape_isRefused() {
        assertThatThrownBy(() -> graph.constant(Shape.of(3), 1, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected 12 bytes for constant FLOAT[3], but was 8");
        assertThat(graph.constants()).isEmpty();
    }

    @Test
    void weight_dataAreViewedNotCopied_andReadOnly() {
        ByteBuffer data = ByteBuffer.allocateDirect(8);
        Value weight = graph.weight("w", new TensorType(ElementType.FLOAT, Shape.of(2)), data);

        data.put(0, (byte) 7);

        ByteBuffer view = weight.data().orElseThrow();
        assertThat(view.get(0)).isEqualTo((byte) 7);
        assertThatThrownBy(() -> view.put(0, (byte) 1)).isInstanceOf(ReadOnlyBufferException.class);
        assertThat(graph.weights()).containsExactly(weight);
        assertThat(graph.constants()).isEmpty();
    }

    @Test
    void weight_otherSizeThanItsType_isRefusedByName() {
        TensorType type = new TensorType(ElementType.FLOAT16, Shape.of(3));

        assertThatThrownBy(() -> graph.weight("w", type, ByteBuffer.allocate(12)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected 6 bytes for weight w FLOAT16[3], but was 12");
    }

    // --- names ---

    @Test
    void nameTwice_isRefused() {
        graph.weight("w", new TensorType(ElementType.UINT8, Shape.of(1)), ByteBuffer.allocate(1));
        for (String taken : List.of("x", "w")) {
            assertThatThrownBy(() -> graph.input(taken, ElementType.FLOAT, Shape.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("expected a new name in graph test, but was " + taken);
        }
    }

    @Test
    void takeApart_weight_isReplacedByPartsOverTheSameData() {
        ByteBuffer data = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(new float[] {1, 2, 3, 4});
        Value weight = graph.weight("w", new TensorType(ElementType.FLOAT, Shape.of(4)), data);
        List<Value> parts = graph.takeApart(weight, 2);
        data.putFloat(8, 30);

        assertThat(graph.weights()).isEqualTo(parts).extracting(Value::name).containsExactly("w/0", "w/1");
        ByteBuffer second = parts.get(1).data().orElseThrow().order(ByteOrder.LITTLE_ENDIAN);
        assertThat(second.remaining()).isEqualTo(8);
        assertThat(second.getFloat(0)).isEqualTo(30);
    }

    @Test
    void takeApart_unequalPartsOrNoWeight_isRefused() {
        Value weight = graph.weight("w", new TensorType(ElementType.UINT8, Shape.of(3)), ByteBuffer.allocate(3));
        Value input = graph.input("i", ElementType.FLOAT, Shape.of(2));

        assertThatThrownBy(() -> graph.takeApart(weight, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected a weight of 2 equal parts, but was w ");
        assertThatThrownBy(() -> graph.takeApart(input, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected a weight of 2 equal parts, but was i ");
        assertThat(graph.weights()).containsExactly(weight);
    }

    @Test
    void outputTwice_isRefused() {
        graph.output("y", x);

        assertThatThrownBy(() -> graph.output("y", x))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected each output once, but y came twice");
        assertThat(graph.outputs()).containsOnly(Map.entry("y", x));
    }

    @Test
    void outputNamedLikeAnotherValue_isRefused() {
        Value y = COPY.apply(x);

        assertThatThrownBy(() -> graph.output("x", y))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a new name in graph test, but was x");
        graph.output("z", y);
        assertThatThrownBy(() -> graph.input("z", ElementType.FLOAT, Shape.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(graph.outputs()).containsOnlyKeys("z");
    }

    @Test
    void valueThatIsItsOwnOutput_keepsItsName() {
        graph.output("x", x);

        assertThat(graph.outputs()).containsOnly(Map.entry("x", x));
    }

    @Test
    void nodes_areNamedAfterTheInnermostScope() {
        Value outside = COPY.apply(x);
        Value inside = graph.inScope("a", () -> graph.inScope("a.b", () -> COPY.apply(x)));
        Value after = graph.inScope("a", () -> COPY.apply(x));

        assertThat(List.of(outside.name(), inside.name(), after.name()))
                .containsExactly("Copy_0", "a.b/Copy_1", "a/Copy_2");
    }

    @Test
    void scopeThatFails_isLeft() {
        assertThatThrownBy(() -> graph.inScope("a", () -> {
                    throw new IllegalStateException("broken");
                }))
                .hasMessage("broken");

        assertThat(COPY.apply(x).name()).isEqualTo("Copy_0");
    }

    // --- nodes ---

    @Test
    void add_severalOutputs_areNamedAndTyped() {
        Node node = graph.add(
                SPLIT,
                Map.of("axis", Attribute.of(1), "ratio", Attribute.of(0.5f), "parts", Attribute.ofAll(1, 2)),
                List.of(x));

        assertThat(node.outputs()).hasSize(2);
        assertThat(node.output(0).name()).isEqualTo("Split_0");
        assertThat(node.output(1).name()).isEqualTo("Split_0:1");
        assertThat(node.output(1).producer()).contains(node);
        assertThat(node.longAttribute("axis")).isEqualTo(1);
        assertThat(node.floatAttribute("ratio")).isEqualTo(0.5f);
        assertThat(node.intsAttribute("parts")).containsExactly(1, 2);
        assertThat(node.operator()).isSameAs(SPLIT).hasToString("com.example.Split");
        assertThat(node).hasToString("Split_0[x FLOAT[2, 3]]");
        assertThat(graph.nodes()).containsExactly(node);
    }

    @Test
    void attribute_thatIsNotThere_isAnErrorThatListsThoseThatAre() {
        Node node = graph.add(COPY, Map.of("axis", Attribute.of(1)), List.of(x));

        assertThatThrownBy(() -> node.longAttribute("axes"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected an attribute axes, but Copy_0 has [axis]");
    }

    @Test
    void attribute_ofAnotherType_isAnErrorThatShowsIt() {
        Node node = graph.add(COPY, Map.of("axis", Attribute.of(0.5f)), List.of(x));

        assertThatThrownBy(() -> node.intsAttribute("axis"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected attribute axis to be Ints, but was Real[value=0.5] (Copy_0)");
    }

    @Test
    void add_inputOfAnotherGraph_isRefusedWithBothNames() {
        Value foreign = new Graph("other").input("y", ElementType.FLOAT, Shape.of(2));

        assertThatThrownBy(() -> graph.add(COPY, Map.of(), List.of(x, foreign)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected inputs of Copy from graph test, but y FLOAT[2] is from graph other");
        assertThatThrownBy(() -> graph.output("y", foreign))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected an output from graph test, but y FLOAT[2] is from other");
    }

    @Test
    void add_whenTheTypeRuleRefuses_leavesTheGraphAsItWas() {
        Operator refusing = Operator.named("No", "X")
                .types(node -> {
                    throw new IllegalArgumentException("no");
                })
                .build();

        assertThatThrownBy(() -> refusing.apply(x)).hasMessage("no");

        assertThat(graph.nodes()).isEmpty();
        assertThat(COPY.apply(x).name()).isEqualTo("Copy_0");
    }

    @Test
    void views_cannotBeChanged() {
        for (List<?> view : List.of(graph.nodes(), graph.inputs(), graph.constants(), graph.weights())) {
            assertThatThrownBy(view::clear).isInstanceOf(UnsupportedOperationException.class);
        }
        assertThatThrownBy(() -> graph.outputs().put("y", x)).isInstanceOf(UnsupportedOperationException.class);
    }

    // --- operators ---

    @Test
    void operator_withoutATypeRule_isRefused() {
        Operator.Builder builder = Operator.named("Half", "X");

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected a type rule for Half");
    }

    @Test
    void operator_ruleOfOneInput_goesBeforeTheRuleOfAny() {
        Operator.GradientRule any = (node, dY, input) -> dY;
        Operator.GradientRule second = (node, dY, input) -> dY;
        Operator operator = Operator.named("Op", "A", "B", "C")
                .types(node -> List.of())
                .gradientOfAny(any)
                .gradient(1, second)
                .notDifferentiable(2)
                .build();

        assertThat(operator.gradientRule(0)).containsSame(any);
        assertThat(operator.gradientRule(1)).containsSame(second);
        assertThat(operator.isNotDifferentiable(2)).isTrue();
        assertThat(operator.isNotDifferentiable(1)).isFalse();
        assertThat(COPY.gradientRule(0)).isEmpty();
    }

    @Test
    void types_sizesInBytes_areThoseOfTheElements() {
        assertThat(new TensorType(ElementType.FLOAT16, Shape.of(3, 5)).byteSize())
                .isEqualTo(30);
        assertThat(new TensorType(ElementType.INT64, Shape.of()).byteSize()).isEqualTo(8);
        assertThat(new TensorType(ElementType.FLOAT, Shape.of(40_000, 40_000)).byteSize())
                .isEqualTo(6_400_000_000L);
    }

    /** What is built in blocks has as many nodes as its shapes ask for. */
    @Test
    void add_moreNodesThanAnyMachineTakes_isRefused() {
        for (int node = 0; node < 1 << 18; node++) {
            COPY.apply(x);
        }

        assertThatThrownBy(() -> COPY.apply(x))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected shapes that a network of at most 262144 operators computes, but was shapes that"
                        + " take more (test)");
    }
}
