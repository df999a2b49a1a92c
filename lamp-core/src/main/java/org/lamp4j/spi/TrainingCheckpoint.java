package org.lamp4j.spi;

import java.util.Map;
import org.lamp4j.tensor.FloatTensor;

/**
 * The state of a training run between two steps: all that it takes to go on as if it had never been interrupted.
 * Randomness needs no entry of its own, since it depends on the seed and the number of the step alone.
 *
 * @param state what the trainer knew after the last step
 * @param losses loss of each step so far, {@code [steps]}
 * @param metadata options, seed, clips, number of steps, base model, as a pattern's
 */
public record TrainingCheckpoint(MotionTrainer.State state, FloatTensor losses, Map<String, String> metadata) {}
