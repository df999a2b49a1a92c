package org.lamp4j.motion;

import java.util.Map;

/**
 * The content of a pattern's file: weights and metadata.
 *
 * @param weights the parameters, mapped where the file is large and its format allows it
 * @param metadata the text entries of the file's header; empty for a checkpoint of LAMP's own program
 */
public record StoredMotion(MotionWeights weights, Map<String, String> metadata) {}
