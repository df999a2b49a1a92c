package org.lamp4j.onnx.lora;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a tensor in a LoRA file, taken apart.
 *
 * @param module the module it is of, as the file spells it, without what stands between it and the part
 * @param part what of the module's update it is
 */
record LoraKey(String module, Part part) {

    /** What an update consists of. */
    enum Part {
        /** A, [r, I]. */
        DOWN,
        /** B, [O, r]. */
        UP,
        /** α, one number. */
        ALPHA
    }

    /**
     * In the order of their dates: diffusers' attention processors and text layers, then its own LoRA layers; PEFT,
     * with or without the name of an adapter; kohya's sd-scripts.
     */
    private static final Pattern FACTOR = Pattern.compile("(.+?)(?:(?:_lora|\\.lora_linear_layer|\\.lora)\\.(down|up)"
            + "|\\.lora_(A|B)(?:\\.[\\w-]+)?|\\.lora_(down|up))\\.weight");

    private static final Pattern ALPHA = Pattern.compile("(.+?)(?:_lora|\\.lora_linear_layer|\\.lora)?\\.alpha");

    private static final Set<String> FIRST = Set.of("down", "A");

    /** By what the names of updates of other kinds hold. */
    private static final Map<Pattern, String> OTHER_KINDS = otherKinds();

    /** By what the names of other models hold. */
    private static final Map<Pattern, String> OTHER_MODELS = otherModels();

    private static Map<Pattern, String> otherKinds() {
        Map<Pattern, String> kinds = new LinkedHashMap<>();
        kinds.put(Pattern.compile("\\.(dora_scale|lora_magnitude_vector)"), "DoRA");
        kinds.put(Pattern.compile("\\.hada_"), "LoHa");
        kinds.put(Pattern.compile("\\.lokr_"), "LoKr");
        kinds.put(Pattern.compile("\\.lora_mid\\."), "LoCon with a Tucker decomposition");
        kinds.put(Pattern.compile("\\.lora_embedding_"), "LoRA of an embedding");
        kinds.put(Pattern.compile("\\.b?oft_"), "OFT");
        kinds.put(Pattern.compile("\\.diff(_b)?$"), "full differences of weights");
        return kinds;
    }

    private static Map<Pattern, String> otherModels() {
        Map<Pattern, String> models = new LinkedHashMap<>();
        models.put(Pattern.compile("^lora_te[123]_|^text_encoder_2\\."), "SDXL, Stable Diffusion 3 or Flux");
        models.put(Pattern.compile("(double|single)_blocks|single_transformer_blocks"), "Flux");
        models.put(Pattern.compile("joint_blocks"), "Stable Diffusion 3");
        models.put(Pattern.compile("^transformer\\.|^lora_transformer_"), "Stable Diffusion 3 or Flux");
        models.put(Pattern.compile("[._]transformer_blocks[._][1-9]"), "SDXL");
        return models;
    }

    static Optional<LoraKey> of(String name) {
        Matcher factor = FACTOR.matcher(name);
        if (factor.matches()) {
            String which = Optional.ofNullable(factor.group(2))
                    .or(() -> Optional.ofNullable(factor.group(3)))
                    .orElse(factor.group(4));
            return Optional.of(new LoraKey(factor.group(1), FIRST.contains(which) ? Part.DOWN : Part.UP));
        }
        Matcher alpha = ALPHA.matcher(name);
        return alpha.matches() ? Optional.of(new LoraKey(alpha.group(1), Part.ALPHA)) : Optional.empty();
    }

    /** Returns what kind of update a tensor belongs to, if it is one that is known and not built here. */
    static Optional<String> otherKind(String name) {
        return firstOf(OTHER_KINDS, name);
    }

    /** Returns which other model a tensor belongs to, if its name tells. */
    static Optional<String> otherModel(String name) {
        return firstOf(OTHER_MODELS, name);
    }

    private static Optional<String> firstOf(Map<Pattern, String> known, String name) {
        return known.entrySet().stream()
                .filter(entry -> entry.getKey().matcher(name).find())
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
