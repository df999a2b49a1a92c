package org.lamp4j.spark;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.lamp4j.Backbone;
import org.lamp4j.device.Device;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.onnx.clip.ClipModel;

/**
 * The models that are open in this process, each once for a device. They are closed when the process begins to end, and
 * in one that is driver and executor at the same time when the application ends.
 */
final class ExecutorModels {

    private static final Map<Key, AutoCloseable> OPEN = new HashMap<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(ExecutorModels::closeAll, "lamp4j closes its models"));
    }

    private record Key(Class<?> type, ClusterModel model, Device device) {}

    @FunctionalInterface
    private interface Opener<T extends AutoCloseable> {
        T open() throws IOException;
    }

    private ExecutorModels() {}

    /**
     * Returns an open base model.
     *
     * @throws IOException if it cannot be opened or has another fingerprint than it must
     */
    static OpenModel baseModel(ClusterModel model, Device device) throws IOException {
        return open(new Key(OpenModel.class, model, device), OpenModel.class, () -> openChecked(model, device));
    }

    /**
     * Returns an open CLIP model.
     *
     * @throws IOException if it cannot be opened or has another fingerprint than it must
     */
    static ClipModel clipModel(ClusterModel model, Device device) throws IOException {
        return open(new Key(ClipModel.class, model, device), ClipModel.class, () -> {
            ClipModel clip = ClipModel.open(model.path(), device);
            try {
                requireFingerprint(model, clip::fingerprint);
                return clip;
            } catch (IOException | RuntimeException e) {
                clip.close();
                throw e;
            }
        });
    }

    private static OpenModel openChecked(ClusterModel model, Device device) throws IOException {
        Backbone base = Backbone.load(model.path(), device);
        try {
            requireFingerprint(model, base::fingerprint);
            if (!model.hasLoras()) {
                return new OpenModel(base);
            }
        } catch (IOException | RuntimeException e) {
            base.close();
            throw e;
        }
        try (base) {
            return new OpenModel(base.withLoras(model.loras()));
        }
    }

    /** Computes a fingerprint, which reads the whole model, only where one is expected. */
    private static void requireFingerprint(ClusterModel model, Supplier<String> fingerprint)
            throws ModelFormatException {
        if (model.fingerprint().isEmpty()) {
            return;
        }
        String expected = model.fingerprint().get();
        String found = fingerprint.get();
        if (!expected.equals(found)) {
            throw new ModelFormatException(
                    "expected a model with the fingerprint " + expected + ", but was " + found + " (" + model.path()
                            + ")",
                    model.path());
        }
    }

    private static <T extends AutoCloseable> T open(Key key, Class<T> type, Opener<T> opener) throws IOException {
        synchronized (OPEN) {
            AutoCloseable known = OPEN.get(key);
            if (known == null) {
                known = opener.open();
                OPEN.put(key, known);
            }
            return type.cast(known);
        }
    }

    static void closeAll() {
        synchronized (OPEN) {
            OPEN.values().forEach(ExecutorModels::close);
            OPEN.clear();
        }
    }

    private static void close(AutoCloseable model) {
        try {
            model.close();
        } catch (Exception e) {
            System.getLogger(ExecutorModels.class.getName())
                    .log(System.Logger.Level.DEBUG, "a model could not be closed", e);
        }
    }
}
