package org.lamp4j.onnx.runtime;

import com.google.common.base.Throwables;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Owns objects that hold native memory, and closes them in the reverse of the order in which it got them, each of them
 * even if another cannot be closed. Safe for several threads.
 */
public final class NativeScope implements AutoCloseable {

    private final Deque<AutoCloseable> owned = new ArrayDeque<>();

    /** Creates a scope that owns nothing yet. */
    public NativeScope() {}

    /**
     * Takes an object over.
     *
     * @param object what is to be closed with the scope
     * @param <T> its type
     * @return the object
     */
    public synchronized <T extends AutoCloseable> T own(T object) {
        owned.push(object);
        return object;
    }

    /**
     * Closes everything, because making one more failed.
     *
     * @param failure why that failed; carries as suppressed what could not be closed
     */
    public void closeAfter(Throwable failure) {
        closeAll().forEach(failure::addSuppressed);
    }

    /** Closes everything; the first failure carries the others as suppressed. Closing twice does nothing. */
    @Override
    public void close() {
        List<Exception> failures = closeAll();
        if (!failures.isEmpty()) {
            Exception first = failures.get(0);
            failures.stream().skip(1).forEach(first::addSuppressed);
            Throwables.throwIfUnchecked(first);
            throw new IllegalStateException(first);
        }
    }

    private synchronized List<Exception> closeAll() {
        List<Exception> failures = new ArrayList<>();
        while (!owned.isEmpty()) {
            try {
                owned.pop().close();
            } catch (Exception e) {
                failures.add(e);
            }
        }
        return failures;
    }
}
