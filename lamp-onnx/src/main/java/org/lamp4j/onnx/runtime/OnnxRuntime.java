package org.lamp4j.onnx.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import com.google.common.base.Throwables;
import java.util.concurrent.ExecutionException;

/** ONNX Runtime in this process: begun once, when it is first needed, and without telemetry. */
public final class OnnxRuntime {

    /** Holds the environment, which the first use of this class makes. */
    private static final class Holder {
        private static final OrtEnvironment ENVIRONMENT = begin();
    }

    private OnnxRuntime() {}

    /**
     * Returns the version of the library.
     *
     * @return its number
     */
    public static String version() {
        return environment().getVersion();
    }

    static OrtEnvironment environment() {
        return Holder.ENVIRONMENT;
    }

    /**
     * On its start ONNX Runtime searches the process's command line with a regular expression, for its telemetry. With a class
     * path of some thousand characters that runs over a usual stack, and ends the process.
     */
    private static OrtEnvironment begin() {
        try {
            OrtEnvironment environment = DeepStack.call("ONNX Runtime begins", OrtEnvironment::getEnvironment);
            environment.setTelemetry(false);
            return environment;
        } catch (ExecutionException e) {
            Throwables.throwIfUnchecked(e.getCause());
            throw new IllegalStateException("ONNX Runtime did not begin: " + e.getCause(), e);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime did not begin: " + e.getMessage(), e);
        }
    }
}
