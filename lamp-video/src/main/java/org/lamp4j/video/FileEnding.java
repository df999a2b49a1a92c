package org.lamp4j.video;

import java.nio.file.Path;
import java.util.Locale;

/** What a file's name says about its kind. */
final class FileEnding {

    private FileEnding() {}

    /**
     * Returns the ending of a name.
     *
     * @param file a file
     * @return what follows the last dot, in lower case; empty if there is no dot, or only one that hides the file
     */
    static String of(Path file) {
        String name = file.getFileName() == null ? "" : file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot <= 0 || name.startsWith(".") ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }
}
