package org.lamp4j.onnx.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Elementwise.sin;
import static org.lamp4j.onnx.op.Reductions.sum;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.op.Layout;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

class RecomputingStepTest {

    private static final Shape SHAPE = Shape.of(5);
    private static final Set<String> ALL = Set.of("first", "shared", "third");

    /** The same operators on the same numbers; sums over uses come in another order. */
    private static final float ROUNDING = 1e-6f;

    /**
     * A value that skips a part, a parameter of two parts, one whose part comes first, and a part without any gradient
     * in it: all that the hand-over between parts has to get right.
     */
    private static Value loss() {
        Graph graph = new Graph("network");
        Value x = graph.input("x", ElementType.FLOAT, SHAPE);
        Value frozen = graph.cutAfter(sin(mul(x, x)));
        Value a = graph.cutAfter(sin(mul(frozen, parameter(graph, "first"))));
        Value shared = parameter(graph, "shared");
        Value b = graph.cutAfter(sin(add(mul(a, shared), frozen)));
        Value c = graph.cutAfter(mul(sin(mul(b, parameter(graph, "third"))), a));
        Value y = add(mul(c, shared), a);
        return Layout.reshape(sum(mul(y, y), 0), Shape.of());
    }

    private static TrainingStep whole(Set<String> trained) {
        Value loss = loss();
        StepGraph.addLoss(loss, trained);
        return TrainingStep.whole(loss.graph(), ComputeDevice.cpu());
    }

    private static StepParts parts(Set<String> trained, Recomputation recomputation) {
        return StepParts.of(forward(), trained, recomputation);
    }

    private static TrainingStep inParts(StepParts parts) {
        return TrainingStep.recomputing(parts, ComputeDevice.cpu().lowMemory());
    }

    private static TrainingStep inOneSession(StepParts parts, Set<String> trained) {
        return TrainingStep.whole(RecomputingGraph.of(forward(), parts, trained), ComputeDevice.cpu());
    }

    private static Graph forward() {
        Value loss = loss();
        loss.graph().output(StepGraph.LOSS, loss);
        return loss.graph();
    }

    private static Value parameter(Graph graph, String name) {
        return graph.input(name, ElementType.FLOAT, SHAPE);
    }

    private static final Recomputation OF_NOTHING = new Recomputation(0);

    private static List<Recomputation> extremes() {
        return List.of(Recomputation.OF_ALL, OF_NOTHING);
    }

    private static void assertGivesLossAndGradientsOfTheWhole(TrainingStep step, Set<String> trained) {
        Map<String, FloatTensor> expected = run(whole(trained), trained);
        Map<String, FloatTensor> found = run(step, trained);

        assertThat(found.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, tensor) ->
                assertThat(found.get(name).toArray()).as(name).containsExactly(tensor.toArray(), within(ROUNDING)));
    }

    @ParameterizedTest
    @MethodSource("extremes")
    void run_inParts_givesLossAndGradientsOfTheWhole(Recomputation recomputation) {
        assertGivesLossAndGradientsOfTheWhole(inParts(parts(ALL, recomputation)), ALL);
    }

    @ParameterizedTest
    @MethodSource("extremes")
    void run_inOneSession_givesLossAndGradientsOfTheWhole(Recomputation recomputation) {
        assertGivesLossAndGradientsOfTheWhole(inOneSession(parts(ALL, recomputation), ALL), ALL);
    }

    /** A sine's gradient is a cosine, so a sine is computed once more, but in the last part; one lies within a part. */
    @Test
    void backward_ofPartsThatKeepAll_computesNothingOnceMore() {
        assertThat(sines(parts(ALL, Recomputation.OF_ALL))).isEqualTo(1);
        assertThat(sines(parts(ALL, OF_NOTHING))).isZero();
    }

    private static long sines(StepParts parts) {
        return parts.backward().subList(0, parts.backward().size() - 1).stream()
                .flatMap(Optional::stream)
                .flatMap(part -> part.nodes().stream())
                .filter(node -> node.operator().name().equals("Sin"))
                .count();
    }

    @Test
    void run_parameterOfALatePartAlone_hasItsGradient() {
        Set<String> trained = Set.of("third");
        StepParts parts = parts(trained, Recomputation.OF_ALL);

        assertGivesLossAndGradientsOfTheWhole(inParts(parts), trained);
        assertGivesLossAndGradientsOfTheWhole(inOneSession(parts, trained), trained);
    }

    /** Runs twice, so that what one run leaves behind would show in the next. */
    private static Map<String, FloatTensor> run(TrainingStep step, Set<String> trained) {
        Map<String, NativeTensor> given = new LinkedHashMap<>();
        Map<String, NativeTensor> gradients = new LinkedHashMap<>();
        Map<String, FloatTensor> found = new LinkedHashMap<>();
        try (step) {
            for (String input : step.inputNames()) {
                given.put(
                        input,
                        NativeTensor.copyOf(RandomSource.stream(3, input, 0).gaussian(SHAPE)));
            }
            trained.forEach(name -> gradients.put(
                    name, NativeTensor.copyOf(RandomSource.stream(4, name, 0).gaussian(SHAPE))));
            step.run(given, gradients);
            float loss = step.run(given, gradients);
            found.put(StepGraph.LOSS, FloatTensor.of(Shape.of(), loss));
            gradients.forEach((name, tensor) -> found.put(name, tensor.toFloatTensor()));
            return found;
        } finally {
            given.values().forEach(NativeTensor::close);
            gradients.values().forEach(NativeTensor::close);
        }
    }
}
