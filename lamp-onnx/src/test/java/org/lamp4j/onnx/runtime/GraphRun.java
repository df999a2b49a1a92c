package org.lamp4j.onnx.runtime;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** Runs a graph once on the CPU. */
public final class GraphRun {

    private final Graph graph;
    private final Map<String, FloatTensor> floats = new LinkedHashMap<>();
    private final Map<String, long[]> numbers = new LinkedHashMap<>();

    private GraphRun(Graph graph) {
        this.graph = graph;
    }

    /** Takes the graph to run, which has outputs already. */
    public static GraphRun of(Graph graph) {
        return new GraphRun(graph);
    }

    /** Gives a FLOAT input. */
    public GraphRun with(String input, FloatTensor value) {
        floats.put(input, value);
        return this;
    }

    /** Gives an INT64 input of one axis. */
    public GraphRun with(String input, long... value) {
        numbers.put(input, value);
        return this;
    }

    /** Gives each input, all of which are FLOAT, random numbers by its name and a seed. */
    public GraphRun withRandomInputs(long seed) {
        for (Value input : graph.inputs()) {
            with(input.name(), RandomSource.stream(seed, input.name(), 0).gaussian(input.shape()));
        }
        return this;
    }

    /** Runs for all outputs, which are FLOAT. */
    public Map<String, FloatTensor> outputs() {
        List<String> names = List.copyOf(graph.outputs().keySet());
        List<FloatTensor> values = outputs(names);
        Map<String, FloatTensor> outputs = new LinkedHashMap<>();
        names.forEach(name -> outputs.put(name, values.get(outputs.size())));
        return outputs;
    }

    /** Runs for one FLOAT output. */
    public FloatTensor output(String name) {
        return outputs(List.of(name)).get(0);
    }

    /** Runs for several FLOAT outputs. */
    public List<FloatTensor> outputs(List<String> names) {
        Map<String, NativeTensor> given = new LinkedHashMap<>();
        Map<String, NativeTensor> results = new LinkedHashMap<>();
        try (OnnxSession session = OnnxSession.load(graph, ComputeDevice.cpu())) {
            floats.forEach((input, value) -> given.put(input, NativeTensor.copyOf(value)));
            numbers.forEach((input, value) -> given.put(input, NativeTensor.copyOf(Shape.of(value.length), value)));
            names.forEach(name ->
                    results.put(name, NativeTensor.allocate(session.outputs().get(name))));
            session.run(given, results);
            List<FloatTensor> found = new ArrayList<>();
            results.values().forEach(result -> found.add(result.toFloatTensor()));
            return found;
        } finally {
            given.values().forEach(NativeTensor::close);
            results.values().forEach(NativeTensor::close);
        }
    }
}
