package org.lamp4j.onnx.singlefile;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lamp4j.onnx.config.VaeConfig;

/**
 * Where the original layout keeps the parameters of an auto-encoder. Levels of the decoder are counted from the finest
 * one.
 *
 * @param config the auto-encoder's dimensions
 */
record VaeLayout(VaeConfig config) implements OriginalKey.Layout {

    static final String PREFIX = "first_stage_model.";

    private static final Pattern IN_LEVEL = Pattern.compile(
            "(encoder|decoder)\\.(down|up)_blocks\\.(\\d+)\\.(resnets|downsamplers|upsamplers)\\.(\\d+)\\.(.+)");

    private static final Pattern IN_MIDDLE =
            Pattern.compile("(encoder|decoder)\\.mid_block\\.(resnets|attentions)\\.(\\d+)\\.(.+)");

    private static final Map<String, String> ENDS =
            Map.of("encoder.conv_norm_out", "encoder.norm_out", "decoder.conv_norm_out", "decoder.norm_out");

    private static final Map<String, String> IN_RESNET = Map.of("conv_shortcut", "nin_shortcut");

    private static final Map<String, String> IN_ATTENTION = Map.of(
            "group_norm", "norm",
            "to_q", "q",
            "to_k", "k",
            "to_v", "v",
            "to_out.0", "proj_out");

    /** Returns how older diffusers folders spell a key of the attention; other keys stay. */
    static String older(String key) {
        return key.replace(".to_q.", ".query.")
                .replace(".to_k.", ".key.")
                .replace(".to_v.", ".value.")
                .replace(".to_out.0.", ".proj_attn.");
    }

    @Override
    public OriginalKey of(String key) {
        return OriginalKey.whole(PREFIX + name(key));
    }

    private String name(String key) {
        Matcher inLevel = IN_LEVEL.matcher(key);
        if (inLevel.matches()) {
            String direction = inLevel.group(2);
            int block = Integer.parseInt(inLevel.group(3));
            int level = direction.equals("up") ? config.blockOutChannels().size() - 1 - block : block;
            String place = inLevel.group(1) + "." + direction + "." + level + ".";
            return inLevel.group(4).equals("resnets")
                    ? place + "block." + inLevel.group(5) + "." + UNetLayout.renamed(inLevel.group(6), IN_RESNET)
                    : place + direction + "sample." + inLevel.group(6);
        }
        Matcher inMiddle = IN_MIDDLE.matcher(key);
        if (inMiddle.matches()) {
            int number = 1 + Integer.parseInt(inMiddle.group(3));
            return inMiddle.group(1) + ".mid."
                    + (inMiddle.group(2).equals("attentions")
                            ? "attn_" + number + "." + UNetLayout.renamed(inMiddle.group(4), IN_ATTENTION)
                            : "block_" + number + "." + UNetLayout.renamed(inMiddle.group(4), IN_RESNET));
        }
        return UNetLayout.renamed(key, ENDS);
    }
}
