package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/**
 * Whether a command's result may take the place of what is there. Results take minutes to days, so the same line run
 * again does not replace them. Pages and tables that a command writes beside its result are replaced: they are made of
 * it.
 */
final class OverwriteOption {

    @Option(
            names = "--overwrite",
            description = "Replace what is there already in the place of --output. Without it the command refuses to, "
                    + "before the work begins.")
    private boolean overwrite;

    /**
     * Checks the place of a file.
     *
     * @return the file
     * @throws IOException if something is there that may not be replaced, or nothing can be written there
     */
    Path file(Path file) throws IOException {
        OutputPlace.ofFile(file);
        if (mustStay(file)) {
            throw new IOException("expected a file that is not there yet, but was one (" + file
                    + "); give --overwrite to replace it");
        }
        return file;
    }

    /**
     * Checks the place of a folder, which need not be there yet.
     *
     * @return the folder
     * @throws IOException if it holds something and may not be written into, or nothing can be written there
     */
    Path folder(Path folder) throws IOException {
        OutputPlace.ofFolder(folder);
        if (!overwrite && Files.isDirectory(folder) && holdsSomething(folder)) {
            throw new IOException("expected a new or an empty folder, but was one that holds something (" + folder
                    + "); give --overwrite to write into it");
        }
        return folder;
    }

    /** Returns whether something is there that may not be replaced; a link is something, wherever it leads. */
    boolean mustStay(Path file) {
        return !overwrite && Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean holdsSomething(Path folder) throws IOException {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.findAny().isPresent();
        }
    }
}
