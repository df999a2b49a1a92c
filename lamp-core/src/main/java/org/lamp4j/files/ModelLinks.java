package org.lamp4j.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.lamp4j.errors.ModelFormatException;

/**
 * Refuses symbolic links that lead out of a model folder, so that a model from elsewhere cannot have files of this
 * machine read as its own. Links within the folder are followed.
 *
 * <p>The cache of Hugging Face's libraries is made of links, {@code snapshots/REVISION/unet/config.json} to
 * {@code blobs/HASH}; for a folder in a {@code snapshots} folder these are followed, too.
 */
public final class ModelLinks {

    private static final String SNAPSHOTS = "snapshots";
    private static final String BLOBS = "blobs";

    private final Path root;

    private ModelLinks(Path root) {
        this.root = root;
    }

    /**
     * Checks the folders that a model is read from.
     *
     * @param model the model folder; it may itself be reached by links
     * @param folders names of folders in it, whose entries are checked; the empty name is the folder's own entries.
     *     Those that do not exist are passed over
     * @throws IOException if a folder, or an entry of it, is a link that leads out of the folder or nowhere; the
     *     message holds the link and its target
     */
    public static void check(Path model, List<String> folders) throws IOException {
        ModelLinks links = new ModelLinks(model.toRealPath());
        for (String name : folders) {
            Path folder = name.isEmpty() ? links.root : links.root.resolve(name);
            links.check(folder);
            if (Files.isDirectory(folder)) {
                links.checkEntries(folder);
            }
        }
    }

    private void checkEntries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                check(entry);
            }
        }
    }

    private void check(Path entry) throws IOException {
        if (!Files.isSymbolicLink(entry)) {
            return;
        }
        Path target;
        try {
            target = entry.toRealPath();
        } catch (IOException e) {
            throw new ModelFormatException(
                    "expected a link to a file of the model, but was one to " + Files.readSymbolicLink(entry)
                            + ", which leads nowhere (" + entry + ")",
                    entry,
                    e);
        }
        if (!target.startsWith(root) && !isBlob(target)) {
            throw new ModelFormatException(
                    "expected links within the model folder, but was one to " + target + " (" + entry
                            + "); copy the file to its place if you trust it",
                    entry);
        }
    }

    /** Whether a file is one of the blobs beside the {@code snapshots} folder that holds the folder. */
    private boolean isBlob(Path target) {
        Path snapshots = root.getParent();
        return snapshots != null
                && snapshots.endsWith(SNAPSHOTS)
                && snapshots.resolveSibling(BLOBS).equals(target.getParent());
    }
}
