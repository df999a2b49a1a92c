package org.lamp4j.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder of a training run's checkpoints. Their names are
 * {@code step-00000500-loss-0.081234-run-3f9a12c4.safetensors} and the like, where the loss is that on eight batches
 * that are the same for all checkpoints of a run, and the run's eight digits are its own. A run that was interrupted
 * does not take the time to measure the loss, and leaves {@code step-00000512-run-3f9a12c4.safetensors}. A file of such
 * a name is whole, whenever the process ended; files of other names are not looked at, but for those of versions that
 * gave runs no digits.
 *
 * <p>While a run trains, it holds the folder: another that wants to save there is refused, in the same process or in
 * another. A run deletes no checkpoints but its own, and does not begin where those of another are.
 */
public final class CheckpointFolder {

    private static final Pattern NAME =
            Pattern.compile("step-(\\d{8,10})(?:-loss-(\\d+\\.\\d{6}))?(?:-run-([0-9a-f]{8}))?\\.safetensors");

    private static final Pattern RUN = Pattern.compile("[0-9a-f]{8}");

    private final Path folder;

    private CheckpointFolder(Path folder) {
        this.folder = folder;
    }

    /** A checkpoint without a measured loss counts as worse than all with one; without a run, its run is empty. */
    record Entry(Path file, long step, double loss, String run) {}

    /**
     * Names a folder; nothing is read yet.
     *
     * @param folder the folder
     * @return its checkpoints
     */
    public static CheckpointFolder of(Path folder) {
        return new CheckpointFolder(folder);
    }

    /**
     * Returns the checkpoint to go on from.
     *
     * @return the one after the most steps; empty if there is none
     * @throws IOException if the folder cannot be read
     */
    public Optional<Path> newest() throws IOException {
        return entries().stream().max(Comparator.comparingLong(Entry::step)).map(Entry::file);
    }

    /**
     * Returns the checkpoint at which training had come furthest.
     *
     * @return the one with the lowest loss on the batches that all are compared by, the newer of equals; empty if there
     *     is none
     * @throws IOException if the folder cannot be read
     */
    public Optional<Path> best() throws IOException {
        return best(entries()).map(Entry::file);
    }

    /** Returns all checkpoints, the one after the most steps first. */
    List<Path> newestFirst() throws IOException {
        return entries().stream()
                .sorted(Comparator.comparingLong(Entry::step).reversed())
                .map(Entry::file)
                .toList();
    }

    static Optional<Entry> best(List<Entry> entries) {
        return entries.stream()
                .min(Comparator.comparingDouble(Entry::loss)
                        .thenComparing(Comparator.comparingLong(Entry::step).reversed()));
    }

    /** Tells whether a text can be the digits of a run. */
    static boolean isRun(String text) {
        return RUN.matcher(text).matches();
    }

    List<Entry> entries() throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches() && Files.isRegularFile(file)) {
                    double loss = name.group(2) == null ? Double.POSITIVE_INFINITY : Double.parseDouble(name.group(2));
                    String run = name.group(3) == null ? "" : name.group(3);
                    entries.add(new Entry(file, Long.parseLong(name.group(1)), loss, run));
                }
            }
        } catch (NoSuchFileException e) {
            throw new IOException("expected a folder of checkpoints, but there is none at " + folder, e);
        }
        return entries;
    }
}
