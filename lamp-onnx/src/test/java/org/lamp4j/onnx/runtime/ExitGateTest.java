package org.lamp4j.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.op.MatrixProducts;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

class ExitGateTest {

    private static final Duration MOMENT = Duration.ofMillis(50);

    private static final Duration LONG = Duration.ofMinutes(2);

    /** A program whose shutdown hook closes what it has open, and tries to go on, after the gate has closed. */
    public static final class LateCalls {

        private LateCalls() {}

        public static void main(String[] arguments) {
            Graph graph = new Graph("square");
            Value x = graph.input("x", ElementType.FLOAT, Shape.of(1, 1));
            graph.output("y", MatrixProducts.matMul(x, x));
            OnnxSession session = OnnxSession.load(graph, ComputeDevice.cpu());
            NativeTensor tensor = NativeTensor.copyOf(FloatTensor.of(Shape.of(1, 1), 3));
            NativeTensor made =
                    session.run(Map.of("x", tensor), Map.of(), Set.of("y")).get("y");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                while (!ExitGate.OF_PROCESS.isClosed()) {
                    Thread.onSpinWait();
                }
                say(() -> session.run(Map.of("x", tensor), "y"));
                say(() -> NativeTensor.copyOf(Shape.of(1), 3));
                say(() -> OnnxSession.load(graph, ComputeDevice.cpu()));
                say(made::floats);
                say(OnnxRuntime::version);
                session.close();
                made.close();
                tensor.close();
                System.out.println("closed");
            }));
            System.exit(3);
        }

        private static void say(Runnable call) {
            try {
                call.run();
            } catch (StoppedException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @TempDir
    private Path folder;

    private final ExitGate gate = new ExitGate();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        threads.shutdownNow();
    }

    @Test
    void pass_openGate_givesWhatTheCallGives() {
        assertThat(gate.pass("sum", () -> 3)).isEqualTo(3);
        assertThat(gate.awaitEmpty(MOMENT)).isTrue();
    }

    @Test
    void pass_closedGate_isRefusedWithTheSubject() {
        gate.close();

        assertThatThrownBy(() -> gate.pass("sum", () -> 3))
                .isInstanceOf(StoppedException.class)
                .hasMessage("expected a process that goes on, but it is ending (sum)");
    }

    /** It would otherwise begin when those that wait think that all are asked. */
    @Test
    void stoppable_gateClosedAfterItsCallHasPassed_isRefused() {
        assertThatThrownBy(() -> gate.pass("sum", () -> {
                    gate.close();
                    return gate.stoppable("sum", () -> {}, () -> 3);
                }))
                .isInstanceOf(StoppedException.class);
    }

    @Test
    void free_closedGate_doesNothingAndSaysNothing() {
        AtomicBoolean freed = new AtomicBoolean();
        gate.close();

        assertThatCode(() -> gate.free("tensor", () -> freed.set(true))).doesNotThrowAnyException();
        assertThat(freed).isFalse();
    }

    @Test
    void awaitEmpty_callThatHeedsNothing_isWaitedForAsLongAsItTakes() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Future<?> call = threads.submit(() -> gate.pass("sum", () -> {
            begun.countDown();
            end.await();
            return null;
        }));
        begun.await();
        gate.close();

        assertThat(gate.awaitEmpty(MOMENT)).isFalse();
        Future<Boolean> waiting = threads.submit(() -> gate.awaitEmpty(LONG));
        end.countDown();
        assertThat(waiting.get()).isTrue();
        call.get();
    }

    @Test
    void close_callUnderWay_asksItToStopOnce() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        Future<?> call = threads.submit(() -> gate.pass(
                "sum",
                () -> gate.stoppable("sum", asked::countDown, () -> {
                    begun.countDown();
                    asked.await();
                    return null;
                })));
        begun.await();
        gate.close();

        assertThat(gate.awaitEmpty(LONG)).isTrue();
        call.get();
    }

    @Test
    void close_callThatHasEnded_isNotAsked() {
        AtomicBoolean asked = new AtomicBoolean();
        gate.pass("sum", () -> gate.stoppable("sum", () -> asked.set(true), () -> 3));
        gate.close();

        assertThat(asked).isFalse();
    }

    @Test
    void pass_callThatThrows_isOutOfTheGate() {
        assertThatThrownBy(() -> gate.pass("sum", () -> {
                    throw new IllegalStateException("refused");
                }))
                .hasMessage("refused");
        assertThat(gate.awaitEmpty(MOMENT)).isTrue();
    }

    @Test
    void process_isEnding_refusesWorkAndClosesWithoutAWord() throws Exception {
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LateCalls.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();

        assertThat(process.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readAllLines(log))
                .containsExactly(
                        "expected a process that goes on, but it is ending (FLOAT[1, 1])",
                        "expected a process that goes on, but it is ending (INT64[1])",
                        "expected a process that goes on, but it is ending (square)",
                        "expected a process that goes on, but it is ending (FLOAT[1, 1])",
                        "expected a process that goes on, but it is ending (version)",
                        "closed");
        assertThat(process.exitValue()).isEqualTo(3);
    }
}
