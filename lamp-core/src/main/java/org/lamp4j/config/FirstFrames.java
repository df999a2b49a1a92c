package org.lamp4j.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.lamp4j.generation.GenerationBatch;
import org.lamp4j.media.RgbImage;

/**
 * The first frames that prompts are for. As in LAMP's own program a prompt's image is the one that is named after it,
 * with underscores for spaces: {@code a_horse_runs.png}. What is not named after a prompt is never guessed from an
 * order that nobody has given.
 */
final class FirstFrames {

    private static final System.Logger LOG = System.getLogger(FirstFrames.class.getName());

    /** An image, and what it is to become. */
    record Choice(String prompt, Path image) {}

    private final List<Path> sources;
    private final List<Path> images;

    private FirstFrames(List<Path> sources, List<Path> images) {
        this.sources = sources;
        this.images = images;
    }

    /**
     * Chooses an image for each prompt.
     *
     * @param sources images, folders of images or tables
     * @param prompts the prompts; none for those that the images' names or the tables say
     * @throws IOException if there is no image, or none for a prompt; the message names it
     * @throws IllegalArgumentException if images are listed one by one, but not as many as prompts
     */
    static List<Choice> of(List<Path> sources, List<String> prompts) throws IOException {
        if (sources.isEmpty()) {
            throw new IOException("expected at least one first frame, but was none (image_path)");
        }
        if (prompts.isEmpty()) {
            return listed(sources);
        }
        List<Path> images = new ArrayList<>();
        for (Path source : sources) {
            images.addAll(Files.isDirectory(source) ? imagesIn(source) : imagesOf(source));
        }
        return new FirstFrames(sources, images).chosenFor(prompts);
    }

    /** Takes the prompts that the images' names or the tables say. Images of two folders may have the same name. */
    private static List<Choice> listed(List<Path> sources) throws IOException {
        List<Choice> choices = new ArrayList<>();
        for (Path source : sources) {
            for (GenerationBatch.Item item : GenerationBatch.read(source).items()) {
                choices.add(new Choice(item.prompt(), item.firstFrame()));
            }
        }
        return choices;
    }

    private static List<Path> imagesOf(Path source) throws IOException {
        return GenerationBatch.read(source).items().stream()
                .map(GenerationBatch.Item::firstFrame)
                .toList();
    }

    /** Lists a folder, PNG first, which LAMP's program takes where there are several images of a name. */
    private static List<Path> imagesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> images = files.filter(
                            file -> !file.getFileName().toString().startsWith("."))
                    .filter(file -> Files.isRegularFile(file) && RgbImage.isImage(file))
                    .sorted(Comparator.comparing(FirstFrames::isNoPng).thenComparing(Comparator.naturalOrder()))
                    .toList();
            if (images.isEmpty()) {
                throw new IOException("expected at least one first frame, but found none (" + folder + ")");
            }
            return images;
        }
    }

    private static boolean isNoPng(Path file) {
        return !file.toString().toLowerCase(Locale.ROOT).endsWith(".png");
    }

    private List<Choice> chosenFor(List<String> prompts) throws IOException {
        Map<String, Path> byName = new LinkedHashMap<>();
        images.forEach(image -> byName.putIfAbsent(nameOf(image), image));
        List<String> missing = prompts.stream()
                .filter(prompt -> !byName.containsKey(nameFor(prompt)))
                .toList();
        boolean noneIsNamed = missing.size() == prompts.size();
        boolean listed = sources.stream().noneMatch(Files::isDirectory);
        if (images.size() == 1 && (noneIsNamed || listed)) {
            return prompts.stream()
                    .map(prompt -> new Choice(prompt, images.get(0)))
                    .toList();
        }
        if (noneIsNamed && listed) {
            return inOrder(prompts);
        }
        if (!missing.isEmpty()) {
            throw new IOException("expected an image for each prompt, but there is no " + nameFor(missing.get(0))
                    + ".png for \"" + missing.get(0) + "\" (" + sources.get(0) + ")");
        }
        List<Choice> choices = prompts.stream()
                .map(prompt -> new Choice(prompt, Objects.requireNonNull(byName.get(nameFor(prompt)))))
                .toList();
        logOthers(choices);
        return choices;
    }

    /** Pairs images that were listed one by one, or in the lines of a table, with prompts in that order. */
    private List<Choice> inOrder(List<String> prompts) {
        if (images.size() != prompts.size()) {
            throw new IllegalArgumentException(
                    "expected a prompt for each of " + images.size() + " first frames, but was " + prompts.size());
        }
        List<Choice> choices = new ArrayList<>();
        for (int index = 0; index < prompts.size(); index++) {
            choices.add(new Choice(prompts.get(index), images.get(index)));
        }
        return choices;
    }

    private void logOthers(List<Choice> choices) {
        Set<Path> others = new HashSet<>(images);
        choices.forEach(choice -> others.remove(choice.image()));
        if (!others.isEmpty()) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "{0} of {1} images are not named after a prompt, not used ({2})",
                    others.size(),
                    images.size(),
                    sources.get(0));
        }
    }

    private static String nameFor(String prompt) {
        return composed(prompt.replace(' ', '_'));
    }

    private static String nameOf(Path image) {
        String name = image.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return composed(dot > 0 ? name.substring(0, dot) : name);
    }

    /** Some file systems keep accents as marks of their own, whatever a name was written with. */
    private static String composed(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC);
    }
}
