package org.lamp4j.fuzz;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damages small valid files in thousands of ways and reads them: each is read or refused with a documented exception,
 * soon and without much memory. A test class for each reader says what is valid and how it is read.
 *
 * <p>Damage at random runs in every build; case number i is the same on every machine, so a failure is run again by its
 * number. Damage guided by coverage needs Jazzer, which the Maven profile {@code fuzz} puts on the class path.
 *
 * <p>{@code -Dfuzz.seconds=600} runs each test that long; {@code -Dfuzz.first=N} begins at case N.
 */
public abstract class ReaderFuzzTest {

    private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("fuzz.seconds", 1));
    private static final Duration COVERAGE_LENGTH = Duration.ofSeconds(Long.getLong("fuzz.seconds", 60));
    private static final long FIRST_CASE = Long.getLong("fuzz.first", 0);

    /** A case takes milliseconds; this is for a machine that is busy otherwise, and for none that hangs. */
    private static final Duration GRACE = Duration.ofSeconds(60);

    /** Kilobytes of file become the graph of the deepest UNet, some 100 MB. */
    private static final long USUAL_MOST_ALLOCATED_BYTES = 1L << 28;

    /**
     * Writes valid files.
     *
     * @param folder an empty folder
     * @return those files that are to be damaged, one at a time
     * @throws IOException if they cannot be written
     */
    protected abstract List<Path> write(Path folder) throws IOException;

    /**
     * Reads all of a file.
     *
     * @param file one of those that {@link #write} returned; the others are valid
     * @throws IOException if it is refused
     */
    protected abstract void read(Path file) throws IOException;

    /**
     * Returns how the reader may refuse a file.
     *
     * @return documented exceptions
     */
    protected Set<Class<? extends Exception>> refusals() {
        return Set.of(IOException.class);
    }

    /**
     * Returns what is damaged of a file.
     *
     * @param file a valid file
     * @return its bytes, or those of a part
     * @throws IOException if it cannot be read
     */
    protected byte[] content(Path file) throws IOException {
        return Files.readAllBytes(file);
    }

    /**
     * Puts bytes in place of {@link #content}.
     *
     * @param file the file
     * @param content other bytes
     * @throws IOException if it cannot be written
     */
    protected void replace(Path file, byte[] content) throws IOException {
        // A new file each time: the pages of the old one may still be mapped.
        Files.deleteIfExists(file);
        Files.write(file, content);
    }

    /**
     * Returns what reading one file may allocate on the heap.
     *
     * @return bytes in all
     */
    protected long mostAllocatedBytes() {
        return USUAL_MOST_ALLOCATED_BYTES;
    }

    /**
     * Tells whether native code reads the files. A crash would end the tests, so they are read in a process of their
     * own.
     *
     * @return whether it does
     */
    protected boolean isNative() {
        return false;
    }

    /**
     * Frees what {@link #write} opened.
     *
     * @throws IOException if it cannot be closed
     */
    protected void close() throws IOException {}

    @Test
    final void read_damagedAtRandom_isReadOrRefused(@TempDir Path folder) throws Exception {
        if (isNative()) {
            RandomDamage.inProcess(getClass(), folder, LENGTH, GRACE, FIRST_CASE);
        } else {
            assertTimeoutPreemptively(
                    LENGTH.plus(GRACE), () -> RandomDamage.run(this, folder, LENGTH, FIRST_CASE, number -> {}));
        }
    }

    @Test
    final void read_damagedByCoverage_isReadOrRefused(@TempDir Path folder) throws Exception {
        assumeTrue(!isNative(), "Jazzer sees no coverage of native code");
        assumeTrue(CoverageGuidedDamage.isAvailable(), "the Maven profile 'fuzz' brings Jazzer");
        CoverageGuidedDamage.run(getClass(), folder, COVERAGE_LENGTH, GRACE);
    }
}
