package org.lamp4j.examples.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.lamp4j.errors.StoppedException;

/** How long one part took in each round, and the most memory that was held meanwhile. */
public final class Series {

    private final int warmUpRounds;
    private final LongSupplier nanoTime;
    private final List<Double> seconds = new ArrayList<>();
    private Optional<ProcessMemory> peak = Optional.empty();

    /**
     * Begins a series.
     *
     * @param warmUpRounds how many rounds at the beginning do not count
     */
    public Series(int warmUpRounds) {
        this(warmUpRounds, System::nanoTime);
    }

    Series(int warmUpRounds, LongSupplier nanoTime) {
        this.warmUpRounds = warmUpRounds;
        this.nanoTime = nanoTime;
    }

    /**
     * Measures one round.
     *
     * @param part what is measured
     * @return what it gives
     * @throws StoppedException if this thread was interrupted
     */
    public <T> T time(Supplier<T> part) {
        Interruption.requireNone();
        try (MemoryWatch watch = new MemoryWatch()) {
            long start = nanoTime.getAsLong();
            T result = part.get();
            seconds.add((nanoTime.getAsLong() - start) * 1e-9);
            peak = watch.peak().map(now -> peak.map(before -> most(before, now)).orElse(now));
            return result;
        }
    }

    private static ProcessMemory most(ProcessMemory a, ProcessMemory b) {
        return new ProcessMemory(
                Math.max(a.anonymousBytes(), b.anonymousBytes()), Math.max(a.peakBytes(), b.peakBytes()));
    }

    /**
     * Returns the median of the rounds that count.
     *
     * @return seconds
     */
    public double median() {
        return medianOf(seconds.subList(warmUpRounds, seconds.size()));
    }

    /** Returns the median over the rounds of this part's time as a multiple of others' together. */
    double ratioTo(Series... others) {
        List<Double> ratios = new ArrayList<>();
        for (int round = warmUpRounds; round < seconds.size(); round++) {
            double together = 0;
            for (Series other : others) {
                together += other.seconds.get(round);
            }
            ratios.add(seconds.get(round) / together);
        }
        return medianOf(ratios);
    }

    /** Returns the rest of this part, round by round, if another is contained in it; the memory is the whole part's. */
    Series without(Series contained) {
        Series rest = new Series(warmUpRounds, nanoTime);
        for (int round = 0; round < seconds.size(); round++) {
            rest.seconds.add(seconds.get(round) - contained.seconds.get(round));
        }
        rest.peak = peak;
        return rest;
    }

    /**
     * Returns the most memory that was held in any round, those of the warm-up too.
     *
     * @return host memory; empty where nobody tells
     */
    public Optional<ProcessMemory> peak() {
        return peak;
    }

    private static double medianOf(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }
}
