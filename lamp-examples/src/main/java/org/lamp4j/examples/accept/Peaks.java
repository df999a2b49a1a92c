package org.lamp4j.examples.accept;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.lamp4j.examples.bench.ProcessMemory;
import org.lamp4j.examples.bench.Series;

/**
 * The most memory a part held.
 *
 * @param host what this process held of host memory of its own, in GiB; empty where the system does not tell
 * @param gpu what {@code nvidia-smi} saw taken of the GPU's, in GiB; empty where it does not tell
 */
record Peaks(OptionalDouble host, OptionalDouble gpu) {

    private static final double GIBIBYTE = 1L << 30;

    static Peaks of(GpuMemoryWatch watch, Series... series) {
        double host = 0;
        for (Series part : series) {
            host = Math.max(host, part.peak().map(ProcessMemory::anonymousBytes).orElse(0L) / GIBIBYTE);
        }
        OptionalLong gpu = watch.peak();
        return new Peaks(
                host > 0 ? OptionalDouble.of(host) : OptionalDouble.empty(),
                gpu.isPresent() ? OptionalDouble.of(gpu.getAsLong() / GIBIBYTE) : OptionalDouble.empty());
    }

    void putTo(Map<String, Double> figures) {
        host.ifPresent(gibibytes -> figures.put("peak of host memory, GiB", gibibytes));
        gpu.ifPresent(gibibytes -> figures.put("peak of GPU memory by nvidia-smi, GiB", gibibytes));
    }

    @Override
    public String toString() {
        return "host " + said(host) + ", GPU by nvidia-smi " + said(gpu);
    }

    private static String said(OptionalDouble gibibytes) {
        return gibibytes.isPresent() ? String.format(Locale.ROOT, "%.2f GiB", gibibytes.getAsDouble()) : "not told";
    }
}
