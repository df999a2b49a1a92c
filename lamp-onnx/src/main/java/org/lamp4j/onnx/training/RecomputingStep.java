package org.lamp4j.onnx.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lamp4j.onnx.autodiff.PartGradients;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeScope;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.OnnxSession;

/**
 * A training step in parts, each with a session for the forward pass and one for the backward pass. A value between
 * parts is kept until the last part that needs it has run backward, and so is its gradient.
 */
final class RecomputingStep implements TrainingStep {

    private final NativeScope natives = new NativeScope();
    private final Set<String> inputNames;
    private final List<OnnxSession> forward = new ArrayList<>();

    private final List<Optional<OnnxSession>> backward = new ArrayList<>();
    private final List<Set<String>> needed;

    RecomputingStep(StepParts parts, ComputeDevice device) {
        inputNames = parts.inputs();
        needed = parts.needed();
        try {
            parts.forward().forEach(part -> forward.add(load(part, device)));
            parts.backward().forEach(part -> backward.add(part.map(present -> load(present, device))));
        } catch (RuntimeException | Error e) {
            natives.closeAfter(e);
            throw e;
        }
    }

    private OnnxSession load(Graph part, ComputeDevice device) {
        return natives.own(OnnxSession.load(part, device));
    }

    @Override
    public Set<String> inputNames() {
        return inputNames;
    }

    @Override
    public float run(Map<String, NativeTensor> given, Map<String, NativeTensor> gradients) {
        try (Run run = new Run(given, gradients)) {
            for (OnnxSession part : forward) {
                run.run(part);
            }
            for (int part = backward.size() - 1; part >= 0; part--) {
                backward.get(part).ifPresent(run::run);
                NativeTensor.closeAllBut(run.between, needed.get(part));
            }
            return run.loss;
        }
    }

    /** One step: the tensors that its parts hand on. */
    private static final class Run implements AutoCloseable {

        /** What the caller owns: the step's inputs and the parameters' gradients. */
        private final Map<String, NativeTensor> outside;

        private final Map<String, NativeTensor> between = new HashMap<>();
        private float loss;

        Run(Map<String, NativeTensor> given, Map<String, NativeTensor> gradients) {
            outside = new HashMap<>(given);
            gradients.forEach((name, tensor) -> outside.put(PartGradients.gradientOf(name), tensor));
        }

        void run(OnnxSession part) {
            Map<String, NativeTensor> inputs = new HashMap<>();
            for (String input : part.inputs().keySet()) {
                String value = PartGradients.valueOf(input);
                inputs.put(input, outside.getOrDefault(value, between.get(value)));
            }
            Map<String, NativeTensor> written = new HashMap<>();
            Set<String> made = new HashSet<>();
            for (String output : part.outputs().keySet()) {
                if (outside.containsKey(output)) {
                    written.put(output, outside.get(output));
                } else {
                    made.add(output);
                }
            }
            part.run(inputs, written, made).forEach(this::keep);
        }

        private void keep(String name, NativeTensor tensor) {
            if (name.equals(StepGraph.LOSS)) {
                loss = tensor.floats().get(0);
            }
            NativeTensor replaced = between.put(name, tensor);
            if (replaced != null) {
                replaced.close();
            }
        }

        @Override
        public void close() {
            NativeTensor.closeAllBut(between, Set.of());
        }
    }

    @Override
    public void close() {
        natives.close();
    }
}
