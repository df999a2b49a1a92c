package org.lamp4j.training.loop;

import java.nio.file.Path;
import java.util.Optional;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.PatternMetadata;

/**
 * What a training run gives.
 *
 * @param weights the parameters as they are after the last step
 * @param metadata how they came about
 * @param checkpoints the folder of checkpoints whose newest is of the last step; empty if there is none
 */
public record TrainedMotion(MotionWeights weights, PatternMetadata metadata, Optional<Path> checkpoints) {

    /** A motion of which there is no checkpoint. */
    public TrainedMotion(MotionWeights weights, PatternMetadata metadata) {
        this(weights, metadata, Optional.empty());
    }

    TrainedMotion keptIn(Optional<Path> folder) {
        return new TrainedMotion(weights, metadata, folder);
    }
}
