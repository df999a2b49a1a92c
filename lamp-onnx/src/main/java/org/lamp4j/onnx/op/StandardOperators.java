package org.lamp4j.onnx.op;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Operator;
import org.lamp4j.onnx.graph.Replacement;

/** Graphs of the operators of ONNX's own domain only, which every runtime has. */
public final class StandardOperators {

    /** Bytes of an attention's matrix of weights at a time: ONNX Runtime in a browser has 4 GiB for everything. */
    private static final long BLOCK_BYTES = 256L << 20;

    /** What replaces each operator of another domain. */
    static final Map<Operator, Replacement.Rule> RULES = Map.of(
            Activations.GELU,
            (node, inputs) -> List.of(Activations.geluOfParts(inputs.get(0))),
            ChannelsLastConvolution.NHWC_CONV,
            (node, inputs) -> List.of(ChannelsLastConvolution.ofParts(node, inputs)),
            GroupNormalization.GROUP_NORM,
            (node, inputs) -> List.of(GroupNormalization.ofParts(node, inputs)),
            Activations.QUICK_GELU,
            (node, inputs) -> List.of(Activations.quickGeluOfParts(node, inputs.get(0))),
            MultiHeadAttention.MULTI_HEAD_ATTENTION,
            (node, inputs) -> List.of(MultiHeadAttention.inBlocks(node, inputs, BLOCK_BYTES)));

    private StandardOperators() {}

    /**
     * Returns a graph that computes the same, to rounding. Attention holds its matrix of weights, in blocks of 256 MiB,
     * where ONNX Runtime's own operator does without.
     *
     * @param graph any graph of the operators of this package
     * @return the graph in operators of ONNX's own domain
     * @throws IllegalStateException if an operator of another domain has no replacement
     */
    public static Graph of(Graph graph) {
        Graph standard = Replacement.in(graph, RULES);
        Optional<Operator> other = standard.nodes().stream()
                .map(node -> node.operator())
                .filter(operator -> !operator.domain().isEmpty())
                .findFirst();
        if (other.isPresent()) {
            throw new IllegalStateException(
                    "expected operators of ONNX's own domain, but was " + other.get() + " (" + graph.name() + ")");
        }
        return standard;
    }
}
