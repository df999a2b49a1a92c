package org.lamp4j.examples.bench;

import java.io.PrintWriter;
import java.util.Locale;
import org.lamp4j.onnx.graph.FlopCount;
import org.lamp4j.onnx.graph.Graph;

/**
 * Prints how near single operators and their gradients come to this machine's {@link Ceilings}, so that figures of two
 * machines can be compared. What multiplies is compared with the rates of convolutions and products, the rest with the
 * time that reading its inputs and writing its result would take.
 *
 * @param rounds runs of each operator that count, at most 5
 */
record OperatorTable(PrintWriter out, Ceilings ceilings, int rounds) {

    private static final double MILLI = 1e-3;
    private static final int WARM_UP_ROUNDS = 1;
    private static final int MOST_ROUNDS = 5;

    OperatorTable {
        rounds = Math.min(rounds, MOST_ROUNDS);
    }

    void print() {
        out.printf("%n%-34s %10s %10s%n", "operator", "ms", "of limit");
        for (OperatorSample sample : OperatorSample.all()) {
            Series series = new Series(WARM_UP_ROUNDS);
            try (OperatorSample.Run run = sample.open()) {
                for (int round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
                    series.time(() -> {
                        run.once();
                        return run;
                    });
                }
            }
            out.printf(
                    Locale.ROOT,
                    "%-34s %10.2f %9.0f%%%n",
                    sample.name(),
                    series.median() / MILLI,
                    100 * limit(sample.graph()) / series.median());
            out.flush();
        }
    }

    private double limit(Graph graph) {
        double products = ceilings.seconds(FlopCount.of(graph));
        return products > 0 ? products : ceilings.secondsToMove(bytes(graph));
    }

    private static long bytes(Graph graph) {
        long read = graph.inputs().stream()
                .mapToLong(input -> input.type().byteSize())
                .sum();
        long written = graph.outputs().values().stream()
                .mapToLong(output -> output.type().byteSize())
                .sum();
        return read + written;
    }
}
