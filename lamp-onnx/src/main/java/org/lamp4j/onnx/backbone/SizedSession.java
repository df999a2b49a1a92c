package org.lamp4j.onnx.backbone;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.lamp4j.onnx.runtime.OnnxSession;
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

    @Override
    public void close() {
        if (session != null) {
            session.close();
            session = null;
            shape = null;
        }
    }
}
