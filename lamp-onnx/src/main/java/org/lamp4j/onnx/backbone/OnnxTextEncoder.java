package org.lamp4j.onnx.backbone;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.layer.CheckpointParameters;
import org.lamp4j.onnx.layer.Scope;
import org.lamp4j.onnx.model.ClipTextEncoder;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.OnnxSession;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.spi.TextEncoder;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/** CLIP's text encoder in a session that takes one prompt at a time; always float32, as it runs once a prompt. */
public final class OnnxTextEncoder implements TextEncoder, AutoCloseable {

    static final String IDS = "input_ids";
    static final String HIDDEN_STATES = "last_hidden_state";

    private final ClipTextConfig config;
    private final Checkpoint checkpoint;
    private final ComputeDevice device;
    private @Nullable OnnxSession session;
    private boolean closed;

    OnnxTextEncoder(ClipTextConfig config, Checkpoint checkpoint, ComputeDevice device) {
        this.config = config;
        this.checkpoint = checkpoint;
        this.device = device;
    }

    public static Graph graph(ClipTextConfig config, CheckpointParameters parameters) {
        Graph graph = new Graph("text encoder");
        Scope root = Scope.root(graph, parameters, ElementType.FLOAT);
        Value ids = graph.input(IDS, ElementType.INT64, Shape.of(1, config.positions()));
        graph.output(HIDDEN_STATES, new ClipTextEncoder(config).apply(root, ids));
        return graph;
    }

    @Override
    public synchronized FloatTensor encode(List<int[]> tokenIds) {
        if (closed) {
            throw new IllegalStateException("expected an open backbone, but it is closed (text encoder)");
        }
        tokenIds.forEach(row -> check(config, row));
        checkpoint.requireUnchanged();
        if (session == null) {
            session = OnnxSession.load(graph(config, new CheckpointParameters(checkpoint)), device);
        }
        List<FloatTensor> rows = new ArrayList<>();
        for (int[] row : tokenIds) {
            long[] ids = Arrays.stream(row).asLongStream().toArray();
            try (NativeTensor input = NativeTensor.copyOf(Shape.of(1, ids.length), ids);
                    NativeTensor output = session.run(Map.of(IDS, input), HIDDEN_STATES)) {
                rows.add(output.toFloatTensor());
            }
        }
        return FloatTensor.concat(0, rows);
    }

    static void check(ClipTextConfig config, int[] row) {
        if (row.length != config.positions()) {
            throw new IllegalArgumentException("expected " + config.positions() + " token ids in a prompt, but was "
                    + row.length + " (text encoder)");
        }
        for (int id : row) {
            if (id < 0 || id >= config.vocabularySize()) {
                throw new IllegalArgumentException("expected token ids from 0 to " + (config.vocabularySize() - 1)
                        + ", but was " + id + " (text encoder)");
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (session != null) {
            session.close();
        }
    }
}
