package org.lamp4j.examples.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lamp4j.files.ContentHash;

/**
 * One of several parts of a batch, each of which is made by a process of its own. The name of a clip alone decides
 * which part it belongs to, so that a clip stays in its part when others are added to the batch.
 *
 * @param index which part, from 1
 * @param count how many there are
 */
record BatchShard(int index, int count) {

    static final BatchShard WHOLE = new BatchShard(1, 1);

    private static final Pattern TEXT = Pattern.compile("(\\d{1,6})/(\\d{1,6})");

    BatchShard {
        if (index < 1 || index > count) {
            throw new IllegalArgumentException("expected a shard from 1/" + count + " to " + count + "/" + count
                    + ", but was " + index + "/" + count);
        }
    }

    static BatchShard parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches() || Integer.parseInt(parts.group(2)) == 0) {
            throw new IllegalArgumentException("expected a shard like 3/16, but was " + text);
        }
        return new BatchShard(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)));
    }

    /**
     * Tells whether a clip is in this part.
     *
     * @param name of its file
     */
    boolean has(String name) {
        return Math.floorMod(new ContentHash().add(name).finishAsLong(), count) == index - 1;
    }
}
