package org.lamp4j.motion;

import java.nio.file.Path;

/**
 * A LoRA file of a base model, and how much of it is added: low-rank updates of the UNet's and the text encoder's
 * weights, W + weight·(α/r) B A, as programs for finetuning write them.
 *
 * @param file a {@code .safetensors} file, or PyTorch's {@code .bin} or {@code .pt}, with the names that kohya's
 *     sd-scripts, diffusers or PEFT give
 * @param weight how much of it is added: 1 all of it, 0 nothing, below 0 the opposite
 * @see <a href="https://arxiv.org/abs/2106.09685">Hu et al., LoRA</a>, section 4.1
 */
public record LoraFile(Path file, double weight) {

    /**
     * Checks that the weight is a number.
     *
     * @throws IllegalArgumentException if it is not finite
     */
    public LoraFile {
        if (!Double.isFinite(weight)) {
            throw new IllegalArgumentException("expected a finite weight of a LoRA, but was " + weight);
        }
    }
}
