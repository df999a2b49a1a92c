package org.lamp4j.examples.accept;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import org.lamp4j.device.Device;
import org.lamp4j.onnx.device.NvidiaSmi;

/**
 * Asks {@code nvidia-smi} again and again how much of a GPU's memory is taken, by all programs. What is taken and given
 * back between two looks is not seen; the provider's pool gives nothing back while a session is open.
 */
final class GpuMemoryWatch implements AutoCloseable {

    private static final Duration INTERVAL = Duration.ofMillis(250);

    private final Device device;
    private final long before;
    private final Thread thread = new Thread(this::look, "GPU memory watch");
    private volatile boolean closed;
    private volatile long most;

    GpuMemoryWatch(Device device) {
        this.device = device;
        OptionalLong now = used();
        before = now.orElse(0);
        most = before;
        thread.setDaemon(true);
        if (now.isPresent()) {
            thread.start();
        }
    }

    private OptionalLong used() {
        if (device.kind() == Device.Kind.CPU) {
            return OptionalLong.empty();
        }
        return NvidiaSmi.gpu(device.index()).stream()
                .mapToLong(NvidiaSmi.Gpu::usedBytes)
                .findFirst();
    }

    private void look() {
        while (!closed) {
            used().ifPresent(now -> most = Math.max(most, now));
            LockSupport.parkNanos(INTERVAL.toNanos());
        }
    }

    /**
     * Returns the most that was taken since this watch began, less what was taken before it.
     *
     * @return bytes; empty where {@code nvidia-smi} does not tell
     */
    OptionalLong peak() {
        OptionalLong now = used();
        return now.isPresent() ? OptionalLong.of(Math.max(most, now.getAsLong()) - before) : now;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
