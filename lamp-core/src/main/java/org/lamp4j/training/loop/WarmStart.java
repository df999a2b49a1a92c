package org.lamp4j.training.loop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.motion.BaseFingerprint;
import org.lamp4j.motion.LowRank;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.motion.PatternMetadata;
import org.lamp4j.motion.StoredMotion;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.training.TrainingOptions;

/**
 * A pattern that training starts from, in place of one that has learned nothing.
 *
 * @param path where it lies
 * @param weights its parameters
 */
record WarmStart(Path path, MotionWeights weights) {

    /**
     * Reads a pattern of the base model. Works in an interrupted thread as well; the flag stays set.
     *
     * @throws IOException if it cannot be read
     * @throws ModelFormatException if it is no pattern, or one of another base model
     */
    static WarmStart read(Path path, BackboneModel model, BaseFingerprint base) throws IOException {
        StoredMotion stored = Uninterrupted.read(() -> PatternFile.read(model, path));
        if (!Files.isDirectory(path)) { // a whole video UNet has no metadata
            base.require(PatternMetadata.parse(stored.metadata(), path), "pattern", path);
        }
        return new WarmStart(path, stored.weights());
    }

    /**
     * Returns the parameters, if they are those that are trained.
     *
     * @param untrained what training would begin with otherwise
     * @param trained which parameters are trained
     * @throws IllegalArgumentException if the pattern has others, or ones of another rank or α; the message names one
     */
    MotionWeights fitting(MotionWeights untrained, TrainingOptions.Parameters trained) {
        for (Parameter parameter : untrained.parameters()) {
            misfit(parameter).ifPresent(problem -> refuse(trained, problem));
        }
        weights.names().stream()
                .filter(name -> !untrained.names().contains(name))
                .findFirst()
                .ifPresent(name -> refuse(trained, "one with " + name));
        return weights;
    }

    private Optional<String> misfit(Parameter expected) {
        String name = expected.name();
        if (!weights.names().contains(name)) {
            return Optional.of("one without " + name);
        }
        Parameter own = weights.parameter(name);
        if (!own.shape().equals(expected.shape())) {
            return Optional.of(name + " " + own.shape() + " in place of " + expected.shape());
        }
        // What has no axes is no parameter that is trained, but α.
        boolean isOther = expected.shape().rank() == 0
                && own.values().get(0) != expected.values().get(0);
        return isOther
                ? Optional.of(name + " " + own.values().get(0) + " in place of "
                        + expected.values().get(0))
                : Optional.empty();
    }

    private void refuse(TrainingOptions.Parameters trained, String found) {
        String rank = trained.lowRank().map(WarmStart::described).orElse("without a rank");
        throw new IllegalArgumentException("expected a pattern of the modules to train, "
                + String.join(", ", trained.trainableModules()) + ", " + rank + ", to start from, but was " + found
                + " ("
                + path + ")");
    }

    private static String described(LowRank lowRank) {
        return "of rank " + lowRank.rank() + " and alpha " + lowRank.alpha();
    }
}
