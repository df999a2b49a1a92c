package org.lamp4j.onnx.lora;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.lora.LoraKey.Part;
import org.lamp4j.onnx.lora.LoraTargets.Network;
import org.lamp4j.onnx.lora.LoraTargets.Target;
import org.lamp4j.onnx.model.NetworkParameters;

class LoraTargetsTest {

    private static final VideoUNetConfig UNET = VideoUNetConfig.stableDiffusion14();
    private static final ClipTextConfig TEXT = ClipTextConfig.stableDiffusion14();
    private static final LoraTargets TARGETS = new LoraTargets(UNET, TEXT);

    private static final List<String> IN_TRANSFORMER = List.of(
            "proj_in",
            "transformer_blocks_0_attn1_to_q",
            "transformer_blocks_0_attn1_to_k",
            "transformer_blocks_0_attn1_to_v",
            "transformer_blocks_0_attn1_to_out_0",
            "transformer_blocks_0_attn2_to_q",
            "transformer_blocks_0_attn2_to_k",
            "transformer_blocks_0_attn2_to_v",
            "transformer_blocks_0_attn2_to_out_0",
            "transformer_blocks_0_ff_net_0_proj",
            "transformer_blocks_0_ff_net_2",
            "proj_out");

    private static final List<String> IN_TEXT_LAYER = List.of(
            "self_attn_q_proj", "self_attn_k_proj", "self_attn_v_proj", "self_attn_out_proj", "mlp_fc1", "mlp_fc2");

    /** The transformers of Stable Diffusion 1 as diffusers names them, and as the original layout does. */
    private static Map<String, String> transformers() {
        Map<String, String> names = new LinkedHashMap<>();
        for (int block = 0; block < 3; block++) {
            for (int layer = 0; layer < 2; layer++) {
                names.put(
                        "down_blocks_" + block + "_attentions_" + layer,
                        "input_blocks_" + (1 + 3 * block + layer) + "_1");
            }
        }
        names.put("mid_block_attentions_0", "middle_block_1");
        for (int block = 1; block < 4; block++) {
            for (int layer = 0; layer < 3; layer++) {
                names.put("up_blocks_" + block + "_attentions_" + layer, "output_blocks_" + (3 * block + layer) + "_1");
            }
        }
        return names;
    }

    /** What kohya's sd-scripts write by default: 192 modules of the UNet and 72 of the text encoder. */
    @Test
    void find_allModulesOfAFullSizeKohyaFile_areWeightsOfTheModelInBothSpellings() {
        Map<String, Target> found = new LinkedHashMap<>();
        transformers()
                .forEach((name, original) -> IN_TRANSFORMER.forEach(module -> {
                    Target target =
                            TARGETS.find("lora_unet_" + name + "_" + module).orElseThrow();
                    assertThat(TARGETS.find("lora_unet_" + original + "_" + module))
                            .contains(target);
                    assertThat(target.key().replace('.', '_')).isEqualTo(name + "_" + module + "_weight");
                    found.put(target.key(), target);
                }));
        assertThat(found).hasSize(192);
        assertThat(NetworkParameters.of(UNET)).containsKeys(found.keySet().toArray(String[]::new));

        found.clear();
        for (int layer = 0; layer < 12; layer++) {
            for (String module : IN_TEXT_LAYER) {
                String name = "text_model_encoder_layers_" + layer + "_" + module;
                Target target = TARGETS.find("lora_te_" + name).orElseThrow();
                assertThat(target.key().replace('.', '_')).isEqualTo(name + "_weight");
                assertThat(target.network()).isEqualTo(Network.TEXT_ENCODER);
                found.put(target.key(), target);
            }
        }
        assertThat(found).hasSize(72);
        assertThat(NetworkParameters.of(TEXT)).containsKeys(found.keySet().toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource({
        "lora_unet_down_blocks_0_resnets_1_conv1.lora_down.weight, DOWN, down_blocks.0.resnets.1.conv1.weight",
        "lora_unet_input_blocks_2_0_in_layers_2.lora_up.weight, UP, down_blocks.0.resnets.1.conv1.weight",
        "lora_unet_input_blocks_3_0_op.alpha, ALPHA, down_blocks.0.downsamplers.0.conv.weight",
        "lora_unet_output_blocks_5_2_conv.alpha, ALPHA, up_blocks.1.upsamplers.0.conv.weight",
        "lora_unet_time_embed_0.alpha, ALPHA, time_embedding.linear_1.weight",
        "lora_unet_conv_in.alpha, ALPHA, conv_in.weight",
        "unet.mid_block.attentions.0.proj_in.lora.down.weight, DOWN, mid_block.attentions.0.proj_in.weight",
        "unet.mid_block.attentions.0.proj_in.lora.alpha, ALPHA, mid_block.attentions.0.proj_in.weight",
        "unet.mid_block.attentions.0.proj_in.alpha, ALPHA, mid_block.attentions.0.proj_in.weight",
        "unet.mid_block.attentions.0.proj_in.lora_A.weight, DOWN, mid_block.attentions.0.proj_in.weight",
        "unet.mid_block.attentions.0.proj_in.lora_B.default.weight, UP, mid_block.attentions.0.proj_in.weight",
        "base_model.model.mid_block.attentions.0.proj_in.lora_B.weight, UP, mid_block.attentions.0.proj_in.weight",
        "base_model.model.text_model.encoder.layers.1.mlp.fc1.lora_A.weight, DOWN, text_model.encoder.layers.1.mlp.fc1.weight",
        "text_encoder.text_model.encoder.layers.1.mlp.fc1.lora_linear_layer.up.weight, UP, text_model.encoder.layers.1.mlp.fc1.weight",
        "text_encoder.text_model.encoder.layers.1.self_attn.to_k_lora.up.weight, UP, text_model.encoder.layers.1.self_attn.k_proj.weight",
        "text_encoder.text_model.encoder.layers.1.self_attn.to_out_lora.down.weight, DOWN, text_model.encoder.layers.1.self_attn.out_proj.weight",
        "mid_block.attentions.0.transformer_blocks.0.attn1.processor.to_q_lora.down.weight, DOWN, mid_block.attentions.0.transformer_blocks.0.attn1.to_q.weight",
        "unet.mid_block.attentions.0.transformer_blocks.0.attn1.processor.to_out_lora.up.weight, UP, mid_block.attentions.0.transformer_blocks.0.attn1.to_out.0.weight",
        "unet.mid_block.attentions.0.transformer_blocks.0.attn2.to_out.0.lora.up.weight, UP, mid_block.attentions.0.transformer_blocks.0.attn2.to_out.0.weight"
    })
    void find_nameOfEachProgram_isTheWeight(String name, Part part, String key) {
        LoraKey parts = LoraKey.of(name).orElseThrow();

        assertThat(parts.part()).isEqualTo(part);
        assertThat(TARGETS.find(parts.module()).map(Target::key)).contains(key);
    }

    @ParameterizedTest
    @CsvSource({
        "lora_unet_down_blocks_3_attentions_0_proj_in.alpha",
        "lora_te_text_model_encoder_layers_12_mlp_fc1.alpha",
        "lora_te_text_model_embeddings_token_embedding.alpha",
        "lora_unet_out_0.alpha",
        "unet.conv_norm_out.lora.down.weight",
        "model.diffusion_model.out.2.weight"
    })
    void find_nameOfNoLinearLayerOrConvolution_isNone(String name) {
        assertThat(LoraKey.of(name).flatMap(key -> TARGETS.find(key.module()))).isEmpty();
    }

    @Test
    void otherKind_partOfAnotherName_isNone() {
        assertThat(LoraKey.otherKind("model.diffusion_model.out.2.weight")).isEmpty();
        assertThat(LoraKey.otherModel("lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_q.alpha"))
                .isEqualTo(Optional.empty());
    }
}
