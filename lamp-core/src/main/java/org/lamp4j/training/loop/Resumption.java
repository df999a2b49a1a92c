package org.lamp4j.training.loop;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.CheckpointFiles;
import org.lamp4j.files.PrintableText;
import org.lamp4j.files.StrictJson;
import org.lamp4j.motion.PatternMetadata;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.TrainingCheckpoint;
import org.lamp4j.training.LearningRateSchedule;
import org.lamp4j.training.TrainingOptions;

/** A checkpoint to go on from, and whether it is one of the run that is to go on. */
final class Resumption {

    private static final System.Logger LOG = System.getLogger(Resumption.class.getName());

    /** What of a clip's entry decides the result; its name does not. */
    private static final List<String> DECIDING = List.of("hash", "caption", "weight", "embeddings");

    private final Path file;
    private final TrainingCheckpoint checkpoint;
    private final PatternMetadata metadata;

    private Resumption(Path file, TrainingCheckpoint checkpoint) throws IOException {
        this.file = file;
        this.checkpoint = checkpoint;
        this.metadata = PatternMetadata.parse(checkpoint.metadata(), file);
        int steps = metadata.steps().orElse(0);
        int losses = checkpoint.losses().shape().size(0);
        if (steps < 1 || losses != steps) {
            throw new ModelFormatException(
                    "expected the loss of each of " + steps + " steps, but was " + losses + " (" + file + ")", file);
        }
    }

    /** Something that decides the result and is another in this run. */
    private record Difference(String name, String saved, String now) {}

    /**
     * Reads a checkpoint, or the newest of a folder. Works in an interrupted thread as well; the flag stays set.
     *
     * @throws ModelFormatException if it is damaged; for the newest of a folder the message names the newest that is
     *     whole, which is taken only if it is the source
     * @throws IOException if it cannot be read for another reason, which says nothing of what is in it
     */
    static Resumption from(Path source, BackboneModel model) throws IOException {
        if (!Files.isDirectory(source)) {
            return of(source, model);
        }
        List<Path> files = CheckpointFiles.newestFirst(source);
        if (files.isEmpty()) {
            throw new IOException("expected a checkpoint to go on from, but found none (" + source + ")");
        }
        try {
            return of(files.get(0), model);
        } catch (ModelFormatException damaged) {
            String problem = damaged.getMessage() + "; "
                    + newestWhole(files.subList(1, files.size()), model)
                            .map(whole -> "to lose the steps after it and go on from an older one that is whole,"
                                    + " resume from " + whole)
                            .orElse("no older checkpoint is whole");
            throw new ModelFormatException(problem, files.get(0), damaged);
        }
    }

    private static Resumption of(Path file, BackboneModel model) throws IOException {
        return new Resumption(file, Uninterrupted.read(() -> model.storage().readCheckpoint(file)));
    }

    private static Optional<Path> newestWhole(List<Path> files, BackboneModel model) throws IOException {
        for (Path file : files) {
            if (isWhole(file, model)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    private static boolean isWhole(Path file, BackboneModel model) throws IOException {
        try {
            of(file, model);
            return true;
        } catch (ModelFormatException damaged) {
            LOG.log(System.Logger.Level.DEBUG, "not whole: " + PrintableText.line(file.toString()), damaged);
            return false;
        }
    }

    /**
     * Renames the checkpoints of later steps, if all of them are damaged and the run is to be saved among them: it goes
     * on from an older one because of that, and they are not to be taken for its own.
     *
     * @param folder where the run will be saved
     * @throws IOException if the folder or a checkpoint cannot be read for another reason than damage, or one not
     *     renamed
     */
    void setDamagedAside(Path folder, BackboneModel model) throws IOException {
        if (!Files.isDirectory(folder)
                || !Files.isSameFile(folder, file.toAbsolutePath().getParent())) {
            return;
        }
        List<Path> later = CheckpointFiles.newestFirst(folder).stream()
                .takeWhile(other -> !other.getFileName().equals(file.getFileName()))
                .toList();
        if (newestWhole(later, model).isEmpty()) {
            for (Path damaged : later) {
                Path aside = damaged.resolveSibling(damaged.getFileName() + ".damaged");
                Files.move(damaged, aside, StandardCopyOption.REPLACE_EXISTING);
                LOG.log(
                        System.Logger.Level.WARNING,
                        "a damaged checkpoint was renamed to {0}",
                        PrintableText.line(aside.toString()));
            }
        }
    }

    /** Returns the entries that were saved with it. */
    Map<String, String> entries() {
        return metadata.entries();
    }

    /**
     * Takes up the run in its record.
     *
     * @return what the trainer goes on from
     * @throws IllegalArgumentException if the run has another base model, other clips or options; the message names
     *     what differs
     */
    MotionTrainer.State takeUp(TrainingRecord record, TrainingOptions options) throws IOException {
        PatternMetadata now = record.metadata();
        record.base().require(metadata, "checkpoint", file);
        int stepsDone = checkpoint.losses().shape().size(0);
        if (options.steps() < stepsDone) {
            throw new IllegalArgumentException("expected at least the " + stepsDone + " steps that are done, but was "
                    + options.steps() + " (" + file + ")");
        }
        List<Difference> differences = new ArrayList<>();
        addSeed(now, differences);
        addOptions(now, options, differences);
        addClips(now, differences);
        if (!differences.isEmpty()) {
            throw new IllegalArgumentException("expected what the checkpoint was trained with, "
                    + listed(differences, Difference::saved) + ", but was " + listed(differences, Difference::now)
                    + " (" + file + ")");
        }
        String startedFrom = metadata.entries().get(TrainingRecord.START_FROM);
        if (startedFrom != null) {
            record.startFrom(startedFrom);
        }
        record.goOnAfter(checkpoint.losses());
        return checkpoint.state();
    }

    private void addSeed(PatternMetadata now, List<Difference> differences) {
        String saved = metadata.entries().getOrDefault(TrainingRecord.SEED, "nothing");
        String given = Objects.requireNonNull(now.entries().get(TrainingRecord.SEED));
        if (!saved.equals(given)) {
            differences.add(new Difference(TrainingRecord.SEED, saved, given));
        }
    }

    private void addOptions(PatternMetadata now, TrainingOptions options, List<Difference> differences)
            throws IOException {
        JsonNode saved = json(metadata.entries(), TrainingRecord.OPTIONS);
        JsonNode given = json(now.entries(), TrainingRecord.OPTIONS);
        Set<String> names = new LinkedHashSet<>();
        given.fieldNames().forEachRemaining(names::add);
        saved.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            boolean same = name.equals(TrainingRecord.STEPS_OPTION)
                    ? isSameSoFar(saved.path(name).asInt(), options)
                    : saved.path(name).equals(given.path(name));
            if (!same) {
                differences.add(new Difference(name, text(saved.path(name)), text(given.path(name))));
            }
        }
    }

    /** Another number of steps changes nothing of what was done, unless the learning rate depended on it. */
    private boolean isSameSoFar(int savedSteps, TrainingOptions options) {
        int stepsDone = checkpoint.losses().shape().size(0);
        if (savedSteps < stepsDone) {
            return false;
        }
        LearningRateSchedule schedule = options.optimizer().learningRateSchedule();
        for (int step = 0; step < stepsDone; step++) {
            if (schedule.factorAt(step, savedSteps) != schedule.factorAt(step, options.steps())) {
                return false;
            }
        }
        return true;
    }

    private void addClips(PatternMetadata now, List<Difference> differences) throws IOException {
        JsonNode saved = json(metadata.entries(), TrainingRecord.CLIPS);
        JsonNode given = json(now.entries(), TrainingRecord.CLIPS);
        if (saved.size() != given.size()) {
            differences.add(
                    new Difference("number of clips", Integer.toString(saved.size()), Integer.toString(given.size())));
            return;
        }
        for (int index = 0; index < given.size(); index++) {
            JsonNode before = saved.get(index);
            JsonNode clip = given.get(index);
            if (DECIDING.stream().anyMatch(key -> !before.path(key).equals(clip.path(key)))) {
                differences.add(new Difference("clip " + (index + 1), text(before), text(clip)));
            }
        }
    }

    private JsonNode json(Map<String, String> entries, String key) throws IOException {
        try {
            return StrictJson.reader().readTree(entries.getOrDefault(key, ""));
        } catch (JsonProcessingException e) {
            throw new ModelFormatException(
                    "expected JSON for " + key + ", but was " + e.getOriginalMessage() + " (" + file + ")", file, e);
        }
    }

    private static String text(JsonNode value) {
        return value.isMissingNode() ? "nothing" : value.isValueNode() ? value.asText() : value.toString();
    }

    private static String listed(List<Difference> differences, Function<Difference, String> side) {
        return differences.stream()
                .map(difference -> difference.name + " " + side.apply(difference))
                .collect(Collectors.joining(", "));
    }
}
