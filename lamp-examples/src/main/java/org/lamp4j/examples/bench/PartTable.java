package org.lamp4j.examples.bench;

import java.io.PrintWriter;
import java.util.Locale;
import org.lamp4j.onnx.graph.FlopCount;

/**
 * Prints a line for each part that was measured: seconds, floating-point operations a second, the share of the time
 * that its convolutions and matrix products, or its reading and writing, would take at this machine's {@link Ceilings},
 * and the most memory held.
 */
record PartTable(PrintWriter out, Ceilings ceilings) {

    private static final double GIGA = 1e9;
    private static final double GIBIBYTE = 1L << 30;

    void printHeader() {
        out.printf(
                Locale.ROOT,
                "ceilings: convolution %.0f GFLOP/s, matrix product %.0f GFLOP/s, memory %.1f GB/s%n",
                ceilings.convolution() / GIGA,
                ceilings.matrixProduct() / GIGA,
                ceilings.memory() / GIGA);
        out.printf(
                "%-26s %11s %10s %10s %9s %9s %9s%n",
                "part", "seconds", "GFLOP", "GFLOP/s", "ceiling", "RssAnon", "VmHWM");
        out.flush();
    }

    /** Prints a part with networks in it. */
    void print(String part, Series series, FlopCount flops) {
        double seconds = series.median();
        out.printf(
                Locale.ROOT,
                "%-26s %11.4f %10.1f %10.1f %8.1f%% %s%n",
                part,
                seconds,
                flops.total() / GIGA,
                flops.total() / GIGA / seconds,
                100 * ceilings.seconds(flops) / seconds,
                memory(series));
        out.flush();
    }

    /** Prints a part that is bound by memory: its ceiling is a copy of as many bytes. */
    void print(String part, Series series, long bytes) {
        out.printf(
                Locale.ROOT,
                "%-26s %11.4f %10s %10s %8.1f%% %s%n",
                part,
                series.median(),
                "-",
                "-",
                100 * ceilings.secondsToMove(bytes) / series.median(),
                memory(series));
        out.flush();
    }

    /** Prints a part that is none of a network's work. */
    void print(String part, Series series) {
        out.printf(
                Locale.ROOT, "%-26s %11.4f %10s %10s %9s %s%n", part, series.median(), "-", "-", "-", memory(series));
        out.flush();
    }

    private static String memory(Series series) {
        return series.peak()
                .map(peak -> String.format(
                        Locale.ROOT,
                        "%6.2fGiB %6.2fGiB",
                        peak.anonymousBytes() / GIBIBYTE,
                        peak.peakBytes() / GIBIBYTE))
                .orElse("    (told on Linux only)");
    }
}
