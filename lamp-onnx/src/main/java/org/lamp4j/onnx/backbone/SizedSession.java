package org.lamp4j.onnx.backbone;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.OnnxSession;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/** A session for inputs of the latest shape; for another shape it is made anew. */
final class SizedSession implements AutoCloseable {

    private final Function<Shape, OnnxSession> loading;
    private @Nullable Shape shape;
    private @Nullable OnnxSession session;

    SizedSession(Function<Shape, OnnxSession> loading) {
        this.loading = loading;
    }

    OnnxSession of(Shape wanted) {
        OnnxSession latest = session;
        if (latest == null || !wanted.equals(shape)) {
            close();
            latest = loading.apply(wanted);
            session = latest;
            shape = wanted;
        }
        return latest;
    }

    /** Runs the network on each tensor of a batch. */
    FloatTensor runEach(FloatTensor batch, String inputName, String outputName) {
        OnnxSession each = of(batch.shape().with(0, 1));
        List<FloatTensor> results = new ArrayList<>();
        for (int index = 0; index < batch.shape().size(0); index++) {
            try (NativeTensor input = NativeTensor.copyOf(batch.slice(0, index, index + 1));
                    NativeTensor output = each.run(Map.of(inputName, input), outputName)) {
                results.add(output.toFloatTensor());
            }
        }
        return FloatTensor.concat(0, results);
    }

    @Override
    public void close() {
        if (session != null) {
            session.close();
            session = null;
            shape = null;
        }
    }
}
