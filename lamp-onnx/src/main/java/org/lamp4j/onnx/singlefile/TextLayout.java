package org.lamp4j.onnx.singlefile;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the original layouts keep the parameters of a text encoder. */
enum TextLayout implements OriginalKey.Layout {

    /** Stable Diffusion 1: CLIP ViT-L/14 as transformers has it. */
    CLIP("cond_stage_model.transformer.") {
        @Override
        OriginalKey within(String key) {
            return OriginalKey.whole(key);
        }
    },

    /** The same by early versions of transformers, which lack one part of the names. */
    CLIP_WITHOUT_TEXT_MODEL("cond_stage_model.transformer.") {
        @Override
        OriginalKey within(String key) {
            return OriginalKey.whole(key.replaceFirst("^text_model\\.", ""));
        }
    },

    /** Stable Diffusion 2: OpenCLIP ViT-H/14, with queries, keys and values in one matrix. */
    OPEN_CLIP("cond_stage_model.model.") {
        @Override
        OriginalKey within(String key) {
            Matcher inLayer = IN_LAYER.matcher(key);
            if (!inLayer.matches()) {
                return OriginalKey.whole(ENDS.getOrDefault(key, key));
            }
            String block = "transformer.resblocks." + inLayer.group(1) + ".";
            Matcher projection = PROJECTION.matcher(inLayer.group(2));
            return projection.matches()
                    ? new OriginalKey(
                            block + "attn.in_proj_" + projection.group(2),
                            Optional.of(PACKED.indexOf(projection.group(1))))
                    : OriginalKey.whole(block + UNetLayout.renamed(inLayer.group(2), OPEN_CLIP_PARTS));
        }
    };

    static final String RESIDUAL_BLOCKS = "cond_stage_model.model.transformer.resblocks.";

    private static final Pattern IN_LAYER = Pattern.compile("text_model\\.encoder\\.layers\\.(\\d+)\\.(.+)");
    private static final Pattern PROJECTION = Pattern.compile("self_attn\\.([qkv])_proj\\.(weight|bias)");
    private static final List<String> PACKED = List.of("q", "k", "v");

    private static final Map<String, String> ENDS = Map.of(
            "text_model.embeddings.token_embedding.weight", "token_embedding.weight",
            "text_model.embeddings.position_embedding.weight", "positional_embedding",
            "text_model.final_layer_norm.weight", "ln_final.weight",
            "text_model.final_layer_norm.bias", "ln_final.bias");

    private static final Map<String, String> OPEN_CLIP_PARTS = Map.of(
            "layer_norm1", "ln_1",
            "layer_norm2", "ln_2",
            "self_attn.out_proj", "attn.out_proj",
            "mlp.fc1", "mlp.c_fc",
            "mlp.fc2", "mlp.c_proj");

    private final String prefix;

    TextLayout(String prefix) {
        this.prefix = prefix;
    }

    abstract OriginalKey within(String key);

    @Override
    public OriginalKey of(String key) {
        return within(key).under(prefix);
    }
}
