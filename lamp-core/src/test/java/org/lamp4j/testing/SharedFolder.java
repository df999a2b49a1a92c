package org.lamp4j.testing;

import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;

/** The folder {@code shared} that may lie beside the checkout; a test that needs it is skipped where it does not. */
public final class SharedFolder {

    private SharedFolder() {}

    /** Returns a path inside the folder, or skips the test. */
    public static Path resolve(String path) {
        Path start = Path.of("").toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            Path candidate = folder.resolve("shared").resolve(path);
            if (Files.exists(candidate)) {
                return candidate;
            }
        }
        return abort("no folder shared/" + path + " beside the checkout, seen from " + start);
    }
}
