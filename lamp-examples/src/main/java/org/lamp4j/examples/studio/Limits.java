package org.lamp4j.examples.studio;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/**
 * What clients may send, and how long they may take.
 *
 * @param sourceBytes of a clip
 * @param imageBytes of a picture
 * @param patternBytes of a pattern that is brought along
 * @param idle the longest wait for a further part of a request
 * @param whole the longest time for all of a request
 */
record Limits(long sourceBytes, long imageBytes, long patternBytes, Duration idle, Duration whole) {

    static final Limits DEFAULT =
            new Limits(512L << 20, 64L << 20, 8L << 30, Duration.ofSeconds(30), Duration.ofMinutes(10));

    /** Clips to learn from. */
    static final int SOURCES = 64;

    static final int IMAGES = 512;

    /** A request in JSON. */
    static final int JSON_BYTES = 1 << 20;

    static final int REQUESTS_AT_ONCE = 16;
    static final int EVENT_STREAMS = 8;

    /** Jobs that wait or are paused. */
    static final int OPEN_JOBS = 64;

    /** Ended jobs are forgotten beyond this many. */
    static final int JOBS = 50;

    static final int NAME_LENGTH = 200;
    static final int CAPTION_LENGTH = 300;
    static final int PROMPT_LENGTH = 2000;

    /** Below this the page warns. */
    static final long LOW_DISK_BYTES = 2L << 30;

    /** What stays free for what the studio itself has to write. */
    static final long SPARE_DISK_BYTES = 32L << 20;

    ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("sourceBytes", sourceBytes)
                .put("imageBytes", imageBytes)
                .put("sources", SOURCES)
                .put("lowDiskBytes", LOW_DISK_BYTES);
    }
}
