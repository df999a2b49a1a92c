package org.lamp4j.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Valid files, one of which is damaged at a time, and their reader. */
final class FuzzedReader implements AutoCloseable {

    /** Files have kilobytes. Garbage collection and other processes take their share, a hang takes more. */
    private static final Duration MOST_TIME = Duration.ofSeconds(20);

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final ReaderFuzzTest test;
    private final List<Path> files;
    private final List<byte[]> valid = new ArrayList<>();
    private int damaged;

    /** What reading once came to. */
    private record Reading(boolean refused, Duration time, long bytes) {}

    /** Writes the files and reads them. */
    FuzzedReader(ReaderFuzzTest test, Path folder) throws IOException {
        this.test = test;
        this.files = List.copyOf(test.write(folder));
        for (Path file : files) {
            valid.add(test.content(file));
            test.read(file);
        }
    }

    static ReaderFuzzTest test(String className) throws ReflectiveOperationException {
        var constructor =
                Class.forName(className).asSubclass(ReaderFuzzTest.class).getDeclaredConstructor();
        constructor.setAccessible(true);
        return constructor.newInstance();
    }

    int fileCount() {
        return files.size();
    }

    byte[] valid(int file) {
        return valid.get(file).clone();
    }

    /**
     * Reads with one file damaged, the others valid.
     *
     * @return whether it was refused
     * @throws AssertionError if it is neither read nor refused as documented, or takes too much time or memory
     */
    boolean refuses(int file, byte[] content, String name) throws IOException {
        if (file != damaged) {
            test.replace(files.get(damaged), valid.get(damaged));
        }
        damaged = file;
        test.replace(files.get(file), content);
        Reading reading = measured(name);
        if (reading.time.compareTo(MOST_TIME) > 0 || reading.bytes > test.mostAllocatedBytes()) {
            // the first case also loads classes, which a coverage-guided run rewrites on the way
            reading = measured(name);
        }
        assertThat(reading.time).as(name).isLessThan(MOST_TIME);
        assertThat(reading.bytes).as("bytes of " + name).isLessThan(test.mostAllocatedBytes());
        return reading.refused;
    }

    private Reading measured(String name) {
        long thread = Thread.currentThread().getId();
        long bytes = THREADS.getThreadAllocatedBytes(thread);
        long start = System.nanoTime();
        boolean refused = isRefused(name);
        return new Reading(
                refused, Duration.ofNanos(System.nanoTime() - start), THREADS.getThreadAllocatedBytes(thread) - bytes);
    }

    private boolean isRefused(String name) {
        try {
            test.read(files.get(damaged));
            return false;
        } catch (Throwable failure) {
            if (failure.getMessage() == null || test.refusals().stream().noneMatch(type -> type.isInstance(failure))) {
                throw new AssertionError(name + " is not refused as documented", failure);
            }
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        test.close();
    }
}
