package org.lamp4j.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.onnx.format.OnnxModel;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.op.MatrixProducts;
import org.lamp4j.tensor.Shape;

/** Fails when another version of ONNX Runtime has not what is looked for beyond its public methods. */
class BindingInternalsTest {

    private static byte[] model() {
        Graph graph = new Graph("square");
        var x = graph.input("x", ElementType.FLOAT, Shape.of(2, 2));
        graph.output("y", MatrixProducts.matMul(x, x));
        return OnnxModel.serialize(graph, OnnxModel.Weights.EXTERNAL);
    }

    @Test
    void holdEnvironment_thisVersion_isDone() {
        OnnxRuntime.version();

        assertThat(BindingInternals.holdEnvironment()).isTrue();
    }

    @Test
    void loadCancellation_asked_stopsTheMakingOfASession() throws OrtException {
        OrtEnvironment environment = OnnxRuntime.environment();
        byte[] model = model();
        try (SessionOptions options = new SessionOptions()) {
            ExitGate.Stop stop = BindingInternals.loadCancellation(options).orElseThrow();
            environment.createSession(model, options).close();

            stop.ask();
            assertThatThrownBy(() -> environment.createSession(model, options).close())
                    .isInstanceOf(OrtException.class)
                    .hasMessageContaining("cancel");
        }
    }

    @ParameterizedTest
    @CsvSource({"1.29.0, 29", "1.22.1-rc1, 22", "2.0.0, 0", "1, 0", "1.x.0, 0", "1.99999.0, 0", "'', 0"})
    void minorVersion_ofAVersion_isItsSecondNumber(String version, int minor) {
        assertThat(BindingInternals.minorVersion(version)).isEqualTo(minor);
    }
}
