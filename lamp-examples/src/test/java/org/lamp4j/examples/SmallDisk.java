package org.lamp4j.examples;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A file system of its own, in memory, that really can be full; only a user who may mount one can have it. */
public final class SmallDisk implements AutoCloseable {

    private static final String FILLING = "filling";

    private final Path place;

    private SmallDisk(Path place) {
        this.place = place;
    }

    /**
     * Mounts one; the test is skipped where that is not allowed.
     *
     * @param place an empty folder
     * @param kibibytes its size
     */
    public static SmallDisk mount(Path place, long kibibytes) {
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=" + kibibytes + "k", "none", place.toString()),
                "this user may not mount a file system");
        return new SmallDisk(place);
    }

    private static boolean run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException noSuchProgram) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Path path() {
        return place;
    }

    /** Fills it to the last byte. */
    public void fill() throws IOException {
        Path filling = place.resolve(FILLING);
        for (int length = 1 << 20; length > 0; length /= 1 << 10) {
            byte[] bytes = new byte[length];
            try (OutputStream output =
                    Files.newOutputStream(filling, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                while (true) {
                    output.write(bytes);
                }
            } catch (IOException full) {
                // what is left takes smaller writes
            }
        }
    }

    /** Takes away again what filled it. */
    public void makeRoom() throws IOException {
        Files.delete(place.resolve(FILLING));
    }

    void empty() throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(place)) {
            deepestFirst = all.filter(path -> !path.equals(place))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
        for (Path path : deepestFirst) {
            Files.delete(path);
        }
    }

    /** Unmounts it as soon as nobody uses it: what was mapped stays so until the garbage collector has seen to it. */
    @Override
    public void close() {
        run("umount", "--lazy", place.toString());
    }
}
