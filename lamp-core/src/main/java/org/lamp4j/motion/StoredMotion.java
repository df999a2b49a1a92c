package org.lamp4j.motion;

import java.util.List;
import java.util.Map;

/**
 * The content of a pattern's file: weights and metadata.
 *
 * @param weights the parameters, mapped where the file is large and its format allows it
 * @param metadata the text entries of the file's header; empty for a checkpoint of LAMP's own program
 * @param differences of parameters that take the place of the base model's, by the same names: what they were when the
 *     file was written, less the base's; empty where the file does not hold them
 */
public record StoredMotion(MotionWeights weights, Map<String, String> metadata, MotionWeights differences) {

    /**
     * Holds a pattern without differences.
     *
     * @param weights the parameters
     * @param metadata the text entries of the file's header
     */
    public StoredMotion(MotionWeights weights, Map<String, String> metadata) {
        this(weights, metadata, MotionWeights.of(List.of()));
    }
}
