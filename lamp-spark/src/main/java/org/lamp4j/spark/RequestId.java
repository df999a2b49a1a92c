package org.lamp4j.spark;

import java.util.regex.Pattern;
import org.lamp4j.files.PrintableText;

/** What a row is known by: part of a file's name. */
final class RequestId {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}");

    private static final int HASH_DIGITS = 16;

    private RequestId() {}

    static void require(String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "expected an id of 1 to 100 letters, digits, dots, hyphens and underscores, but was "
                            + (id.isEmpty() ? "nothing" : PrintableText.excerpt(id)));
        }
    }

    /**
     * Returns the name of a result's file.
     *
     * @param hash {@code sha256:} and 64 hexadecimal digits
     */
    static String fileName(String id, String hash, String ending) {
        int start = hash.indexOf(':') + 1;
        return id + "-" + hash.substring(start, start + HASH_DIGITS) + ending;
    }
}
