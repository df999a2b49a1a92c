package org.lamp4j.onnx.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import com.google.common.base.Throwables;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.lamp4j.errors.BackendMissingException;

/** ONNX Runtime in this process: begun once, when it is first needed, and without telemetry. */
public final class OnnxRuntime {

    private static volatile @Nullable OrtEnvironment environment;

    private OnnxRuntime() {}

    /**
     * Returns the version of the library.
     *
     * @return its number
     */
    public static String version() {
        return ExitGate.OF_PROCESS.pass("version", () -> environment().getVersion());
    }

    /**
     * Returns what this build of the library can compute on, whether the machine has it or not.
     *
     * @return the names of its providers, such as {@code CPU} and {@code CUDA}
     */
    public static Set<String> providers() {
        return ExitGate.OF_PROCESS.pass("providers", () -> {
            environment();
            return OrtEnvironment.getAvailableProviders().stream()
                    .map(OrtProvider::name)
                    .collect(Collectors.toCollection(LinkedHashSet::new));
        });
    }

    /** Returns the environment, which the first call makes. Only for those that have passed the {@link ExitGate}. */
    static OrtEnvironment environment() {
        OrtEnvironment known = environment;
        return known == null ? begun() : known;
    }

    private static synchronized OrtEnvironment begun() {
        OrtEnvironment known = environment;
        if (known == null) {
            known = begin();
            environment = known;
        }
        return known;
    }

    /**
     * On its start ONNX Runtime searches the process's command line with a regular expression, for its telemetry. With
     * a class path of some thousand characters that runs over a usual stack, and ends the process.
     */
    private static OrtEnvironment begin() {
        Optional<NativeLibraries> libraries = NativeLibraries.unpack();
        try {
            OrtEnvironment begun = DeepStack.call("ONNX Runtime begins", () -> {
                BindingInternals.holdEnvironment();
                return OrtEnvironment.getEnvironment();
            });
            begun.setTelemetry(false);
            return begun;
        } catch (ExecutionException e) {
            if (ExitGate.OF_PROCESS.isClosed()) {
                throw ExitGate.refusal("ONNX Runtime"); // which cannot add its shutdown hook any more
            }
            if (e.getCause() instanceof LinkageError) {
                throw new BackendMissingException(
                        "expected ONNX Runtime's native libraries, but was: "
                                + Throwables.getRootCause(e).getMessage(),
                        e);
            }
            Throwables.throwIfUnchecked(Objects.requireNonNull(e.getCause()));
            throw new IllegalStateException("ONNX Runtime did not begin: " + e.getCause(), e);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime did not begin: " + e.getMessage(), e);
        } finally {
            libraries.ifPresent(NativeLibraries::close);
        }
    }
}
