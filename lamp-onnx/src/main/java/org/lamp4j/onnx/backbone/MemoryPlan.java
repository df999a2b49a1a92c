package org.lamp4j.onnx.backbone;

import com.google.common.base.Suppliers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;

/**
 * One way to run a network.
 *
 * @param name what is done, for the log and for errors
 * @param atLeast what it takes at least, if that is known sooner than the estimate
 * @param bytes estimates the memory it takes, beside mapped weights
 * @param open opens the network
 * @param <T> what the network is opened as
 */
record MemoryPlan<T>(String name, LongSupplier atLeast, LongSupplier bytes, Supplier<T> open) {

    /** Copying more weights than this takes longer than it saves: a twentieth of a pass. */
    private static final long COPIED_WEIGHTS_BYTES = 1L << 30;

    /**
     * For what kernels need inside and for memory that is free but in pieces. With it the estimates of full-size
     * passes, forward and in training, come near to what they take.
     */
    private static final double SPARE = 1.4;

    /**
     * What sessions and the allocator keep, at most: glibc takes blocks of up to 32 MiB from heaps that come to lie in
     * pieces. Small networks have only such blocks and keep up to twice what they need.
     */
    private static final long SPARE_BYTES = 512L << 20;

    private static final System.Logger LOG = System.getLogger(MemoryPlan.class.getName());

    /** Estimates once: at full size a graph is built for it. */
    MemoryPlan {
        atLeast = Suppliers.memoize(atLeast::getAsLong)::get;
        bytes = Suppliers.memoize(bytes::getAsLong)::get;
    }

    /** Makes a plan of which nothing is known sooner. */
    MemoryPlan(String name, LongSupplier bytes, Supplier<T> open) {
        this(name, () -> 0, bytes, open);
    }

    /** Returns this plan, which takes no less than another. */
    MemoryPlan<T> noLessThan(MemoryPlan<?> other) {
        return new MemoryPlan<>(name, other.bytes, bytes, open);
    }

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
            if (plan.atLeast.getAsLong() <= budget.bytes() && plan.bytes.getAsLong() <= budget.bytes()) {
                LOG.log(System.Logger.Level.DEBUG, "{0}", plan);
                return plan;
            }
        }
        throw new IllegalArgumentException("expected a memory budget that one of the ways to run this fits in, from "
                + least(plans) + " to " + plans.get(0) + ", but was " + budget
                + " (give more, or least for the one that takes least)");
    }

    private static <T> MemoryPlan<T> least(List<MemoryPlan<T>> plans) {
        List<MemoryPlan<T>> sorted = new ArrayList<>(plans);
        sorted.sort(Comparator.comparingLong(plan -> plan.atLeast.getAsLong()));
        MemoryPlan<T> least = sorted.get(0);
        for (MemoryPlan<T> plan : sorted) {
            if (plan.atLeast.getAsLong() < least.bytes.getAsLong()
                    && plan.bytes.getAsLong() < least.bytes.getAsLong()) {
                least = plan;
            }
        }
        return least;
    }

    /** Returns the bytes of a graph's weights in float32. */
    static long weightBytes(Graph graph) {
        return graph.weights().stream()
                .map(Value::type)
                .mapToLong(type -> type.shape().elementCount() * Float.BYTES)
                .sum();
    }

    /** Tells whether weights of so many bytes are worth copying into the layout that is fastest on the CPU. */
    static boolean copiesWeights(long weightBytes) {
        return weightBytes <= COPIED_WEIGHTS_BYTES;
    }

    /** Returns what the CPU takes for values of so many bytes. */
    static long withSpare(long bytes) {
        return (long) (SPARE * bytes) + Math.min(2 * bytes, SPARE_BYTES);
    }

    /** Returns the name and the estimate. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s %.1f GiB", name, bytes.getAsLong() / (double) (1L << 30));
    }
}
