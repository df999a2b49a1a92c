package org.lamp4j.onnx.singlefile;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.config.VideoUNetConfig.Level;

/**
 * Where the original layout keeps the parameters of a UNet. It counts the blocks of all levels through:
 * {@code input_blocks} are the first convolution, then for each level its ResNet blocks and a downsampling;
 * {@code output_blocks} are ResNet blocks, of which the last of a level holds the upsampling as well. Within a block, 0
 * is the ResNet, 1 the transformer.
 *
 * @param config the UNet's dimensions
 */
public record UNetLayout(VideoUNetConfig config) implements OriginalKey.Layout {

    static final String PREFIX = "model.diffusion_model.";

    private static final Pattern IN_LEVEL =
            Pattern.compile("(down|up)_blocks\\.(\\d+)\\.(resnets|attentions|downsamplers|upsamplers)\\.(\\d+)\\.(.+)");

    private static final Pattern IN_MIDDLE = Pattern.compile("mid_block\\.(resnets|attentions)\\.(\\d+)\\.(.+)");

    private static final Map<String, String> ENDS = Map.of(
            "time_embedding.linear_1", "time_embed.0",
            "time_embedding.linear_2", "time_embed.2",
            "conv_in", "input_blocks.0.0",
            "conv_norm_out", "out.0",
            "conv_out", "out.2");

    private static final Map<String, String> IN_RESNET = Map.of(
            "norm1", "in_layers.0",
            "conv1", "in_layers.2",
            "time_emb_proj", "emb_layers.1",
            "norm2", "out_layers.0",
            "conv2", "out_layers.3",
            "conv_shortcut", "skip_connection");

    @Override
    public OriginalKey of(String key) {
        return OriginalKey.whole(PREFIX + nameOf(key));
    }

    /**
     * Returns a parameter's name in the original layout.
     *
     * @param key its key in diffusers, such as {@code conv_in.weight}
     * @return the name within the UNet, such as {@code input_blocks.0.0.weight}
     */
    public String nameOf(String key) {
        Matcher inLevel = IN_LEVEL.matcher(key);
        if (inLevel.matches()) {
            int block = Integer.parseInt(inLevel.group(2));
            int layer = Integer.parseInt(inLevel.group(4));
            return inLevel.group(1).equals("down")
                    ? down(block, inLevel.group(3), layer, inLevel.group(5))
                    : up(block, inLevel.group(3), layer, inLevel.group(5));
        }
        Matcher inMiddle = IN_MIDDLE.matcher(key);
        if (inMiddle.matches()) {
            return inMiddle.group(1).equals("attentions")
                    ? "middle_block.1." + inMiddle.group(3)
                    : "middle_block." + 2 * Integer.parseInt(inMiddle.group(2)) + "." + inResnet(inMiddle.group(3));
        }
        return renamed(key, ENDS);
    }

    private String down(int block, String kind, int layer, String rest) {
        int first = 1 + block * (config.layersPerBlock() + 1);
        return switch (kind) {
            case "resnets" -> "input_blocks." + (first + layer) + ".0." + inResnet(rest);
            case "attentions" -> "input_blocks." + (first + layer) + ".1." + rest;
            default ->
                "input_blocks." + (first + config.layersPerBlock()) + ".0." + rest.replaceFirst("^conv\\.", "op.");
        };
    }

    private String up(int block, String kind, int layer, String rest) {
        int first = block * (config.layersPerBlock() + 1);
        Level level = config.levels().get(config.levels().size() - 1 - block);
        return switch (kind) {
            case "resnets" -> "output_blocks." + (first + layer) + ".0." + inResnet(rest);
            case "attentions" -> "output_blocks." + (first + layer) + ".1." + rest;
            default ->
                "output_blocks." + (first + config.layersPerBlock()) + (level.attentionGoingUp() ? ".2." : ".1.")
                        + rest;
        };
    }

    private static String inResnet(String rest) {
        return renamed(rest, IN_RESNET);
    }

    /** Renames a module, and leaves {@code weight} or {@code bias}. */
    static String renamed(String key, Map<String, String> names) {
        int dot = key.lastIndexOf('.');
        String module = key.substring(0, Math.max(0, dot));
        return names.getOrDefault(module, module) + key.substring(dot);
    }
}
