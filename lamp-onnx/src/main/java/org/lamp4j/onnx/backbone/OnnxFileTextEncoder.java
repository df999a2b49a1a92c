package org.lamp4j.onnx.backbone;

import java.util.ArrayList;
import java.util.List;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.format.OnnxFile;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.spi.TextEncoder;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/**
 * A text encoder that lies there as an ONNX file, of {@code input_ids} to {@code last_hidden_state}; one prompt at a
 * time.
 */
final class OnnxFileTextEncoder implements TextEncoder, AutoCloseable {

    private final ClipTextConfig config;
    private final OnnxNetwork network;
    private boolean closed;

    private OnnxFileTextEncoder(ClipTextConfig config, OnnxNetwork network) {
        this.config = config;
        this.network = network;
    }

    static OnnxFileTextEncoder open(ClipTextConfig config, OnnxFile file, ComputeDevice device)
            throws ModelFormatException {
        OnnxNetwork.requireOutput(file, OnnxTextEncoder.HIDDEN_STATES, 1, config.positions(), config.width());
        return new OnnxFileTextEncoder(
                config, OnnxNetwork.ofTokens(file, OnnxTextEncoder.IDS, config.positions(), device));
    }

    @Override
    public synchronized FloatTensor encode(List<int[]> tokenIds) {
        if (closed) {
            throw new IllegalStateException("expected an open backbone, but it is closed (text encoder)");
        }
        tokenIds.forEach(row -> OnnxTextEncoder.check(config, row));
        List<FloatTensor> rows = new ArrayList<>();
        Shape shape = Shape.of(1, config.positions(), config.width());
        for (int[] row : tokenIds) {
            FloatTensor hidden = network.run(row, OnnxTextEncoder.HIDDEN_STATES);
            rows.add(network.require(hidden, shape, OnnxTextEncoder.HIDDEN_STATES));
        }
        return FloatTensor.concat(0, rows);
    }

    @Override
    public synchronized void close() {
        closed = true;
        network.close();
    }
}
