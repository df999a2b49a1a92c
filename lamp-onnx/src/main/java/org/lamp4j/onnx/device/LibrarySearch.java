package org.lamp4j.onnx.device;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Whether the system's loader would find a library. It only explains a failure: what the loader really does shows when
 * a graph is run.
 *
 * @param folders where the loader looks, by its environment variable and by itself
 * @param known names of libraries that it knows from elsewhere, each followed by a zero byte or the line's end
 */
record LibrarySearch(List<Path> folders, String known) implements Predicate<String> {

    private static final Path CACHE = Path.of("/etc/ld.so.cache");
    private static final Path LOADED = Path.of("/proc/self/maps");

    private static final List<String> FOLDERS_OF_LINUX =
            List.of("/lib", "/usr/lib", "/lib64", "/usr/lib64", "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu");

    /** Looks where this system's loader does, at what it keeps in its cache, and at what this process has loaded. */
    static LibrarySearch ofSystem() {
        List<Path> folders = new ArrayList<>();
        String variable = System.getenv(isWindows() ? "PATH" : "LD_LIBRARY_PATH");
        for (String folder : Optional.ofNullable(variable).orElse("").split(File.pathSeparator, -1)) {
            path(folder).ifPresent(folders::add);
        }
        if (isWindows()) {
            path(System.getenv("SystemRoot") + "\\System32").ifPresent(folders::add);
        } else {
            FOLDERS_OF_LINUX.forEach(folder -> folders.add(Path.of(folder)));
        }
        return new LibrarySearch(folders, content(CACHE) + "\n" + content(LOADED));
    }

    static boolean isWindows() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
    }

    private static Optional<Path> path(String folder) {
        try {
            return folder.isBlank() ? Optional.empty() : Optional.of(Path.of(folder));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static String content(Path file) {
        try {
            return Files.isReadable(file) ? new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1) : "";
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public boolean test(String library) {
        return folders.stream().anyMatch(folder -> Files.exists(folder.resolve(library)))
                || known.contains("/" + library + "\0")
                || known.contains("/" + library + "\n");
    }
}
