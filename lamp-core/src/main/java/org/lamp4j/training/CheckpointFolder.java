package org.lamp4j.training;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.lamp4j.modelfile.PrintableText;

/**
 * The folder that a training run leaves its checkpoints in: {@code step-00000500-loss-0.081234.safetensors} and the like,
 * where the loss is that on eight batches that are the same for all checkpoints of a run. A run that was interrupted does not
 * take the time to measure it, and leaves {@code step-00000512.safetensors}. A file of such a name is whole, whenever the
 * process ended; files of other names are not looked at.
 */
public final class CheckpointFolder {

    private static final System.Logger LOG = System.getLogger(CheckpointFolder.class.getName());

    private static final Pattern NAME = Pattern.compile("step-(\\d{8,10})(?:-loss-(\\d+\\.\\d{6}))?\\.safetensors");

    /** What a process that was killed while it wrote leaves behind; see {@code BackboneModel.writeCheckpoint}. */
    private static final Pattern LEFTOVER = Pattern.compile("\\." + NAME.pattern() + ".*\\.tmp");

    private final Path folder;

    private CheckpointFolder(Path folder) {
        this.folder = folder;
    }

    /** A checkpoint without a measured loss counts as worse than all with one. */
    private record Entry(Path file, long step, double loss) {}

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
     * @return the one with the lowest loss on the batches that all are compared by, the newer of equals; empty if there is
     *     none
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

    private static Optional<Entry> best(List<Entry> entries) {
        return entries.stream()
                .min(Comparator.comparingDouble(Entry::loss)
                        .thenComparing(Comparator.comparingLong(Entry::step).reversed()));
    }

    /** Returns where to write a checkpoint. */
    Path file(int step, OptionalDouble loss) {
        String measured = loss.isPresent() ? String.format(Locale.ROOT, "-loss-%.6f", loss.getAsDouble()) : "";
        return folder.resolve(String.format(Locale.ROOT, "step-%08d%s.safetensors", step, measured));
    }

    /**
     * Makes the folder ready for a run, and finds out before hours of training, not after them, that it cannot be.
     *
     * @param stepsDone the step that the run goes on from, 0 for a new run
     * @throws IOException if it is no folder, or holds later checkpoints: they would be taken for this run's
     */
    void prepare(int stepsDone) throws IOException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new IOException("expected a folder for checkpoints, but " + folder + " is a file");
        }
        try {
            Files.createDirectories(folder);
        } catch (FileSystemException e) {
            String reason = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
            throw new IOException("expected a folder for checkpoints, but " + folder + " cannot be made: " + reason, e);
        }
        for (Entry entry : entries()) {
            if (entry.step > stepsDone) {
                throw new IOException("expected no checkpoint beyond step " + stepsDone
                        + ", which training goes on from, but was " + entry.file.getFileName()
                        + "; resume from it or choose another folder (" + folder + ")");
            }
        }
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> matches(LEFTOVER, file)).forEach(CheckpointFolder::delete);
        }
    }

    /** Deletes all but the newest and the best. */
    void prune(int newestToKeep) throws IOException {
        List<Entry> entries = entries();
        Optional<Entry> best = best(entries);
        entries.stream()
                .sorted(Comparator.comparingLong(Entry::step).reversed())
                .skip(newestToKeep)
                .filter(entry -> !entry.equals(best.orElseThrow()))
                .forEach(entry -> delete(entry.file));
    }

    /** A file that cannot be deleted, as a mapped one on Windows, is tried again after the next checkpoint. */
    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "not deleted: " + PrintableText.line(file.toString()), e);
        }
    }

    private List<Entry> entries() throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches() && Files.isRegularFile(file)) {
                    double loss = name.group(2) == null ? Double.POSITIVE_INFINITY : Double.parseDouble(name.group(2));
                    entries.add(new Entry(file, Long.parseLong(name.group(1)), loss));
                }
            }
        } catch (NoSuchFileException e) {
            throw new IOException("expected a folder of checkpoints, but there is none at " + folder, e);
        }
        return entries;
    }

    private static boolean matches(Pattern pattern, Path file) {
        return pattern.matcher(file.getFileName().toString()).matches();
    }
}
