package org.lamp4j.examples.studio;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.atomic.AtomicLong;

/** The time of day as texts whose order is that of what happened. */
final class Moments {

    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private static final AtomicLong LAST = new AtomicLong();

    private Moments() {}

    /** Returns now; a millisecond later for each thing that happens within the same one. */
    static String now() {
        long now = System.currentTimeMillis();
        return FORMAT.format(Instant.ofEpochMilli(LAST.updateAndGet(last -> Math.max(last + 1, now))));
    }
}
