package org.lamp4j.onnx.training;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.lamp4j.onnx.autodiff.PartGradients;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.OnnxSession;

/** A training step in one session. */
final class WholeStep implements TrainingStep {

    private final OnnxSession session;

    WholeStep(Graph graph, ComputeDevice device) {
        session = OnnxSession.load(graph, device);
    }

    @Override
    public Set<String> inputNames() {
        return session.inputs().keySet();
    }

    @Override
    public float run(Map<String, NativeTensor> given, Map<String, NativeTensor> gradients) {
        Map<String, NativeTensor> outputs = new HashMap<>();
        gradients.forEach((name, tensor) -> outputs.put(PartGradients.gradientOf(name), tensor));
        try (NativeTensor loss = NativeTensor.allocate(session.outputType(StepGraph.LOSS))) {
            outputs.put(StepGraph.LOSS, loss);
            session.run(given, outputs);
            return loss.floats().get(0);
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
