package org.lamp4j.onnx.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.lamp4j.files.PrintableText;

/** How much memory of a GPU is free, as NVIDIA's {@code nvidia-smi} says, which comes with the driver. */
final class GpuMemory {

    private static final System.Logger LOG = System.getLogger(GpuMemory.class.getName());

    private static final long MEBIBYTE = 1L << 20;

    /** It answers within a second, and never if the driver hangs. */
    private static final long PATIENCE_SECONDS = 10;

    private static final int LONGEST_ANSWER = 1 << 10;

    private GpuMemory() {}

    /**
     * Returns the free memory.
     *
     * @param index the GPU's number among those that CUDA shows this process
     * @return bytes; empty if nobody says, which is logged
     */
    static OptionalLong free(int index) {
        return free(List.of(
                "nvidia-smi",
                "--query-gpu=memory.free",
                "--format=csv,noheader,nounits",
                "--id=" + identity(index, System.getenv().getOrDefault("CUDA_VISIBLE_DEVICES", ""))));
    }

    /** CUDA counts the GPUs that a process may see, in the order of the variable; nvidia-smi counts all. */
    static String identity(int index, String visible) {
        List<String> identities = Arrays.stream(visible.split(","))
                .map(String::strip)
                .filter(identity -> !identity.isEmpty())
                .toList();
        return index < identities.size() ? identities.get(index) : Integer.toString(index);
    }

    /** Runs a command that prints a number of MiB. */
    static OptionalLong free(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (InputStream output = process.getInputStream()) {
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    throw new IOException("no answer within " + PATIENCE_SECONDS + " seconds");
                }
                String answer = new String(output.readNBytes(LONGEST_ANSWER), StandardCharsets.UTF_8).strip();
                if (process.exitValue() != 0) {
                    throw new IOException(answer);
                }
                return OptionalLong.of(Math.multiplyExact(Long.parseLong(answer), MEBIBYTE));
            } finally {
                process.destroy();
            }
        } catch (IOException | ArithmeticException | NumberFormatException e) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "nobody says how much memory of the GPU is free: {0}",
                    PrintableText.line(String.valueOf(e.getMessage())));
            return OptionalLong.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return OptionalLong.empty();
        }
    }
}
