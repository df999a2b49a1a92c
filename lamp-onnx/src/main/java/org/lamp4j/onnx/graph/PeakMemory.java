package org.lamp4j.onnx.graph;

import com.google.common.collect.Iterables;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How much memory the computed values of a graph take, from their shapes. The nodes run in the graph's order. A value
 * takes the buffer of an earlier one that is no longer needed, if it has exactly its size: ONNX Runtime plans so when
 * it loads a graph, and keeps that buffer for it in the meantime. Inputs and weights are the caller's and not counted.
 * ONNX Runtime needs less where it computes in place, and more for what its kernels need inside.
 */
public final class PeakMemory {

    private static final String RESHAPE = "Reshape";

    /** Which values take the buffer of an earlier one. */
    enum Planner {
        /** Those of its size. */
        BY_SIZE,
        /** Those of its shape. */
        BY_SHAPE
    }

    /** The first and last node that a buffer is there for, and its size. */
    private static final class Buffer {
        private final long bytes;
        private final Object kind;
        private final int from;
        private int to;

        /** How many values lie in it now. */
        private int values;

        Buffer(long bytes, Object kind, int from) {
            this.bytes = bytes;
            this.kind = kind;
            this.from = from;
        }
    }

    private final Graph graph;
    private final Planner planner;
    private final Map<Value, Integer> lastUses = new HashMap<>();
    private final List<Buffer> buffers = new ArrayList<>();

    private PeakMemory(Graph graph, Set<String> outside, Set<Value> fixed, Planner planner) {
        this.graph = graph;
        this.planner = planner;
        for (int place = 0; place < graph.nodes().size(); place++) {
            Node node = graph.nodes().get(place);
            for (Value value : Iterables.concat(node.outputs(), node.inputs())) {
                lastUses.put(value, place);
            }
        }
        Set<Value> elsewhere = new HashSet<>(fixed);
        graph.outputs().forEach((name, value) -> {
            lastUses.put(value, graph.nodes().size());
            if (outside.contains(name)) {
                elsewhere.add(value);
            }
        });
        assign(elsewhere);
    }

    private void assign(Set<Value> elsewhere) {
        Map<Value, Buffer> used = new HashMap<>();
        Map<Object, Deque<Buffer>> unused = new HashMap<>();
        for (int place = 0; place < graph.nodes().size(); place++) {
            Node node = graph.nodes().get(place);
            for (Value output : node.outputs()) {
                if (!elsewhere.contains(output)) {
                    long bytes = output.type().byteSize();
                    Object kind = planner == Planner.BY_SIZE ? (Object) bytes : output.type();
                    Buffer buffer = inPlace(node, used);
                    if (buffer == null) {
                        buffer = unused.computeIfAbsent(kind, none -> new ArrayDeque<>())
                                .pollFirst();
                    }
                    if (buffer == null) {
                        buffer = made(bytes, kind, place);
                    }
                    buffer.values++;
                    used.put(output, buffer);
                }
            }
            for (Value value : Iterables.concat(node.outputs(), node.inputs())) {
                Buffer buffer = used.get(value);
                if (buffer != null) {
                    int lastUse = Objects.requireNonNull(lastUses.get(value));
                    buffer.to = Math.max(buffer.to, lastUse);
                    if (lastUse == place) {
                        used.remove(value);
                        buffer.values--;
                    }
                    if (lastUse == place && buffer.values == 0) {
                        Objects.requireNonNull(unused.get(buffer.kind)).addFirst(buffer);
                    }
                }
            }
        }
    }

    /** A reshaped tensor lies where it did, which counts where buffers are told apart by shape. */
    private @Nullable Buffer inPlace(Node node, Map<Value, Buffer> used) {
        return planner == Planner.BY_SHAPE && node.operator().name().equals(RESHAPE) ? used.get(node.input(0)) : null;
    }

    private Buffer made(long bytes, Object kind, int place) {
        Buffer buffer = new Buffer(bytes, kind, place);
        buffers.add(buffer);
        return buffer;
    }

    /**
     * Estimates the most that a run takes at once.
     *
     * @param graph the graph
     * @param outside names of outputs that are written to memory of the caller's, which is not counted
     * @return bytes
     */
    public static long of(Graph graph, Set<String> outside) {
        long[] changes = new long[graph.nodes().size() + 2];
        for (Buffer buffer : new PeakMemory(graph, outside, Set.of(), Planner.BY_SIZE).buffers) {
            changes[buffer.from] += buffer.bytes;
            changes[buffer.to + 1] -= buffer.bytes;
        }
        long now = 0;
        long peak = 0;
        for (long change : changes) {
            now += change;
            peak = Math.max(peak, now);
        }
        return peak;
    }

    /**
     * Estimates what all buffers of a run take together, which is what a session comes to hold if it gives nothing
     * back.
     *
     * @param graph the graph
     * @param outside names of outputs that are written to memory of the caller's, which is not counted
     * @return bytes, at least {@link #of(Graph, Set)}
     */
    public static long held(Graph graph, Set<String> outside) {
        return held(graph, outside, Set.of(), Planner.BY_SIZE);
    }

    /** Leaves out what was computed when the graph was loaded, too. */
    static long held(Graph graph, Set<String> outside, Set<Value> fixed, Planner planner) {
        return new PeakMemory(graph, outside, fixed, planner)
                .buffers.stream().mapToLong(buffer -> buffer.bytes).sum();
    }

    /**
     * Estimates the peak of graphs that run one after another, each value between them being kept until the last that
     * takes it has run.
     *
     * @param parts the graphs in the order they run
     * @param outside names of outputs that are written to memory of the caller's, which is not counted
     * @return bytes
     */
    public static long of(List<Graph> parts, Set<String> outside) {
        Map<String, Long> kept = new HashMap<>();
        long peak = 0;
        for (int place = 0; place < parts.size(); place++) {
            long between = kept.values().stream().mapToLong(Long::longValue).sum();
            peak = Math.max(peak, between + of(parts.get(place), outside));
            parts.get(place)
                    .outputs()
                    .forEach((name, value) -> kept.put(name, value.type().byteSize()));
            Set<String> needed = new HashSet<>();
            parts.subList(place + 1, parts.size())
                    .forEach(part -> part.inputs().forEach(input -> needed.add(input.name())));
            kept.keySet().retainAll(needed);
        }
        return peak;
    }
}
