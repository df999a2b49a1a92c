package org.lamp4j.generation.pipeline;

import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.spi.BackboneModel;

/**
 * A base model as training and generating use it: open, and not changed by either.
 *
 * @param networks its networks; they stay the caller's
 * @param schedule the noise schedule it was trained with
 * @param prompts turns a prompt into what its networks take
 */
public record FrozenModel(BackboneModel networks, NoiseSchedule schedule, PromptEncoder prompts) {}
