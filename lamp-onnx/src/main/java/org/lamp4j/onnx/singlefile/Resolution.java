package org.lamp4j.onnx.singlefile;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The size of the images that a model was trained on, as the metadata of a file may note it. */
final class Resolution {

    static final String NOTE = "modelspec.resolution";

    private static final Pattern SQUARE = Pattern.compile("(\\d{1,4})x\\1");

    private Resolution() {}

    /** Returns the side of square images; 0 if there is no such note. */
    static int in(Map<String, String> notes) {
        Matcher square = SQUARE.matcher(notes.getOrDefault(NOTE, ""));
        return square.matches() ? Integer.parseInt(square.group(1)) : 0;
    }
}
