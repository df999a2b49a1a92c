package org.lamp4j.onnx.runtime;

import com.google.common.util.concurrent.Uninterruptibles;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A thread with a deep stack, for what ONNX Runtime does by recursion: more than a usual thread's stack of 1 MiB holds.
 */
final class DeepStack {

    /** Only what is touched becomes memory. */
    private static final long BYTES = 512L << 20;

    private DeepStack() {}

    /**
     * Runs something and waits for it.
     *
     * @param name name of the thread
     * @param work what to run; it gives something
     * @param <T> what it gives
     * @return what it gave
     * @throws ExecutionException if it throws; the cause is what it threw
     */
    static <T> T call(String name, Callable<T> work) throws ExecutionException {
        FutureTask<T> task = new FutureTask<>(work);
        new Thread(null, task, name, BYTES).start();
        return Objects.requireNonNull(Uninterruptibles.getUninterruptibly(task));
    }
}
