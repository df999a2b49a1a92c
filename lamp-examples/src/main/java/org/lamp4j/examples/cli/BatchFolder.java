package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;

/** The folder that a batch's clips stay in: no name of a table leads out of it, by dots or over a symbolic link. */
final class BatchFolder {

    private final Path folder;

    BatchFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Returns where a clip goes.
     *
     * @param name of the clip's file, which may begin with folders
     * @return its place; that of the folder it lies in is free of links
     * @throws IllegalArgumentException if it is not within the folder
     * @throws IOException if a link on the way leads nowhere
     */
    Path place(String name) throws IOException {
        Path root = folder.toAbsolutePath().normalize();
        Path file = root.resolve(name).normalize();
        if (!file.startsWith(root) || file.equals(root)) {
            throw new IllegalArgumentException("expected an output within " + folder + ", but was " + name);
        }
        Path parent = withoutLinks(Objects.requireNonNull(file.getParent()));
        if (!parent.startsWith(withoutLinks(root))) {
            throw new IllegalArgumentException(
                    "expected an output within " + folder + ", but was " + name + ", which a link leads to " + parent);
        }
        return parent.resolve(file.getFileName());
    }

    /** Follows the links of the part that is there; the rest will be made, without links. */
    private static Path withoutLinks(Path path) throws IOException {
        Path nearest = path;
        while (!Files.exists(nearest, LinkOption.NOFOLLOW_LINKS)) {
            nearest = Objects.requireNonNull(nearest.getParent());
        }
        return nearest.toRealPath().resolve(nearest.relativize(path));
    }
}
