package org.lamp4j.motion;

import java.util.List;
import java.util.stream.Collectors;
import org.lamp4j.files.PrintableText;

/**
 * A LoRA that is added to a base model, as patterns and clips name it.
 *
 * @param name name of its file, without folders; says nothing of which it is
 * @param hash {@code sha256:} and 64 hexadecimal digits of the file's content
 * @param weight how much of it is added
 */
public record AppliedLora(String name, String hash, double weight) {

    /** What stands for no LoRA. */
    static final String NONE = "none";

    /**
     * Describes LoRAs in one line.
     *
     * @param loras the LoRAs, in the order they were added
     * @return for example {@code 0.8 x style.safetensors (sha256:…)}, several with a plus sign between them;
     *     {@code none} if there is none
     */
    public static String describe(List<AppliedLora> loras) {
        return loras.isEmpty()
                ? NONE
                : loras.stream().map(AppliedLora::toString).collect(Collectors.joining(" + "));
    }

    /** Returns weight, name and hash. */
    @Override
    public String toString() {
        return weight + " x " + PrintableText.excerpt(name) + " (" + hash + ")";
    }
}
