package org.lamp4j.onnx.runtime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.TensorType;

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
     * Returns the type of an output of the last session.
     *
     * @param outputName the output
     * @return its type
     * @throws org.lamp4j.tensor.ShapeMismatchException if there is no such output
     */
    public TensorType outputType(String outputName) {
        return sessions.get(sessions.size() - 1).outputType(outputName);
    }

    /**
     * Runs all sessions, writing outputs of any of them into tensors of the caller's.
     *
     * @param given every input that is no session's output, by name
     * @param results the outputs to compute, by name; their memory is overwritten
     * @throws org.lamp4j.tensor.ShapeMismatchException if a tensor is missing or of another type, or no session has an
     *     output of that name
     * @throws IllegalStateException if the chain or a tensor is closed, or a run fails
     */
    public void run(Map<String, NativeTensor> given, Map<String, NativeTensor> results) {
        Map<String, NativeTensor> known = new HashMap<>(results);
        known.putAll(given);
        Map<String, NativeTensor> unwritten = new HashMap<>(results);
        Map<String, NativeTensor> between = new HashMap<>();
        try {
            for (int place = 0; place < sessions.size(); place++) {
                OnnxSession session = sessions.get(place);
                boolean last = place == sessions.size() - 1;
                Map<String, NativeTensor> written = new HashMap<>(unwritten);
                if (!last) {
                    written.keySet().retainAll(session.outputs().keySet());
                }
                unwritten.keySet().removeAll(written.keySet());
                Set<String> made =
                        new HashSet<>(last ? Set.of() : session.outputs().keySet());
                made.removeAll(written.keySet());
                between.putAll(session.run(inputs(session, known, between), written, made));
                free(between, place + 1);
            }
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
