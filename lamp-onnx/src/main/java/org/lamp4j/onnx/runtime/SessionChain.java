package org.lamp4j.onnx.runtime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lamp4j.onnx.graph.Graph;

/**
 * Sessions that run one after another, such as those of a graph's {@linkplain org.lamp4j.onnx.graph.GraphParts parts}.
 * A value between them is freed after the last session that takes it. Safe for several threads.
 */
public final class SessionChain implements AutoCloseable {

    private final NativeScope natives = new NativeScope();
    private final List<OnnxSession> sessions = new ArrayList<>();

    private SessionChain(List<Graph> graphs, ComputeDevice device) {
        try {
            graphs.forEach(graph -> sessions.add(natives.own(OnnxSession.load(graph, device))));
        } catch (RuntimeException | Error e) {
            natives.closeAfter(e);
            throw e;
        }
    }

    /**
     * Loads graphs.
     *
     * @param graphs the graphs in the order they run; each takes the caller's inputs or outputs of earlier ones, by
     *     name
     * @param device where to run them
     * @return the chain
     * @throws IllegalStateException if ONNX Runtime refuses a graph; the message holds its reason
     */
    public static SessionChain load(List<Graph> graphs, ComputeDevice device) {
        return new SessionChain(graphs, device);
    }

    /**
     * Runs all sessions for an output of the last one.
     *
     * @param given every input that is no session's output, by name
     * @param outputName the output
     * @return a new tensor; the caller closes it
     * @throws org.lamp4j.tensor.ShapeMismatchException if a tensor is missing or of another type
     * @throws IllegalStateException if the chain or a tensor is closed, or a run fails
     */
    public NativeTensor run(Map<String, NativeTensor> given, String outputName) {
        Map<String, NativeTensor> between = new HashMap<>();
        try {
            for (int place = 0; place < sessions.size() - 1; place++) {
                OnnxSession session = sessions.get(place);
                between.putAll(session.run(
                        inputs(session, given, between),
                        Map.of(),
                        session.outputs().keySet()));
                free(between, place + 1);
            }
            OnnxSession last = sessions.get(sessions.size() - 1);
            return last.run(inputs(last, given, between), outputName);
        } finally {
            free(between, sessions.size());
        }
    }

    private static Map<String, NativeTensor> inputs(
            OnnxSession session, Map<String, NativeTensor> given, Map<String, NativeTensor> between) {
        Map<String, NativeTensor> inputs = new HashMap<>();
        for (String name : session.inputs().keySet()) {
            NativeTensor tensor = given.getOrDefault(name, between.get(name));
            if (tensor != null) {
                inputs.put(name, tensor);
            }
        }
        return inputs;
    }

    /** Frees what no session from a place on takes. */
    private void free(Map<String, NativeTensor> between, int place) {
        Set<String> needed = new HashSet<>();
        sessions.subList(place, sessions.size())
                .forEach(session -> needed.addAll(session.inputs().keySet()));
        NativeTensor.closeAllBut(between, needed);
    }

    /** Frees the sessions, after the runs under way. Closing twice does nothing. */
    @Override
    public void close() {
        natives.close();
    }
}
