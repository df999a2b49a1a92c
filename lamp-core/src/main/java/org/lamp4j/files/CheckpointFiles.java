package org.lamp4j.files;

import java.io.IOException;
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

/** The checkpoints of a folder, as their names tell. */
public final class CheckpointFiles {

    private static final Pattern NAME =
            Pattern.compile("step-(\\d{8,10})(?:-loss-(\\d+\\.\\d{6}))?(?:-run-([0-9a-f]{8}))?\\.safetensors");

    private static final Pattern RUN = Pattern.compile("[0-9a-f]{8}");

    private CheckpointFiles() {}

    /**
     * A checkpoint.
     *
     * @param file where it lies
     * @param step the steps done
     * @param loss the loss that it is compared by; infinite if none was measured, which counts as worse than any
     * @param run the digits of its run; empty if the name has none
     */
    public record Entry(Path file, long step, double loss, String run) {}

    /**
     * Finds the checkpoints of a folder. Files of other names are not looked at.
     *
     * @param folder the folder
     * @return its checkpoints, in no order
     * @throws IOException if the folder cannot be read
     */
    public static List<Entry> in(Path folder) throws IOException {
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

    /**
     * Finds the checkpoints of a folder.
     *
     * @param folder the folder
     * @return its checkpoints, the one after the most steps first
     * @throws IOException if the folder cannot be read
     */
    public static List<Path> newestFirst(Path folder) throws IOException {
        return in(folder).stream()
                .sorted(Comparator.comparingLong(Entry::step).reversed())
                .map(Entry::file)
                .toList();
    }

    /**
     * Chooses the best.
     *
     * @param entries some checkpoints
     * @return the one with the lowest loss, the newer of equals; empty if there is none
     */
    public static Optional<Entry> best(List<Entry> entries) {
        return entries.stream()
                .min(Comparator.comparingDouble(Entry::loss)
                        .thenComparing(Comparator.comparingLong(Entry::step).reversed()));
    }

    /**
     * Tells whether a text can be the digits of a run.
     *
     * @param text any text
     * @return whether it is eight hexadecimal digits
     */
    public static boolean isRun(String text) {
        return RUN.matcher(text).matches();
    }

    /**
     * Names a checkpoint.
     *
     * @param step the steps done
     * @param loss the loss that it is compared by, if it was measured
     * @param run the digits of its run
     * @return the name of its file
     */
    public static String name(int step, OptionalDouble loss, String run) {
        String measured = loss.isPresent() ? String.format(Locale.ROOT, "-loss-%.6f", loss.getAsDouble()) : "";
        return String.format(Locale.ROOT, "step-%08d%s-run-%s.safetensors", step, measured, run);
    }
}
