package org.lamp4j.onnx.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is needed of ONNX Runtime beyond the public methods of its Java binding, by reflection. Where a version of the
 * binding has not what is looked for, that is logged and done without.
 */
final class BindingInternals {

    private static final System.Logger LOG = System.getLogger(BindingInternals.class.getName());

    private static final String RUNTIME_CLASS = "ai.onnxruntime.OnnxRuntime";

    /**
     * Places of two functions of one signature in {@code OrtApi}, a table of pointers to which ONNX Runtime only ever
     * appends: {@code SetDeterministicCompute}, which the binding can call, and
     * {@code SessionOptionsSetLoadCancellationFlag}, which it cannot.
     */
    private static final int DETERMINISTIC_COMPUTE = 273;

    private static final int LOAD_CANCELLATION = 293;

    /** The version, 1.22, whose table is the first to have it. */
    private static final int FIRST_MINOR_VERSION_WITH_CANCELLATION = 22;

    private BindingInternals() {}

    /**
     * Takes a reference to ONNX Runtime's environment that is never given back. The binding frees its own in a shutdown
     * hook, side by side with all other hooks and threads; native code counts references, and the environment stays
     * while there is one. Must be called before the binding makes its own, or its hook may come in between.
     *
     * @return whether it was taken
     */
    static boolean holdEnvironment() {
        try {
            OrtEnvironment.getAvailableProviders(); // loads the native library
            Method create = OrtEnvironment.class.getDeclaredMethod("createHandle", long.class, int.class, String.class);
            create.setAccessible(true);
            Object reference = create.invoke(
                    null,
                    apiHandle(),
                    OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING.getValue(),
                    OrtEnvironment.DEFAULT_NAME);
            return (long) reference != 0;
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "this ONNX Runtime''s environment cannot be held, so leaving the process while it works may crash: {0}",
                    e.toString());
            return false;
        }
    }

    /**
     * Returns what stops the making of a session.
     *
     * @param options the session's options, which stay open while it is made
     * @return what is to be asked, if this ONNX Runtime has it
     */
    static Optional<ExitGate.Stop> loadCancellation(SessionOptions options) {
        try {
            if (minorVersion(OnnxRuntime.environment().getVersion()) < FIRST_MINOR_VERSION_WITH_CANCELLATION) {
                return Optional.empty();
            }
            Method set = SessionOptions.class.getDeclaredMethod(
                    "setDeterministicCompute", long.class, long.class, boolean.class);
            set.setAccessible(true);
            long table = apiHandle() + (long) (LOAD_CANCELLATION - DETERMINISTIC_COMPUTE) * Long.BYTES;
            long pointer = handle(options);
            return Optional.of(() -> invoke(set, options, table, pointer));
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "the making of a session cannot be stopped: {0}", e.toString());
            return Optional.empty();
        }
    }

    /** Returns the address of a session's options. */
    static long handle(SessionOptions options) throws ReflectiveOperationException {
        Method handle = SessionOptions.class.getDeclaredMethod("getNativeHandle");
        handle.setAccessible(true);
        return (long) handle.invoke(options);
    }

    private static void invoke(Method set, SessionOptions options, long table, long pointer) {
        try {
            set.invoke(options, table, pointer, true);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("ONNX Runtime could not stop making a session", e);
        }
    }

    /** Returns b of a version 1.b.c, or 0 for what is none. */
    static int minorVersion(String version) {
        String[] numbers = version.split("\\.", -1);
        return numbers.length > 1 && numbers[0].equals("1") && numbers[1].matches("\\d{1,4}")
                ? Integer.parseInt(numbers[1])
                : 0;
    }

    /**
     * Returns the folder of the natives of this platform within the binding's archive.
     *
     * @return its name, such as linux-x64
     * @throws ReflectiveOperationException if the binding does not tell
     */
    static String platform() throws ReflectiveOperationException {
        return (String) field("OS_ARCH_STR").get(null);
    }

    /**
     * Returns the folder that the binding has made for itself.
     *
     * @return the folder
     * @throws ReflectiveOperationException if the binding does not tell
     */
    static Optional<Path> temporaryFolder() throws ReflectiveOperationException {
        return Optional.ofNullable((Path) field("tempDirectory").get(null));
    }

    /** Returns the address of the table of ONNX Runtime's C functions. */
    static long apiHandle() throws ReflectiveOperationException {
        return (long) field("ortApiHandle").get(null);
    }

    private static Field field(String name) throws ReflectiveOperationException {
        Field field = Class.forName(RUNTIME_CLASS).getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }
}
