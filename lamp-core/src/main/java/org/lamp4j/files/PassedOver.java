package org.lamp4j.files;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Files of a user's folder that are not used. Said aloud, since a clip of another ending would be missed only later.
 */
public final class PassedOver {

    private static final int MOST_NAMED = 5;

    private PassedOver() {}

    /**
     * Logs a warning that names files, if there are any.
     *
     * @param folder the folder that was looked through
     * @param expected what was looked for, as in {@code images}
     * @param files the others; the first {@value #MOST_NAMED} are named
     */
    public static void warn(Path folder, String expected, List<Path> files) {
        if (files.isEmpty()) {
            return;
        }
        String names = files.stream()
                .limit(MOST_NAMED)
                .map(file -> String.valueOf(file.getFileName()))
                .collect(Collectors.joining(", "));
        int rest = files.size() - MOST_NAMED;
        System.getLogger(PassedOver.class.getName())
                .log(
                        System.Logger.Level.WARNING,
                        PrintableText.line("expected " + expected + ", so these are passed over: " + names
                                + (rest > 0 ? " and " + rest + " more" : "") + " (" + folder + ")"));
    }
}
