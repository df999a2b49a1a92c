package org.lamp4j.generation.pipeline;

import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.spi.BackboneModel;

/**
 * A base model as training and generating use it: open, and not changed by either.
 *
 * @param networks its networks; they stay the caller's
 * @param schedule the noise schedule it was trained with
 * @param prompts turns a prompt into what its networks take
 * @param previews shows latents while they are denoised
 */
public record FrozenModel(
        BackboneModel networks, NoiseSchedule schedule, PromptEncoder prompts, PreviewImages previews) {

    /**
     * A base model whose previews are made by a linear map.
     *
     * @param networks its networks; they stay the caller's
     * @param schedule the noise schedule it was trained with
     * @param prompts turns a prompt into what its networks take
     */
    public FrozenModel(BackboneModel networks, NoiseSchedule schedule, PromptEncoder prompts) {
        this(networks, schedule, prompts, new PreviewImages(networks.latentCodec()));
    }
}
