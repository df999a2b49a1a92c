package org.lamp4j.onnx.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.common.base.Throwables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.LongStream;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.PrintableText;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/**
 * An ONNX file of somebody else's that ONNX Runtime has loaded, whose shapes may be open. Owns the native session. Safe
 * for several threads; closing waits for the run that is under way.
 */
public final class FileSession implements AutoCloseable {

    private static final int MAX_REASON = 500;

    private final Path file;
    private final OrtSession session;
    private boolean closed;

    private FileSession(Path file, OrtSession session) {
        this.file = file;
        this.session = session;
    }

    /**
     * Loads a file.
     *
     * @param file the model; files of weights lie beside it and must stay unchanged until the session is closed
     * @param device where to run it
     * @return the session
     * @throws ModelFormatException if ONNX Runtime refuses the file; the message names it and holds the reason
     */
    public static FileSession load(Path file, ComputeDevice device) throws ModelFormatException {
        try {
            return new FileSession(file, ExitGate.OF_PROCESS.pass(file, () -> create(file, device)));
        } catch (OrtException e) {
            throw new ModelFormatException(
                    "expected an ONNX model that ONNX Runtime loads, but was: " + reason(e) + " (" + file + ")",
                    file,
                    e);
        }
    }

    private static OrtSession create(Path file, ComputeDevice device) throws OrtException {
        try (OrtSession.SessionOptions options = device.sessionOptions(file.toString(), Long.MAX_VALUE, Set.of())) {
            ExitGate.Stop stop = BindingInternals.loadCancellation(options).orElse(() -> {});
            return ExitGate.OF_PROCESS.stoppable(
                    file,
                    stop,
                    () -> DeepStack.call(
                            "ONNX Runtime loads " + file,
                            () -> OnnxRuntime.environment().createSession(file.toString(), options)));
        } catch (ExecutionException e) {
            if (ExitGate.OF_PROCESS.isClosed()) {
                throw ExitGate.refusal(file);
            }
            Throwable cause = Objects.requireNonNull(e.getCause());
            Throwables.throwIfInstanceOf(cause, OrtException.class);
            Throwables.throwIfUnchecked(cause);
            throw new IllegalStateException(cause);
        }
    }

    /**
     * Runs the model.
     *
     * @param given every input, by name
     * @param wanted names of outputs of floating point
     * @return those outputs in that order, float16 widened
     * @throws IllegalStateException if the session or a tensor is closed, or the run fails
     */
    public synchronized List<FloatTensor> run(Map<String, NativeTensor> given, List<String> wanted) {
        if (closed) {
            throw new IllegalStateException("expected an open session, but " + file + " is closed");
        }
        List<NativeTensor> acquired = new ArrayList<>();
        try {
            Map<String, OnnxTensor> handles = new LinkedHashMap<>();
            given.forEach((name, tensor) -> {
                handles.put(name, tensor.acquire());
                acquired.add(tensor);
            });
            return ExitGate.OF_PROCESS.pass(file, () -> results(handles, wanted));
        } catch (OrtException e) {
            if (ExitGate.OF_PROCESS.isClosed()) {
                throw ExitGate.refusal(file);
            }
            throw new IllegalStateException("ONNX Runtime failed in " + file + ": " + reason(e), e);
        } finally {
            acquired.forEach(NativeTensor::release);
        }
    }

    private List<FloatTensor> results(Map<String, OnnxTensor> given, List<String> wanted) throws OrtException {
        try (OrtSession.RunOptions options = new OrtSession.RunOptions();
                OrtSession.Result result = ExitGate.OF_PROCESS.stoppable(
                        file,
                        () -> options.setTerminate(true),
                        () -> session.run(given, new LinkedHashSet<>(wanted), options))) {
            List<FloatTensor> tensors = new ArrayList<>();
            for (String name : wanted) {
                tensors.add(tensor(result.get(name).orElseThrow(), name));
            }
            return tensors;
        }
    }

    /** It holds names from the file, of any length. */
    private static String reason(Exception refusal) {
        String message = String.valueOf(refusal.getMessage());
        return PrintableText.line(message.length() > MAX_REASON ? message.substring(0, MAX_REASON) + "…" : message);
    }

    private FloatTensor tensor(OnnxValue value, String name) {
        if (!(value instanceof OnnxTensor tensor)) {
            throw new IllegalStateException(
                    "expected a tensor " + name + ", but was " + value.getInfo() + " (" + file + ")");
        }
        int[] sizes = LongStream.of(tensor.getInfo().getShape())
                .mapToInt(Math::toIntExact)
                .toArray();
        return FloatTensor.of(Shape.of(sizes), tensor.getFloatBuffer());
    }

    /** Frees the session, after the run under way. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            ExitGate.OF_PROCESS.free(file, session::close);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime could not close " + file + ": " + e.getMessage(), e);
        }
    }
}
