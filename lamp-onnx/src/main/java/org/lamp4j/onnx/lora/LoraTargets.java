package org.lamp4j.onnx.lora;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.model.NetworkParameters;
import org.lamp4j.onnx.singlefile.UNetLayout;
import org.lamp4j.tensor.Shape;

/**
 * The weights of a base model that a LoRA may update, found by the names that LoRA files give their modules. Kohya's
 * sd-scripts write the module's name with underscores, after {@code lora_unet_} or {@code lora_te_}; those trained with
 * the original layout use its names. Diffusers and PEFT write the name with dots, after {@code unet.} or
 * {@code text_encoder.} or nothing.
 */
public final class LoraTargets {

    /** Of which network. */
    public enum Network {
        /** The UNet. */
        UNET,
        /** The text encoder. */
        TEXT_ENCODER
    }

    /**
     * A weight.
     *
     * @param network whose
     * @param key its key in the network's checkpoint, such as {@code conv_in.weight}
     */
    public record Target(Network network, String key) {}

    private static final String WEIGHT = ".weight";
    private static final String KOHYA_UNET = "lora_unet_";
    private static final String KOHYA_TEXT = "lora_te_";
    private static final String UNET = "unet.";
    private static final String TEXT = "text_encoder.";
    private static final String TEXT_MODEL = "text_model.";

    private static final Pattern PEFT_PREFIX = Pattern.compile("^((?:unet|text_encoder)\\.)?base_model\\.model\\.");
    private static final Pattern TEXT_PROJECTION = Pattern.compile("\\.self_attn\\.to_([qkv])$");

    private final Map<String, Target> byName = new HashMap<>();

    /**
     * Lists a model's weights.
     *
     * @param unet the UNet's dimensions
     * @param text the text encoder's dimensions
     */
    public LoraTargets(VideoUNetConfig unet, ClipTextConfig text) {
        UNetLayout original = new UNetLayout(unet);
        NetworkParameters.of(unet).forEach((key, shape) -> {
            if (isMatrix(key, shape)) {
                Target target = new Target(Network.UNET, key);
                byName.put(UNET + module(key), target);
                byName.put(kohyaName(key), target);
                byName.put(kohyaName(original.nameOf(key)), target);
            }
        });
        NetworkParameters.of(text).forEach((key, shape) -> {
            if (isMatrix(key, shape) && !key.contains("embedding")) {
                Target target = new Target(Network.TEXT_ENCODER, key);
                byName.put(TEXT + module(key), target);
                byName.put(KOHYA_TEXT + underscored(module(key)), target);
            }
        });
    }

    /**
     * Returns what kohya's scripts call the module of a UNet's weight.
     *
     * @param key the weight's key, which ends in {@code .weight}
     * @return {@code lora_unet_} and the module's path with underscores for dots
     */
    public static String kohyaName(String key) {
        return KOHYA_UNET + underscored(module(key));
    }

    private static boolean isMatrix(String key, Shape shape) {
        return key.endsWith(WEIGHT) && shape.rank() >= 2;
    }

    private static String module(String key) {
        return key.substring(0, key.length() - WEIGHT.length());
    }

    private static String underscored(String module) {
        return module.replace('.', '_');
    }

    /** Finds a weight by the name of its module in a LoRA file. */
    Optional<Target> find(String module) {
        return Optional.ofNullable(byName.get(module)).or(() -> Optional.ofNullable(byName.get(dotted(module))));
    }

    /** Returns a module's name as diffusers has it, after the network it is of. */
    static String dotted(String module) {
        String name = PEFT_PREFIX.matcher(module).replaceFirst("$1").replace(".processor.", ".");
        if (!name.startsWith(UNET) && !name.startsWith(TEXT)) {
            name = (name.startsWith(TEXT_MODEL) ? TEXT : UNET) + name;
        }
        if (name.startsWith(UNET)) {
            return name.endsWith(".to_out") ? name + ".0" : name;
        }
        return TEXT_PROJECTION
                .matcher(name)
                .replaceFirst(".self_attn.$1_proj")
                .replaceFirst("\\.self_attn\\.to_out$", ".self_attn.out_proj");
    }
}
