package org.lamp4j.onnx.backbone;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.lamp4j.device.MemoryBudget;

/**
 * One way to run a network.
 *
 * @param name what is done, for the log and for errors
 * @param bytes estimates the memory it takes, beside mapped weights
 * @param open opens the network
 * @param <T> what the network is opened as
 */
record MemoryPlan<T>(String name, LongSupplier bytes, Supplier<T> open) {

    private static final System.Logger LOG = System.getLogger(MemoryPlan.class.getName());

    /**
     * Chooses the fastest way that fits.
     *
     * @param budget what the network may take
     * @param plans the ways, the fastest first
     * @return the way
     * @throws IllegalArgumentException if none fits; the message holds the estimates of the one that takes least and of
     *     the fastest
     */
    static <T> MemoryPlan<T> choose(MemoryBudget budget, List<MemoryPlan<T>> plans) {
        if (budget.isLeast()) {
            return least(plans);
        }
        for (MemoryPlan<T> plan : plans) {
            if (plan.bytes.getAsLong() <= budget.bytes()) {
                LOG.log(System.Logger.Level.DEBUG, "{0}", plan);
                return plan;
            }
        }
        throw new IllegalArgumentException("expected a memory budget that one of the ways to run this fits in, from "
                + least(plans) + " to " + plans.get(0) + ", but was " + budget
                + " (give more, or least for the one that takes least)");
    }

    private static <T> MemoryPlan<T> least(List<MemoryPlan<T>> plans) {
        return plans.stream()
                .min(Comparator.comparingLong(plan -> plan.bytes.getAsLong()))
                .orElseThrow();
    }

    /** Returns the name and the estimate. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s %.1f GiB", name, bytes.getAsLong() / (double) (1L << 30));
    }
}
