package org.lamp4j.generation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.lamp4j.files.CsvTable;
import org.lamp4j.files.PassedOver;
import org.lamp4j.media.RgbImage;

/**
 * A list of clips to generate: the first frame and prompt of each. Immutable; no image is read yet.
 *
 * @param items what to generate, at least one
 */
public record GenerationBatch(List<Item> items) {

    private static final String IMAGE = "image";
    private static final String PROMPT = "prompt";
    private static final String OUTPUT = "output";
    private static final String SEED = "seed";

    /**
     * One clip to generate.
     *
     * @param firstFrame the image it begins with
     * @param prompt what it shows
     * @param output name of the clip's file, with or without an ending, no two alike in a batch
     * @param seed where its randomness comes from; empty for that of the batch
     */
    public record Item(Path firstFrame, String prompt, String output, OptionalLong seed) {}

    /** Checks that there is something to generate, and that no clip would replace another. */
    public GenerationBatch {
        items = List.copyOf(items);
        if (items.isEmpty()) {
            throw new IllegalArgumentException("expected a first frame, but was none (GenerationBatch)");
        }
        Map<String, Item> byOutput = new HashMap<>();
        for (Item item : items) {
            Item other = byOutput.put(item.output(), item);
            if (other != null) {
                throw new IllegalArgumentException("expected outputs of different names, but was " + item.output()
                        + " for " + other.firstFrame() + " and for " + item.firstFrame() + " (GenerationBatch)");
            }
        }
    }

    /**
     * Finds first frames and prompts, in one of these forms:
     *
     * <ul>
     *   <li>an image: its name is the prompt, with spaces for underscores ({@code a_horse_runs.png});
     *   <li>a folder: its images, in the order of their names; what else is in it is named in a warning;
     *   <li>a {@code .csv} file with the heading {@code image,prompt} and, if wanted, {@code output} and {@code seed}:
     *       images are found beside it, an empty output is the image's name, an empty seed the batch's.
     * </ul>
     *
     * @param path the image, folder or table
     * @return what to generate
     * @throws IOException if there is nothing to generate, the table is damaged, or two clips would have the same name;
     *     the message names the file, and the line of a table. Whether an image can be read is found out when it is
     */
    public static GenerationBatch read(Path path) throws IOException {
        List<Item> items = new ArrayList<>();
        if (Files.isDirectory(path)) {
            List<Path> others = new ArrayList<>();
            for (Path file : visible(path)) {
                if (Files.isRegularFile(file) && RgbImage.isImage(file)) {
                    items.add(ofImage(file));
                } else {
                    others.add(file);
                }
            }
            PassedOver.warn(path, "images", others);
        } else if (path.toString().toLowerCase(Locale.ROOT).endsWith(".csv")) {
            for (CsvTable.Row row : CsvTable.read(path, List.of(IMAGE, PROMPT), List.of(OUTPUT, SEED))
                    .rows()) {
                items.add(ofRow(row, path));
            }
        } else if (Files.exists(path)) {
            items.add(ofImage(path));
        } else {
            throw new IOException("expected an image, a folder of images or a .csv file, but there is no " + path);
        }
        if (items.isEmpty()) {
            throw new IOException("expected at least one first frame, but found none (" + path + ")");
        }
        try {
            return new GenerationBatch(items);
        } catch (IllegalArgumentException e) {
            String message = Objects.requireNonNull(e.getMessage());
            throw new IOException(message.replace("(GenerationBatch)", "(" + path + ")"), e);
        }
    }

    /**
     * Returns this batch with other prompts.
     *
     * @param prompts a prompt for each item; for a batch of one item, as many clips of it as there are prompts
     * @return the batch with these prompts
     * @throws IllegalArgumentException if there are neither as many prompts as items nor just one item
     */
    public GenerationBatch withPrompts(List<String> prompts) {
        if (items.size() > 1 && items.size() != prompts.size()) {
            throw new IllegalArgumentException(
                    "expected a prompt for each of " + items.size() + " first frames, but was " + prompts.size());
        }
        List<Item> prompted = new ArrayList<>();
        for (int index = 0; index < prompts.size(); index++) {
            Item item = items.get(items.size() == 1 ? 0 : index);
            String output = items.size() == 1 && prompts.size() > 1 ? item.output() + "-" + (index + 1) : item.output();
            prompted.add(new Item(item.firstFrame(), prompts.get(index), output, item.seed()));
        }
        return new GenerationBatch(prompted);
    }

    private static List<Path> visible(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    private static Item ofImage(Path file) {
        String name = nameOf(file);
        return new Item(file, name.replace('_', ' '), name, OptionalLong.empty());
    }

    private static Item ofRow(CsvTable.Row row, Path table) throws IOException {
        String where = " (" + table + ", line " + row.line() + ")";
        Path image = image(row.get(IMAGE), table, where);
        String output = row.get(OUTPUT).isEmpty() ? nameOf(image) : row.get(OUTPUT);
        try {
            return new Item(image, row.get(PROMPT), output, seed(row.get(SEED)));
        } catch (NumberFormatException e) {
            throw new IOException("expected a whole number as seed, but was " + row.get(SEED) + where, e);
        }
    }

    private static Path image(String name, Path table, String where) throws IOException {
        Path image;
        try {
            image = table.toAbsolutePath().resolveSibling(name);
        } catch (InvalidPathException e) {
            throw new IOException("expected a path of an image, but was " + name + where, e);
        }
        if (name.isEmpty() || image.getFileName() == null) {
            throw new IOException("expected an image, but was " + (name.isEmpty() ? "nothing" : name) + where);
        }
        return image;
    }

    private static OptionalLong seed(String text) {
        return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    }

    private static String nameOf(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
