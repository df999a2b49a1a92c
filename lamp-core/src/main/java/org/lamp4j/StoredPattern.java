package org.lamp4j;

import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.PrintableText;
import org.lamp4j.motion.AppliedLora;
import org.lamp4j.motion.BaseFingerprint;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.PatternMetadata;
import org.lamp4j.motion.StoredMotion;
import org.lamp4j.spi.BackboneModel;

/**
 * A pattern as it was read, to be laid over a base model.
 *
 * @param path the file, or the folder of a whole video UNet, which says nothing of its base
 * @param stored what is in it
 */
record StoredPattern(Path path, StoredMotion stored) {

    private static final System.Logger LOG = System.getLogger(StoredPattern.class.getName());

    /** More would fill a screen. */
    private static final int NAMES_IN_MESSAGE = 5;

    /** A pattern over a base. */
    record Placed(MotionWeights weights, PatternMetadata metadata) {}

    /** Lays it over a base model, if that is its own or matches. */
    Placed on(BackboneModel model, BaseFingerprint base, BaseMatch match) throws ModelFormatException {
        if (Files.isDirectory(path)) {
            if (match == BaseMatch.SAME_ARCHITECTURE) {
                requireDifferences(model);
            }
            return new Placed(
                    stored.weights(), PatternMetadata.of(base, OptionalInt.empty(), Map.of("source", path.toString())));
        }
        PatternMetadata metadata = PatternMetadata.parse(stored.metadata(), path);
        BaseFingerprint.Fit fit = base.fit(metadata);
        if (fit == BaseFingerprint.Fit.OTHER_LORAS) {
            return withOtherLoras(model, base, metadata);
        }
        if (fit == BaseFingerprint.Fit.SAME || match == BaseMatch.SAME_MODEL) {
            base.require(metadata, "pattern", path);
            return new Placed(stored.weights(), metadata);
        }
        requireDifferences(model);
        base.requireArchitecture(metadata, path);
        PatternMetadata moved = metadata.laidOver(base);
        LOG.log(
                Level.INFO,
                "{0} was trained on the base model {1} and is laid over {2}, of the same architecture",
                PrintableText.line(path.toString()),
                PrintableText.excerpt(metadata.baseFingerprint()),
                base.value());
        return new Placed(model.shifted(stored.weights(), stored.differences()), moved);
    }

    private Placed withOtherLoras(BackboneModel model, BaseFingerprint base, PatternMetadata metadata) {
        List<String> missing = withoutDifference(model);
        PatternMetadata moved = metadata.laidOver(base);
        LOG.log(
                Level.WARNING,
                "{0} was trained with LoRA {1}, and is laid over its base model with {2}{3}",
                PrintableText.line(path.toString()),
                PrintableText.line(moved.entries().getOrDefault(PatternMetadata.TRAINED_ON_LORAS, "")),
                AppliedLora.describe(base.loras()),
                missing.isEmpty()
                        ? ""
                        : "; these parameters stay as they were trained, as the file does not say how they differ from"
                                + " the base's: " + named(missing));
        return new Placed(
                missing.isEmpty() ? model.shifted(stored.weights(), stored.differences()) : stored.weights(), moved);
    }

    private void requireDifferences(BackboneModel model) throws ModelFormatException {
        List<String> missing = withoutDifference(model);
        if (!missing.isEmpty()) {
            throw new ModelFormatException(
                    "expected a pattern that says how its parameters differ from its base model's, but was one that"
                            + " does not of " + missing.size() + ": " + named(missing)
                            + "; load it on the base model it was trained on and save it anew (" + path + ")",
                    path,
                    missing.get(0));
        }
    }

    private List<String> withoutDifference(BackboneModel model) {
        return model.replaced(stored.weights()).stream()
                .filter(name -> !stored.differences().names().contains(name))
                .toList();
    }

    private static String named(List<String> names) {
        String first =
                names.stream().limit(NAMES_IN_MESSAGE).map(PrintableText::line).collect(Collectors.joining(", "));
        return names.size() > NAMES_IN_MESSAGE ? first + " and others" : first;
    }
}
