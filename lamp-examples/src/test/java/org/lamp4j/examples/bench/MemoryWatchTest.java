package org.lamp4j.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemoryWatchTest {

    private static final int BYTES = 64 << 20;

    /** A buffer that has been touched is held; of the rest of the process not everything is given back meanwhile. */
    private static final long LEAST_SEEN = BYTES / 2;

    @Test
    void peak_bufferIsTouched_isSeen() {
        Optional<ProcessMemory> before = ProcessMemory.now();
        assumeTrue(before.isPresent(), "this system does not tell what memory a process holds");

        ProcessMemory peak;
        try (MemoryWatch watch = new MemoryWatch()) {
            ByteBuffer touched = ByteBuffer.allocateDirect(BYTES);
            touched.put(BYTES - 1, (byte) 1);
            peak = watch.peak().orElseThrow();
        }

        assertThat(peak.anonymousBytes() - before.get().anonymousBytes()).isGreaterThan(LEAST_SEEN);
        assertThat(peak.peakBytes()).isGreaterThanOrEqualTo(peak.anonymousBytes());
    }
}
