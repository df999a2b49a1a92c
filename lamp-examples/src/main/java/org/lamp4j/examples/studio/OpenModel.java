package org.lamp4j.examples.studio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.lamp4j.Backbone;
import org.lamp4j.device.Device;
import org.lamp4j.testing.EmbeddedModel;

/** The model that is open: the small one that comes with the program, or one of the person's. */
final class OpenModel implements AutoCloseable {

    private static final Executor READER = task -> {
        Thread thread = new Thread(task, "lamp-studio-fingerprint");
        thread.setDaemon(true);
        thread.start();
    };

    private final Path embedded;
    private final Device device;
    private final ReadWriteLock use = new ReentrantReadWriteLock();
    private volatile Current current;
    private volatile boolean closed;

    /**
     * A model that is open.
     *
     * @param own where the person's lies; empty for the embedded one
     * @param fingerprint what patterns know it by; to find it, all of a large file is read
     */
    private record Current(Backbone backbone, Optional<Path> own, CompletableFuture<String> fingerprint) {

        static Current open(Path path, Optional<Path> own, Device device) throws IOException {
            Backbone backbone = Backbone.load(path, device);
            return new Current(backbone, own, CompletableFuture.supplyAsync(backbone::fingerprint, READER));
        }

        void close() {
            fingerprint.handle((found, problem) -> null).join(); // it reads what closing unmaps
            backbone.close();
        }
    }

    /** Does something with the model, which stays open meanwhile. */
    @FunctionalInterface
    interface Use<T extends @Nullable Object> {
        T with(Backbone backbone) throws IOException;
    }

    /**
     * Opens a model.
     *
     * @param folder where the embedded model is unpacked, if it is needed
     * @param own the person's model; empty for the embedded one
     * @param device where it runs
     */
    OpenModel(Path folder, Optional<Path> own, Device device) throws IOException {
        this.embedded = folder.resolve("model");
        this.device = device;
        this.current = opened(own);
    }

    private Current opened(Optional<Path> own) throws IOException {
        if (own.isEmpty() && !Files.isDirectory(embedded)) {
            EmbeddedModel.copyTo(embedded);
        }
        return Current.open(own.orElse(embedded), own, device);
    }

    <T extends @Nullable Object> T use(Use<T> use) throws IOException {
        Lock lock = this.use.readLock();
        lock.lock();
        try {
            return use.with(current.backbone());
        } finally {
            lock.unlock();
        }
    }

    /** Opens another model in place of this one, which stays if that fails. */
    void change(Optional<Path> own) throws IOException {
        Lock lock = use.writeLock();
        lock.lock();
        try {
            Current before = current;
            current = opened(own);
            before.close();
        } finally {
            lock.unlock();
        }
    }

    boolean isEmbedded() {
        return current.own().isEmpty();
    }

    Path path() {
        return current.own().orElse(embedded);
    }

    String name() {
        return current.own().map(path -> String.valueOf(path.getFileName())).orElse("embedded");
    }

    Device device() {
        return device;
    }

    /** Returns what patterns know the model by; empty as long as it is looked for. */
    Optional<String> fingerprint() {
        CompletableFuture<String> found = current.fingerprint();
        return found.isDone() && !found.isCompletedExceptionally() ? Optional.of(found.join()) : Optional.empty();
    }

    /** Does something as soon as the fingerprint is known, unless the model is closed by then. */
    void whenKnown(Runnable task) {
        CompletableFuture<String> found = current.fingerprint();
        READER.execute(() -> {
            found.handle((value, problem) -> null).join();
            Lock lock = use.readLock();
            lock.lock();
            try {
                if (!closed) {
                    task.run();
                }
            } finally {
                lock.unlock();
            }
        });
    }

    @Override
    public void close() {
        Lock lock = use.writeLock();
        lock.lock();
        try {
            closed = true;
            current.close();
        } finally {
            lock.unlock();
        }
    }
}
