package org.lamp4j.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.function.LongConsumer;

/** Reads files that a {@link Mutator} has damaged, as long as there is time, and a few of them on any machine. */
final class RandomDamage {

    private static final System.Logger LOG = System.getLogger(ReaderFuzzTest.class.getName());

    /** An image may have 134 million pixels, which FFmpeg and the heap hold once each; a JVM comes on top. */
    private static final long MOST_RESIDENT_KIBIBYTES = 2 << 20;

    private static final int FEWEST_CASES = 8;

    private static final Path STATUS = Path.of("/proc/self/status");

    private RandomDamage() {}

    /** Hears the number of each case before it is read. */
    static void run(ReaderFuzzTest test, Path folder, Duration length, long firstCase, LongConsumer listener)
            throws IOException {
        try (FuzzedReader reader = new FuzzedReader(test, folder)) {
            long refused = 0;
            long caseNumber = firstCase;
            long end = System.nanoTime() + length.toNanos();
            for (; System.nanoTime() < end || caseNumber - firstCase < FEWEST_CASES; caseNumber++) {
                listener.accept(caseNumber);
                int file = (int) (caseNumber % reader.fileCount());
                byte[] content = new Mutator(caseNumber).mutate(reader.valid(file));
                refused += reader.refuses(file, content, "case " + caseNumber) ? 1 : 0;
            }
            long cases = caseNumber - firstCase;
            LOG.log(
                    System.Logger.Level.INFO,
                    "{0}: {1} cases, {2} refused",
                    test.getClass().getSimpleName(),
                    cases,
                    refused);
            assertThat(refused).as("refused of %d", cases).isPositive();
        }
    }

    /**
     * Does the same in another process, so that a crash of native code is a failure that names its case.
     *
     * @param grace how much longer than {@code length} it may take
     */
    static void inProcess(
            Class<? extends ReaderFuzzTest> test, Path folder, Duration length, Duration grace, long firstCase)
            throws Exception {
        Path progress = folder.resolve("case");
        Path files = Files.createDirectory(folder.resolve("files"));
        List<String> arguments = List.of(
                test.getName(), files.toString(), progress.toString(), length.toString(), Long.toString(firstCase));
        ChildProcess child = ChildProcess.run(RandomDamage.class, arguments, folder.resolve("log"), length.plus(grace));
        LOG.log(System.Logger.Level.INFO, child.output().strip());
        assertThat(child.exitCode())
                .as("case %d ended the process: %s", caseIn(progress), child.output())
                .isZero();
    }

    private static long caseIn(Path progress) throws IOException {
        byte[] number = Files.readAllBytes(progress);
        return ByteBuffer.wrap(number).order(ByteOrder.nativeOrder()).getLong();
    }

    /**
     * Runs in the other process.
     *
     * @param arguments test class, folder of its files, file for the number of the case under way, duration, first case
     * @throws Exception if a case is not refused as documented
     */
    public static void main(String[] arguments) throws Exception {
        try (FileChannel channel = FileChannel.open(
                Path.of(arguments[2]), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            // mapped, so that the number outlives a crash without a call for each case
            ByteBuffer number =
                    channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES).order(ByteOrder.nativeOrder());
            run(
                    FuzzedReader.test(arguments[0]),
                    Path.of(arguments[1]),
                    Duration.parse(arguments[3]),
                    Long.parseLong(arguments[4]),
                    caseNumber -> {
                        requireFewPages(caseNumber - 1);
                        number.putLong(0, caseNumber);
                    });
        }
    }

    private static void requireFewPages(long lastCase) {
        if (!Files.isReadable(STATUS)) {
            return;
        }
        try {
            String peak = Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .findFirst()
                    .orElseThrow();
            assertThat(Long.parseLong(peak.replaceAll("\\D", "")))
                    .as("KiB resident after case %d", lastCase)
                    .isLessThan(MOST_RESIDENT_KIBIBYTES);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
