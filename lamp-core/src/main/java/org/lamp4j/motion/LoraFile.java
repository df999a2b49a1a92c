package org.lamp4j.motion;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    private static final Pattern WEIGHTED = Pattern.compile("(.+)=([-+]?(?:\\d+\\.?\\d*|\\.\\d+))");

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

    /**
     * Reads a file and its weight.
     *
     * @param text {@code FILE=W}, or {@code FILE} alone for all of it; W is a decimal number, what stands behind the
     *     last equals sign
     * @return the LoRA
     * @throws IllegalArgumentException if the file's name cannot be one on this system
     */
    public static LoraFile parse(String text) {
        Matcher weighted = WEIGHTED.matcher(text);
        return weighted.matches()
                ? new LoraFile(Path.of(weighted.group(1)), Double.parseDouble(weighted.group(2)))
                : new LoraFile(Path.of(text), 1);
    }
}
