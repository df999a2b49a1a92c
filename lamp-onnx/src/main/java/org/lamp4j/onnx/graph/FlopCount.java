package org.lamp4j.onnx.graph;

import java.util.Map;
import java.util.TreeMap;

/**
 * The floating-point operations of one run of a graph, counted from its shapes. The numbers are those of the formulas:
 * a convolution's product with padded zeros counts, a reshape does not, and what ONNX Runtime saves by merging equal
 * nodes is not taken off.
 *
 * @param byOperator operations by name of the operator, of those that have any
 */
public record FlopCount(Map<String, Long> byOperator) {

    /**
     * Counts the operations of a graph.
     *
     * @param graph the graph
     * @return the count
     * @throws IllegalStateException if an operator has no rule; the message names it
     */
    public static FlopCount of(Graph graph) {
        Map<String, Long> byOperator = new TreeMap<>();
        for (Node node : graph.nodes()) {
            long flops = of(node);
            if (flops > 0) {
                byOperator.merge(node.operator().toString(), flops, Long::sum);
            }
        }
        return new FlopCount(byOperator);
    }

    /**
     * Counts the operations of a node.
     *
     * @param node the node
     * @return its operations
     * @throws IllegalStateException if its operator has no rule; the message names it
     */
    public static long of(Node node) {
        return node.operator()
                .flopRule()
                .orElseThrow(() -> new IllegalStateException(
                        "expected a rule that counts the operations of " + node.operator() + ", but it has none"))
                .flops(node);
    }

    /**
     * Returns the operations of all nodes together.
     *
     * @return number of floating-point operations
     */
    public long total() {
        return byOperator.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Returns the operations of several runs.
     *
     * @param runs how many
     * @return the count of all of them
     */
    public FlopCount times(int runs) {
        Map<String, Long> multiple = new TreeMap<>();
        byOperator.forEach((operator, flops) -> multiple.put(operator, runs * flops));
        return new FlopCount(multiple);
    }

    /**
     * Returns the operations of a run of this graph and one of another.
     *
     * @param other the other graph's count
     * @return the count of both
     */
    public FlopCount plus(FlopCount other) {
        Map<String, Long> sum = new TreeMap<>(byOperator);
        other.byOperator.forEach((operator, flops) -> sum.merge(operator, flops, Long::sum));
        return new FlopCount(sum);
    }
}
