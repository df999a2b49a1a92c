package org.lamp4j.examples.studio;

import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A method and a path, and what is done for them.
 *
 * @param method GET, POST, PATCH or DELETE
 * @param template the path; {@code {id}} stands for a name that the studio has made, and for nothing else
 * @param handler what is done
 */
record Route(String method, String template, Handler handler) {

    /** What the studio's names look like: no dot, no slash, so no way out of a folder. */
    static final Pattern ID = Pattern.compile("[0-9a-f]{16}");

    /** Answers a request. */
    @FunctionalInterface
    interface Handler {
        Answer handle(Request request) throws IOException;
    }

    /**
     * Returns the id in a path that this route is for, an empty text if the route has none; nothing for other paths.
     */
    Optional<String> match(String path) {
        int place = template.indexOf("{id}");
        if (place < 0) {
            return path.equals(template) ? Optional.of("") : Optional.empty();
        }
        String after = template.substring(place + "{id}".length());
        int end = path.length() - after.length();
        if (end < place || !path.startsWith(template.substring(0, place)) || !path.endsWith(after)) {
            return Optional.empty();
        }
        String id = path.substring(place, end);
        return ID.matcher(id).matches() ? Optional.of(id) : Optional.empty();
    }
}
