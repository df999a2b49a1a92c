package org.lamp4j.standin;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;

/**
 * A GPU for tests on machines without one. ONNX Runtime's own CUDA provider runs on it: it places nodes, plans and
 * allocates memory, copies and launches as on a GPU, and all results are zero. So tests see which nodes run on the
 * device, how much of its memory they take, what is copied, and what happens when it is full. They do not see cuDNN's
 * workspace, CUDA's own memory (half a GiB to one), numbers, or times.
 *
 * <p>It is CUDA's libraries, compiled by gcc and loaded under the names by which the provider looks for them. One
 * device serves the whole process.
 */
public final class StandIn {

    /** Tag of tests that need it; the profile {@code stand-in} runs these alone. */
    public static final String TAG = "stand-in";

    /** The folder to build in; set by the profile {@code stand-in}, which has the CUDA provider on the class path. */
    private static final String FOLDER = "stand-in.folder";

    private static final String NATIVES = "/ai/onnxruntime/native/linux-x64/";

    private static final List<String> PROVIDER = List.of(
            "libonnxruntime.so",
            "libonnxruntime4j_jni.so",
            "libonnxruntime_providers_shared.so",
            "libonnxruntime_providers_cuda.so");

    private static boolean loaded;

    /**
     * What was done on the device since {@link #restart()}.
     *
     * @param bytes device memory that is taken now
     * @param peakBytes the most that was taken at once
     * @param allocations how often memory was asked for
     * @param launches how many kernels of the provider's own were launched; those of cuBLAS and cuDNN are not counted
     * @param uploads copies from host to device
     * @param uploadedBytes their size
     * @param downloads copies from device to host
     * @param downloadedBytes their size
     */
    public record Counts(
            long bytes,
            long peakBytes,
            long allocations,
            long launches,
            long uploads,
            long uploadedBytes,
            long downloads,
            long downloadedBytes) {}

    private StandIn() {}

    /**
     * Builds and loads the libraries, once in a process and before ONNX Runtime. A test is skipped, and says why, where
     * that is not possible or not asked for.
     */
    public static synchronized void assumeLoaded() throws IOException, InterruptedException {
        String folder = System.getProperty(FOLDER);
        assumeTrue(folder != null, "the stand-in for a GPU is used with -Pstand-in only");
        assumeTrue(
                System.getProperty("os.name").equals("Linux")
                        && System.getProperty("os.arch").equals("amd64"),
                "the stand-in for a GPU is for Linux on x86-64");
        assumeTrue(
                StandIn.class.getResource(NATIVES + "libonnxruntime_providers_cuda.so") != null,
                "onnxruntime_gpu is not on the class path");
        assumeTrue(StandInLibraries.hasCompiler(), "there is no gcc to build the stand-in for a GPU with");
        if (!loaded) {
            Path target = Files.createDirectories(Path.of(folder));
            try (FileChannel lock =
                    FileChannel.open(target.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                lock.lock(); // tests of another process build there, too
                load(target);
            }
            loaded = true;
        }
    }

    private static void load(Path folder) throws IOException, InterruptedException {
        Path libraries = Files.createDirectories(folder.resolve("cuda"));
        StandInLibraries.buildIn(libraries).forEach(library -> System.load(library.toString()));
        // of this jar: another version's libraries do not fit its classes
        String jar = String.valueOf(StandIn.class.getResource(NATIVES + PROVIDER.get(0)));
        Path provider = Files.createDirectories(folder.resolve("onnxruntime-" + Integer.toHexString(jar.hashCode())));
        for (String library : PROVIDER) {
            unpack(library, provider);
        }
        System.setProperty("onnxruntime.native.path", provider.toString());
    }

    /** The provider has half a gigabyte, so it is unpacked once for all runs. */
    private static void unpack(String library, Path folder) throws IOException {
        Path target = folder.resolve(library);
        if (!Files.exists(target)) {
            Path part = folder.resolve(library + ".part");
            try (InputStream content = Objects.requireNonNull(StandIn.class.getResourceAsStream(NATIVES + library))) {
                Files.copy(content, part, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /**
     * Returns what was done on the device.
     *
     * @return the counts since {@link #restart()}
     */
    public static Counts counts() {
        return new Counts(
                counter(0), counter(1), counter(2), counter(3), counter(4), counter(5), counter(6), counter(7));
    }

    /** Counts from zero again, and the peak from what is taken now. */
    public static native void restart();

    /**
     * Sets how much memory the device has; allocations beyond it fail.
     *
     * @param bytes the number; 80 GiB unless set
     */
    public static native void setTotalBytes(long bytes);

    private static native long counter(int counter);
}
