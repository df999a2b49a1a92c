package org.lamp4j.onnx.op;

import org.lamp4j.onnx.graph.Node;
import org.lamp4j.onnx.graph.Operator.FlopRule;

/**
 * Rules, shared by several operators, by which floating-point operations are counted. A multiplication and an addition
 * are two; a comparison, a division and a value of an elementary function (exp, erf, a root) are one each.
 */
final class Flops {

    private Flops() {}

    /** Numbers are moved or change their type. */
    static final FlopRule NONE = node -> 0;

    /** One for each number that comes out. */
    static final FlopRule ONE_EACH = each(1);

    /** One for each number that goes in: a running sum. */
    static final FlopRule ONE_PER_INPUT = node -> node.input(0).shape().elementCount();

    /** Mean 1, difference 1, variance 2, division 1, scale 1 and bias 1 for each number. */
    static final FlopRule NORMALIZATION = each(7);

    /** As many for each number that comes out. */
    static FlopRule each(int count) {
        return node -> count * outputs(node);
    }

    static long outputs(Node node) {
        return node.output(0).shape().elementCount();
    }
}
