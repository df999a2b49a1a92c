package org.lamp4j.device;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The memory that a network may take: on a CPU host memory, parameters, gradients and optimiser included, on a GPU its
 * own, weights included. Weights that are mapped from files do not count: the system can drop them and read them again.
 * Within the budget the fastest way is taken. Immutable.
 */
public final class MemoryBudget {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,6})([KMGT])", Pattern.CASE_INSENSITIVE);
    private static final Pattern BYTES = Pattern.compile("(\\d{1,19})B", Pattern.CASE_INSENSITIVE);
    private static final String UNITS = "KMGT";
    private static final String LEAST = "least";
    private static final String MACHINE = "machine";

    /** The rest is for mapped weights, and for other programs. */
    private static final double SHARE_OF_MACHINE = 2.0 / 3;

    /** What a budget is measured by. */
    private enum Kind {
        BYTES,
        LEAST,
        MACHINE
    }

    private final long bytes;
    private final Kind kind;

    private MemoryBudget(long bytes, Kind kind) {
        this.bytes = bytes;
        this.kind = kind;
    }

    /**
     * Returns two thirds of the memory of this machine, or of the container this program runs in. On a GPU it is what
     * is free there each time a network is opened, as {@code nvidia-smi} says, less 1 GiB, and four fifths of that: the
     * rest is for what its libraries need beside. No limit where there is no {@code nvidia-smi}.
     *
     * @return the budget; the default of every device
     */
    public static MemoryBudget ofMachine() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new MemoryBudget((long) (system.getTotalMemorySize() * SHARE_OF_MACHINE), Kind.MACHINE);
    }

    /**
     * Returns a budget of so many bytes.
     *
     * @param bytes the number, at least 1
     * @return the budget
     * @throws IllegalArgumentException if it is below 1
     */
    public static MemoryBudget ofBytes(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("expected a memory budget of 1 byte or more, but was " + bytes);
        }
        return new MemoryBudget(bytes, Kind.BYTES);
    }

    /**
     * Returns the budget that takes the way with the least memory, whatever that is, and however slow.
     *
     * @return the budget
     */
    public static MemoryBudget least() {
        return new MemoryBudget(Long.MAX_VALUE, Kind.LEAST);
    }

    /**
     * Reads a budget.
     *
     * @param text {@code least}, {@code machine}, or a number with B for bytes or K, M, G or T for powers of 1024
     *     bytes, such as {@code 12G}
     * @return the budget
     * @throws IllegalArgumentException if it is something else
     */
    public static MemoryBudget parse(String text) {
        Matcher size = SIZE.matcher(text);
        if (size.matches()) {
            int power = 1 + UNITS.indexOf(size.group(2).toUpperCase(Locale.ROOT));
            return ofBytes(Long.parseLong(size.group(1)) << (10 * power));
        }
        Matcher inBytes = BYTES.matcher(text);
        if (inBytes.matches()) {
            return ofBytes(new BigInteger(inBytes.group(1))
                    .min(BigInteger.valueOf(Long.MAX_VALUE))
                    .longValue());
        }
        return switch (text) {
            case LEAST -> least();
            case MACHINE -> ofMachine();
            default ->
                throw new IllegalArgumentException(
                        "expected a memory budget like 12G, least or machine, but was " + text);
        };
    }

    /**
     * Returns the budget as {@link #parse} reads it, without rounding.
     *
     * @return {@code least}, {@code machine}, or bytes, such as {@code 1048576B}
     */
    public String label() {
        return switch (kind) {
            case BYTES -> bytes + "B";
            case LEAST -> LEAST;
            case MACHINE -> MACHINE;
        };
    }

    /**
     * Returns the limit.
     *
     * @return bytes; of {@link #ofMachine()} those of host memory
     */
    public long bytes() {
        return bytes;
    }

    /**
     * Tells whether the way with the least memory is asked for.
     *
     * @return whether it is
     */
    public boolean isLeast() {
        return kind == Kind.LEAST;
    }

    /**
     * Tells whether it is {@link #ofMachine()}, for which each device knows its own number.
     *
     * @return whether it is
     */
    public boolean isOfMachine() {
        return kind == Kind.MACHINE;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MemoryBudget that && bytes == that.bytes && kind == that.kind;
    }

    @Override
    public int hashCode() {
        return Objects.hash(bytes, kind);
    }

    /** Returns the budget in GiB, or {@code least}. */
    @Override
    public String toString() {
        return isLeast() ? LEAST : String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
    }
}
