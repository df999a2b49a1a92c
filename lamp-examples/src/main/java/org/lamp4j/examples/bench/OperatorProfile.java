package org.lamp4j.examples.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lamp4j.files.StrictJson;

/**
 * Where the time of a network goes, by ONNX Runtime's own profiler.
 *
 * @param events what the operators did in the last run of each session
 */
public record OperatorProfile(List<OperatorEvent> events) {

    private static final int LINES = 10;
    private static final double GIGA = 1e9;

    /**
     * Time and operations of all events of one kind.
     *
     * @param kind an operator, or an operator with the shapes it works on
     * @param seconds time of all together
     * @param flops operations of all together; 0 where they are not known
     * @param count how many
     */
    public record Sum(String kind, double seconds, long flops, int count) {

        static Sum of(String kind, List<OperatorEvent> events) {
            return new Sum(
                    kind,
                    events.stream().mapToDouble(OperatorEvent::seconds).sum(),
                    events.stream().mapToLong(OperatorEvent::flops).sum(),
                    events.size());
        }
    }

    /**
     * Reads all profiles in a folder.
     *
     * @param folder holds files that {@link org.lamp4j.device.Device#withProfilesIn} let sessions write
     */
    static OperatorProfile read(Path folder) throws IOException {
        List<OperatorEvent> events = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                events.addAll(lastRun(StrictJson.mapper().readTree(file.toFile())));
            }
        }
        return new OperatorProfile(events);
    }

    private static List<OperatorEvent> lastRun(JsonNode trace) {
        long start = Long.MAX_VALUE;
        for (JsonNode event : trace) {
            if (event.path("name").asText().equals("model_run")) {
                start = event.path("ts").asLong();
            }
        }
        List<OperatorEvent> events = new ArrayList<>();
        for (JsonNode event : trace) {
            if (event.path("cat").asText().equals("Node") && event.path("ts").asLong() >= start) {
                events.add(OperatorEvent.of(event));
            }
        }
        return events;
    }

    /** Prints the ten heaviest operators, and then the ten heaviest with the shapes they work on. */
    void print(PrintWriter out, String network) {
        print(out, network + ", by operator", OperatorEvent::operator);
        print(out, network + ", by operator and shapes", OperatorEvent::withShapes);
    }

    private void print(PrintWriter out, String title, Function<OperatorEvent, String> kind) {
        double total = seconds();
        out.printf(Locale.ROOT, "%n%s: %d operators, %.3f s%n", title, events.size(), total);
        out.printf("%9s %7s %7s %9s  %s%n", "seconds", "share", "count", "GFLOP/s", "operator");
        heaviest(kind)
                .forEach(sum -> out.printf(
                        Locale.ROOT,
                        "%9.3f %6.1f%% %7d %9s  %s%n",
                        sum.seconds(),
                        100 * sum.seconds() / total,
                        sum.count(),
                        sum.flops() == 0 ? "-" : String.format(Locale.ROOT, "%.1f", sum.flops() / GIGA / sum.seconds()),
                        sum.kind()));
        out.flush();
    }

    /**
     * Returns the ten operators that most of the time goes to.
     *
     * @return the sums, the heaviest first
     */
    public List<Sum> heaviest() {
        return heaviest(OperatorEvent::operator);
    }

    private List<Sum> heaviest(Function<OperatorEvent, String> kind) {
        return events.stream().collect(Collectors.groupingBy(kind)).entrySet().stream()
                .map(entry -> Sum.of(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingDouble(Sum::seconds).reversed())
                .limit(LINES)
                .toList();
    }

    /**
     * Returns the time of all operators.
     *
     * @return seconds
     */
    public double seconds() {
        return events.stream().mapToDouble(OperatorEvent::seconds).sum();
    }
}
