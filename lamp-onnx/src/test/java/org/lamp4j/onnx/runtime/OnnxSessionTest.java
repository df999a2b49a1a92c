package org.lamp4j.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Operator;
import org.lamp4j.onnx.graph.TensorType;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

class OnnxSessionTest {

    private static final Operator ADD = Operator.named("Add", "A", "B")
            .types(node -> List.of(node.input(0).type()))
            .build();

    private static final TensorType PAIR = new TensorType(ElementType.FLOAT, Shape.of(2));

    private static final int RUNNING_THREADS = 4;

    /** Some dozen, because what is freed under a run does not crash every time. */
    private static final int CLOSING_ROUNDS = 40;

    private final OnnxSession session = OnnxSession.load(sum(), ComputeDevice.cpu());
    private final NativeTensor a = NativeTensor.copyOf(FloatTensor.of(Shape.of(2), 1, 2));
    private final NativeTensor b = NativeTensor.copyOf(FloatTensor.of(Shape.of(2), 10, 20));

    /** {@code y = a + b + w}. */
    private static Graph sum() {
        Graph graph = new Graph("sum");
        ByteBuffer data = ByteBuffer.allocateDirect(8).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(new float[] {100, 200});
        Value w = graph.weight("w", PAIR, data);
        Value sum = ADD.apply(
                graph.input("a", ElementType.FLOAT, Shape.of(2)), graph.input("b", ElementType.FLOAT, Shape.of(2)));
        graph.output("y", ADD.apply(sum, w));
        graph.output("partial", sum);
        return graph;
    }

    @AfterEach
    void close() {
        session.close();
        a.close();
        b.close();
    }

    /** A copy would not see the change; that is what sharing and opening at once rest on. */
    @Test
    void run_leanSession_readsWeightsWhereTheyLie() {
        Graph graph = new Graph("weight");
        ByteBuffer data = ByteBuffer.allocateDirect(8).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(new float[] {100, 200});
        Value w = graph.weight("w", PAIR, data);
        graph.output("y", ADD.apply(graph.input("a", ElementType.FLOAT, Shape.of(2)), w));
        try (OnnxSession session = OnnxSession.load(graph, ComputeDevice.cpu().lowMemory());
                OnnxSession copying = OnnxSession.load(graph, ComputeDevice.cpu())) {
            data.asFloatBuffer().put(new float[] {300, 400});

            assertThat(session.inputs()).containsOnlyKeys("a");
            try (NativeTensor y = session.run(Map.of("a", a), "y");
                    NativeTensor copied = copying.run(Map.of("a", a), "y")) {
                assertThat(y.toFloatTensor().toArray()).containsExactly(301, 402);
                assertThat(copied.toFloatTensor().toArray()).containsExactly(101, 202);
            }
        }
    }

    @Test
    void run_outputsItMakes_areThereUntilClosed() {
        int before = NativeTensor.openCount();
        try (NativeTensor partial = NativeTensor.allocate(PAIR)) {
            Map<String, NativeTensor> made =
                    session.run(Map.of("a", a, "b", b), Map.of("partial", partial), Set.of("y"));

            assertThat(made).containsOnlyKeys("y");
            assertThat(made.get("y").toFloatTensor().toArray()).containsExactly(111, 222);
            assertThat(partial.toFloatTensor().toArray()).containsExactly(11, 22);
            made.get("y").close();
        }
        assertThat(NativeTensor.openCount()).isEqualTo(before);
        assertThatThrownBy(() -> session.run(Map.of("a", a, "b", b), Map.of(), Set.of("z")))
                .isInstanceOf(ShapeMismatchException.class);
    }

    @Test
    void inputsAndOutputs_areThoseOfTheGraph() {
        assertThat(session.inputs()).containsExactly(Map.entry("a", PAIR), Map.entry("b", PAIR));
        assertThat(session.outputs()).containsExactly(Map.entry("y", PAIR), Map.entry("partial", PAIR));
    }

    @Test
    void run_writesIntoTheCallersMemory_alsoOverAnInput() {
        try (NativeTensor y = NativeTensor.allocate(PAIR)) {
            session.run(Map.of("a", a, "b", b), Map.of("y", y));
            assertThat(y.toFloatTensor().toArray()).containsExactly(111, 222);

            session.run(Map.of("a", a, "b", b), Map.of("y", a));
            session.run(Map.of("a", a, "b", b), Map.of("y", a));
            assertThat(a.toFloatTensor().toArray()).containsExactly(221, 442);
        }
    }

    @Test
    void run_missingOrUnknownOrMisshapenTensors_areRefusedByName() {
        try (NativeTensor y = NativeTensor.allocate(PAIR);
                NativeTensor three = NativeTensor.allocate(new TensorType(ElementType.FLOAT, Shape.of(3)));
                NativeTensor numbers = NativeTensor.copyOf(Shape.of(2), 1, 2)) {
            assertRefused(Map.of("a", a), Map.of("y", y), "expected b FLOAT[2], but was nothing (sum)");
            assertRefused(Map.of("a", a, "b", three), Map.of("y", y), "expected b FLOAT[2], but was FLOAT[3] (sum)");
            assertRefused(Map.of("a", a, "b", numbers), Map.of("y", y), "expected b FLOAT[2], but was INT64[2] (sum)");
            assertRefused(Map.of("a", a, "b", b), Map.of("y", three), "expected y FLOAT[2], but was FLOAT[3] (sum)");
            assertRefused(
                    Map.of("a", a, "b", b),
                    Map.of("z", y),
                    "expected one of the outputs [y, partial], but was z (sum)");
            assertThatThrownBy(() -> session.run(Map.of("a", a, "b", b, "c", b), Map.of("y", y)))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessageStartingWith("expected inputs [a, b], but was [");
        }
        assertThatThrownBy(() -> session.run(Map.of("a", a, "b", b), "z"))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected one of the outputs [y, partial], but was z (sum)");
    }

    private void assertRefused(Map<String, NativeTensor> given, Map<String, NativeTensor> results, String message) {
        assertThatThrownBy(() -> session.run(given, results))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage(message);
    }

    @Test
    void closed_run_isRefusedButClosingAgainIsNot() {
        session.close();
        session.close();

        assertThatThrownBy(() -> session.run(Map.of("a", a, "b", b), "y"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected an open session, but sum is closed");
    }

    @Test
    void run_closedTensor_isRefused() {
        NativeTensor y = NativeTensor.allocate(PAIR);
        y.close();
        y.close();

        assertThatThrownBy(() -> session.run(Map.of("a", a, "b", b), Map.of("y", y)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected an open tensor, but a FLOAT[2] is closed");
        assertThatThrownBy(() -> session.run(Map.of("a", y, "b", b), "y"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected an open tensor, but a FLOAT[2] is closed");
        try (NativeTensor open = session.run(Map.of("a", a, "b", b), "y")) {
            assertThat(open.toFloatTensor().toArray()).containsExactly(111, 222);
        }
    }

    @Test
    void close_whileOtherThreadsRun_endsTheirRunsWithAnError() throws Exception {
        int sessions = OnnxSession.openCount();
        int tensors = NativeTensor.openCount();
        ExecutorService threads = Executors.newFixedThreadPool(RUNNING_THREADS);
        try {
            for (int round = 0; round < CLOSING_ROUNDS; round++) {
                OnnxSession shared = OnnxSession.load(sum(), ComputeDevice.cpu());
                NativeTensor input = NativeTensor.copyOf(FloatTensor.of(Shape.of(2), 1, 2));
                CountDownLatch running = new CountDownLatch(RUNNING_THREADS);
                List<Future<?>> runs = new ArrayList<>();
                for (int thread = 0; thread < RUNNING_THREADS; thread++) {
                    runs.add(threads.submit(() -> runUntilClosed(shared, input, running)));
                }
                running.await();
                AutoCloseable first = round % 2 == 0 ? shared : input;
                first.close();
                for (Future<?> run : runs) {
                    run.get(1, TimeUnit.MINUTES);
                }
                shared.close();
                input.close();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(OnnxSession.openCount()).isEqualTo(sessions);
        assertThat(NativeTensor.openCount()).isEqualTo(tensors);
    }

    private void runUntilClosed(OnnxSession shared, NativeTensor input, CountDownLatch running) {
        assertThatThrownBy(() -> {
                    while (true) {
                        try (NativeTensor y = shared.run(Map.of("a", input, "b", b), "y")) {
                            assertThat(y.toFloatTensor().toArray()).containsExactly(111, 222);
                        }
                        running.countDown();
                    }
                })
                .isInstanceOf(IllegalStateException.class)
                .hasMessageMatching(
                        "expected an open session, but .* is closed|expected an open tensor, but a .* is closed");
    }

    @Test
    void load_graphThatOnnxRuntimeDoesNotKnow_isRefusedWithItsReason() {
        Graph graph = new Graph("unheard of");
        Operator unknown = Operator.named("Unheard", "X")
                .types(node -> List.of(node.input(0).type()))
                .build();
        graph.output("y", unknown.apply(graph.input("x", ElementType.FLOAT, Shape.of(1))));

        assertThatThrownBy(() -> OnnxSession.load(graph, ComputeDevice.cpu()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("ONNX Runtime refused graph unheard of: ")
                .hasMessageContaining("Unheard");
    }

    @Test
    void load_refusedGraph_leavesNothingOpen() {
        Graph graph = sum();
        Operator unknown = Operator.named("Unheard", "X")
                .types(node -> List.of(node.input(0).type()))
                .build();
        graph.output("z", unknown.apply(graph.inputs().get(0)));
        int tensors = NativeTensor.openCount();

        assertThatThrownBy(() -> OnnxSession.load(graph, ComputeDevice.cpu()))
                .isInstanceOf(IllegalStateException.class);

        assertThat(NativeTensor.openCount()).isEqualTo(tensors);
    }

    @Test
    void load_weightOnTheHeap_isRefused() {
        Graph graph = new Graph("heap");
        Value w = graph.weight("w", PAIR, ByteBuffer.allocate(8));
        graph.output("y", ADD.apply(w, w));

        assertThatThrownBy(() -> OnnxSession.load(graph, ComputeDevice.cpu()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected a direct buffer of 8 bytes for FLOAT[2], but was ");
    }

    // --- native tensors ---

    @Test
    void over_sharesMemoryBothWays() {
        FloatBuffer memory =
                ByteBuffer.allocateDirect(12).order(ByteOrder.nativeOrder()).asFloatBuffer();
        FloatBuffer part = memory.slice(1, 2);
        try (NativeTensor tensor = NativeTensor.over(Shape.of(2), part)) {
            memory.put(1, 5).put(2, 6);
            assertThat(tensor.toFloatTensor().toArray()).containsExactly(5, 6);
            session.run(Map.of("a", tensor, "b", b), Map.of("partial", tensor));
            assertThat(memory.get(0)).isZero();
            assertThat(memory.get(1)).isEqualTo(15);
            assertThat(memory.get(2)).isEqualTo(26);
        }
    }

    @Test
    void over_heapOrOtherSize_isRefused() {
        assertThatThrownBy(() -> NativeTensor.over(Shape.of(2), FloatBuffer.allocate(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected a direct buffer of 2 floats for [2], but was ");
        assertThatThrownBy(() -> NativeTensor.over(PAIR, ByteBuffer.allocateDirect(4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected a direct buffer of 8 bytes for FLOAT[2], but was ");
    }

    @Test
    void toFloatTensor_isACopy() {
        FloatTensor copy = a.toFloatTensor();
        a.floats().put(0, 99);

        assertThat(copy.toArray()).containsExactly(1, 2);
        assertThat(a.type()).isEqualTo(PAIR);
    }
}
