package org.lamp4j.training.loop;

import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.PatternMetadata;

/**
 * What a training run gives.
 *
 * @param weights the parameters as they are after the last step
 * @param metadata how they came about
 */
public record TrainedMotion(MotionWeights weights, PatternMetadata metadata) {}
