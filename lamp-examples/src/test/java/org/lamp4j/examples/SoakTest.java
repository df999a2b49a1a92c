package org.lamp4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.media.VideoClip;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.OnnxSession;

/**
 * Does the same work many times in one JVM and looks at what stays. {@code -Dsoak.generations=500 -Dsoak.openings=50
 * -Dsoak.seconds=600} are the figures of docs/reliability.md.
 */
class SoakTest {

    private static final int GENERATIONS = Integer.getInteger("soak.generations", 20);
    private static final int OPENINGS = Integer.getInteger("soak.openings", 10);
    private static final Duration SHARED_LENGTH = Duration.ofSeconds(Long.getLong("soak.seconds", 3));
    private static final int THREADS = 4;
    private static final int SEEDS = 8;

    /** Lines of figures that each test prints. */
    private static final int SAMPLES = 10;

    /**
     * What is forgotten in each round, a session of the embedded model, is at least 10 MB; a heap is never quite flat.
     */
    private static final long MOST_NATIVE_GROWTH_BYTES = 64L << 20;

    private static final long MOST_HEAP_GROWTH_BYTES = 8L << 20;

    private static final int MOST_COLLECTIONS = 20;
    private static final long COLLECTION_PAUSE_NANOS = 50_000_000;

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path OPEN_FILES = Path.of("/proc/self/fd");

    @TempDir
    private Path folder;

    /**
     * What the process holds after a garbage collection.
     *
     * @param nativeBytes anonymous memory without the heap
     * @param mappings mapped files
     */
    private record Held(
            int sessions, int tensors, long mappings, int openFiles, int threads, long heapBytes, long nativeBytes) {

        static Held now() throws IOException {
            collectGarbage();
            Runtime runtime = Runtime.getRuntime();
            return new Held(
                    OnnxSession.openCount(),
                    NativeTensor.openCount(),
                    pool("mapped").getCount(),
                    openFileCount(),
                    Thread.activeCount(),
                    runtime.totalMemory() - runtime.freeMemory(),
                    anonymousBytes() - runtime.totalMemory());
        }

        String line(int round) {
            return "%5d  sessions %d  tensors %d  mapped files %d  open files %d  threads %d  heap %.1f MB  native %.0f MB"
                    .formatted(
                            round, sessions, tensors, mappings, openFiles, threads, heapBytes / 1e6, nativeBytes / 1e6);
        }
    }

    /** Buffers are freed, and files unmapped, by a thread of the JVM's own, some time after the collection. */
    private static void collectGarbage() {
        long buffers = Long.MAX_VALUE;
        for (int time = 0; time < MOST_COLLECTIONS; time++) {
            System.gc();
            LockSupport.parkNanos(COLLECTION_PAUSE_NANOS);
            long left = pool("direct").getCount() + pool("mapped").getCount();
            if (left == buffers) {
                return;
            }
            buffers = left;
        }
    }

    private static BufferPoolMXBean pool(String name) {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static int openFileCount() throws IOException {
        try (Stream<Path> files = Files.list(OPEN_FILES)) {
            return (int) files.count();
        }
    }

    private static long anonymousBytes() throws IOException {
        String line = Files.readAllLines(STATUS).stream()
                .filter(entry -> entry.startsWith("RssAnon:"))
                .findFirst()
                .orElseThrow();
        return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
    }

    /** One of the many. */
    @FunctionalInterface
    private interface Round {
        void run(int number) throws IOException;
    }

    private static List<Held> soak(String name, int rounds, Round round) throws IOException {
        List<Held> samples = new ArrayList<>();
        for (int number = 0; number < rounds; number++) {
            round.run(number);
            if ((number + 1) % Math.max(1, rounds / SAMPLES) == 0) {
                samples.add(Held.now());
                System.out.println(name + samples.get(samples.size() - 1).line(number + 1));
            }
        }
        return samples;
    }

    /** What ONNX Runtime holds is the same to the last object; the other figures go up and down, but not up only. */
    private static void assertFlat(List<Held> samples) {
        Held middle = samples.get(samples.size() / 2 - 1);
        Held last = samples.get(samples.size() - 1);
        assertThat(last.sessions()).isEqualTo(middle.sessions());
        assertThat(last.tensors()).isEqualTo(middle.tensors());
        assertThat(growth(samples, Held::mappings)).isNotPositive();
        assertThat(growth(samples, Held::openFiles)).isNotPositive();
        assertThat(growth(samples, Held::threads)).isNotPositive();
        assertThat(growth(samples, Held::heapBytes)).isLessThan(MOST_HEAP_GROWTH_BYTES);
        assertThat(growth(samples, Held::nativeBytes)).isLessThan(MOST_NATIVE_GROWTH_BYTES);
    }

    /** The least of the second half without the most of the first, which also warms up. */
    private static long growth(List<Held> samples, ToLongFunction<Held> figure) {
        int half = samples.size() / 2;
        long most = samples.subList(0, half).stream().mapToLong(figure).max().orElseThrow();
        long least = samples.subList(half, samples.size()).stream()
                .mapToLong(figure)
                .min()
                .orElseThrow();
        return least - most;
    }

    @Test
    void generate_manyTimes_holdsNoMoreThanBefore() throws IOException {
        assumeTrue(Files.isReadable(STATUS), "this system does not tell a process's memory in " + STATUS);
        try (Backbone backbone = SmallRuns.open(folder)) {
            List<MotionPattern> patterns = List.of(MotionPattern.untrained(backbone), SmallRuns.train(backbone));
            assertFlat(soak("generation", GENERATIONS, number -> SmallRuns.generate(patterns.get(number % 2), number)));
        }
    }

    @Test
    void generate_twoPatternsOnFourThreads_eachClipIsTheOneOfItsSeed() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (Backbone backbone = SmallRuns.open(folder)) {
            List<MotionPattern> patterns = List.of(MotionPattern.untrained(backbone), SmallRuns.train(backbone));
            List<List<ByteBuffer>> alone = new ArrayList<>();
            for (int seed = 0; seed < SEEDS; seed++) {
                alone.add(pixels(SmallRuns.generate(patterns.get(seed % 2), seed)));
            }
            assertThat(alone).doesNotHaveDuplicates();
            AtomicInteger clips = new AtomicInteger();
            long end = System.nanoTime() + SHARED_LENGTH.toNanos();
            Callable<Void> work = () -> {
                while (System.nanoTime() < end) {
                    int seed = clips.getAndIncrement() % SEEDS;
                    assertThat(pixels(SmallRuns.generate(patterns.get(seed % 2), seed)))
                            .isEqualTo(alone.get(seed));
                }
                return null;
            };
            for (Future<Void> thread : threads.invokeAll(Collections.nCopies(THREADS, work))) {
                thread.get();
            }
            System.out.printf("shared: %d clips of 2 patterns on %d threads, all as alone%n", clips.get(), THREADS);
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<ByteBuffer> pixels(VideoClip clip) {
        return clip.frames().stream()
                .map(frame -> ByteBuffer.wrap(frame.toRgbBytes()))
                .toList();
    }

    @Test
    void openTrainGenerateClose_manyTimes_holdsNoMoreThanBefore() throws IOException {
        assumeTrue(Files.isReadable(STATUS), "this system does not tell a process's memory in " + STATUS);
        int sessions = OnnxSession.openCount();
        int tensors = NativeTensor.openCount();
        List<Held> samples = soak("opening", OPENINGS, number -> {
            try (Backbone backbone = SmallRuns.open(folder)) {
                SmallRuns.generate(SmallRuns.train(backbone), number);
            }
        });
        assertFlat(samples);
        assertThat(samples).extracting(Held::sessions).containsOnly(sessions);
        assertThat(samples).extracting(Held::tensors).containsOnly(tensors);
    }
}
