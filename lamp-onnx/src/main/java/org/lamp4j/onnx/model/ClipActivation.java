package org.lamp4j.onnx.model;

import java.util.function.UnaryOperator;
import org.lamp4j.onnx.config.ClipTextConfig.Activation;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.op.Activations;

/** The activations of CLIP models as functions of a graph. */
final class ClipActivation {

    private ClipActivation() {}

    static UnaryOperator<Value> of(Activation activation) {
        return activation == Activation.GELU ? Activations::gelu : Activations::quickGelu;
    }
}
