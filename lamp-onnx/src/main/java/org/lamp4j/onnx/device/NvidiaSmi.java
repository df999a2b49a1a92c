package org.lamp4j.onnx.device;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.lamp4j.files.PrintableText;

/** What {@code nvidia-smi}, the program that comes with NVIDIA's driver, says of the GPUs of this machine. */
public final class NvidiaSmi {

    private static final List<String> QUERY = List.of(
            "nvidia-smi",
            "--query-gpu=index,uuid,memory.total,memory.used,memory.free,driver_version,name",
            "--format=csv,noheader,nounits");

    private static final int COLUMNS = 7;
    private static final long MEBIBYTE = 1L << 20;

    /** A GPU that has fallen off its bus keeps the program waiting. */
    private static final long PATIENCE_SECONDS = 20;

    private NvidiaSmi() {}

    /**
     * A GPU.
     *
     * @param index its number among all GPUs of the machine, from 0
     * @param uuid its name for programs
     * @param memoryBytes its memory
     * @param usedBytes what all programs take of it now
     * @param freeBytes what is left of it now
     * @param driver version of the driver
     * @param name its name for people
     */
    public record Gpu(
            int index, String uuid, long memoryBytes, long usedBytes, long freeBytes, String driver, String name) {}

    /**
     * Asks for the GPUs that CUDA shows this process, in the order that it numbers them if
     * {@code CUDA_DEVICE_ORDER=PCI_BUS_ID} is set or all are alike.
     *
     * @return the GPUs; none where the program is missing or fails
     */
    static List<Gpu> gpus() {
        return visible(ask(), Optional.ofNullable(System.getenv("CUDA_VISIBLE_DEVICES")));
    }

    /**
     * Asks for one of these GPUs.
     *
     * @param index its number among them, from 0
     * @return the GPU; empty if there is none of this number, or the program is missing or fails
     */
    public static Optional<Gpu> gpu(int index) {
        List<Gpu> gpus = gpus();
        return index < gpus.size() ? Optional.of(gpus.get(index)) : Optional.empty();
    }

    private static List<Gpu> ask() {
        try {
            Process process = new ProcessBuilder(QUERY)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (BufferedReader answer = process.inputReader()) {
                process.getOutputStream().close();
                return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)
                        ? parse(answer.lines().toList())
                        : List.of();
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    /** Reads lines like {@code 0, GPU-5f3a…, 81559, 412, 80600, 550.54.15, NVIDIA H100}; others are passed over. */
    static List<Gpu> parse(List<String> lines) {
        List<Gpu> gpus = new ArrayList<>();
        for (String line : lines) {
            String[] cells = line.split(", ", COLUMNS);
            if (cells.length == COLUMNS
                    && cells[0].matches("\\d{1,3}")
                    && isNumber(cells[2])
                    && isNumber(cells[3])
                    && isNumber(cells[4])) {
                gpus.add(new Gpu(
                        Integer.parseInt(cells[0]),
                        cells[1],
                        Long.parseLong(cells[2]) * MEBIBYTE,
                        Long.parseLong(cells[3]) * MEBIBYTE,
                        Long.parseLong(cells[4]) * MEBIBYTE,
                        PrintableText.line(cells[5]),
                        PrintableText.line(cells[6])));
            }
        }
        return gpus;
    }

    private static boolean isNumber(String text) {
        return text.matches("\\d{1,9}");
    }

    /** Numbers and names that CUDA does not know end the list there, too. */
    static List<Gpu> visible(List<Gpu> gpus, Optional<String> visibleDevices) {
        if (visibleDevices.isEmpty()) {
            return gpus;
        }
        List<Gpu> visible = new ArrayList<>();
        for (String wanted : Arrays.stream(visibleDevices.get().split(",", -1))
                .map(String::strip)
                .toList()) {
            Optional<Gpu> gpu = gpus.stream()
                    .filter(known -> wanted.equals(Integer.toString(known.index()))
                            || (wanted.startsWith("GPU-") && known.uuid().startsWith(wanted)))
                    .findFirst();
            if (gpu.isEmpty()) {
                break;
            }
            visible.add(gpu.get());
        }
        return visible;
    }
}
