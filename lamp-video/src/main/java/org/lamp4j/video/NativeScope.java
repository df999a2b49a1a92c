package org.lamp4j.video;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** Owns native objects and releases them in the reverse of the order in which they were made. */
final class NativeScope implements AutoCloseable {

    private final Deque<Runnable> releases = new ArrayDeque<>();

    /**
     * Takes an object over.
     *
     * @param object what an FFmpeg allocation returned; nothing if there was no memory
     * @param release frees it
     * @return the object
     */
    <T> T own(T object, Consumer<? super T> release) {
        if (object == null) {
            throw new OutOfMemoryError("expected memory for an FFmpeg object, but there was none");
        }
        releases.push(() -> release.accept(object));
        return object;
    }

    /** Releases everything. Closing twice does nothing. */
    @Override
    public void close() {
        while (!releases.isEmpty()) {
            releases.pop().run();
        }
    }
}
