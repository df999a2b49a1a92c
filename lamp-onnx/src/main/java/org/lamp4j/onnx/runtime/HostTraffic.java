package org.lamp4j.onnx.runtime;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What runs of sessions have exchanged with host memory, weights not counted: on a GPU, what was copied.
 *
 * @param bytesRead bytes of inputs that lay there
 * @param bytesWritten bytes of outputs that were written there
 */
public record HostTraffic(long bytesRead, long bytesWritten) {

    private static final AtomicLong READ = new AtomicLong();
    private static final AtomicLong WRITTEN = new AtomicLong();

    /**
     * Returns what all runs of this process have exchanged so far.
     *
     * @return the traffic
     */
    public static HostTraffic ofProcess() {
        return new HostTraffic(READ.get(), WRITTEN.get());
    }

    /**
     * Returns what came since.
     *
     * @param earlier the traffic until then
     * @return the difference
     */
    public HostTraffic since(HostTraffic earlier) {
        return new HostTraffic(bytesRead - earlier.bytesRead, bytesWritten - earlier.bytesWritten);
    }

    /** Counts a run. */
    static void count(Iterable<NativeTensor> inputs, Iterable<NativeTensor> outputs) {
        READ.addAndGet(hostBytes(inputs));
        WRITTEN.addAndGet(hostBytes(outputs));
    }

    private static long hostBytes(Iterable<NativeTensor> tensors) {
        long bytes = 0;
        for (NativeTensor tensor : tensors) {
            if (tensor.isInHostMemory()) {
                bytes += tensor.type().byteSize();
            }
        }
        return bytes;
    }
}
