package org.lamp4j.onnx.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.EnumMultiset;
import com.google.common.collect.Multiset;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.onnx.weights.HostileFiles.Kind;

/**
 * Reads files of weights that are hostile by construction: each is read or refused with the documented exception, with
 * little memory. {@code -Dhostile.files=100000} tries that many, {@code -Dhostile.first=i} begins with number i.
 */
class HostileWeightsTest {

    private static final long FILES = Long.getLong("hostile.files", 3000);
    private static final long FIRST = Long.getLong("hostile.first", 0);

    /** The files have kilobytes; beside that, classes are loaded on the way. */
    private static final long MOST_HEAP_BYTES = 1 << 25;

    /** What a small file's tensors may have, as they are stored and as float32. */
    private static final long MOST_DIRECT_BYTES = 2 * TensorBudget.SPARE_BYTES + (1 << 20);

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final BufferPoolMXBean DIRECT = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .findFirst()
            .orElseThrow();

    private static final List<Kind> KINDS = List.of(Kind.values());

    private final Multiset<Kind> read = EnumMultiset.create(Kind.class);
    private final Multiset<Kind> refused = EnumMultiset.create(Kind.class);

    @Test
    void open_hostileByConstruction_isReadOrRefused(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("weights");
        HostileFiles files = new HostileFiles(folder);
        for (long number = FIRST; number < FIRST + FILES; number++) {
            Kind kind = KINDS.get((int) (number % KINDS.size()));
            files.write(number, kind, file);
            long thread = Thread.currentThread().getId();
            long heap = THREADS.getThreadAllocatedBytes(thread);
            long direct = DIRECT.getMemoryUsed();
            read(kind, file, number);
            assertThat(THREADS.getThreadAllocatedBytes(thread) - heap)
                    .as("heap of file " + number)
                    .isLessThan(MOST_HEAP_BYTES);
            assertThat(DIRECT.getMemoryUsed() - direct)
                    .as("direct memory of file " + number)
                    .isLessThan(MOST_DIRECT_BYTES);
        }
        System.out.println(
                "hostile weight files: " + KINDS.stream().map(this::summary).collect(Collectors.joining("; ")));
        assertThat(KINDS).as("files that are read").allMatch(read::contains);
    }

    private void read(Kind kind, Path file, long number) throws IOException {
        try {
            TestFiles.readAll(file);
            read.add(kind);
        } catch (ModelFormatException documented) {
            assertThat(documented).hasMessageStartingWith("expected ").hasMessageContaining(file.toString());
            assertThat(documented.getMessage()).as("of file " + number).hasSizeLessThan(8000);
            assertThat(documented.getMessage()).doesNotContain("file of weights, but was broken");
            refused.add(kind);
        } catch (Throwable failure) {
            Path kept = Files.copy(file, Files.createTempDirectory("hostile").resolve("weights-" + number));
            throw new AssertionError(
                    "file " + number + " is not refused as documented; it is kept as " + kept, failure);
        }
    }

    private String summary(Kind kind) {
        int tried = read.count(kind) + refused.count(kind);
        return kind.name().toLowerCase(Locale.ROOT) + " " + tried + " tried, " + refused.count(kind)
                + " refused as documented, " + read.count(kind) + " read";
    }
}
