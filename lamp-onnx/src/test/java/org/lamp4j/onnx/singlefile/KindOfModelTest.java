package org.lamp4j.onnx.singlefile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.diffusion.PredictionType;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.tensor.Shape;

class KindOfModelTest {

    private static final String UNET = "model.diffusion_model.";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "conditioner.embedders.0.transformer.text_model.final_layer_norm.weight|SDXL",
                "model.diffusion_model.joint_blocks.0.x_block.attn.qkv.weight|Stable Diffusion 3",
                "model.diffusion_model.double_blocks.0.img_attn.qkv.weight|Flux",
                "lora_unet_down_blocks_0_attentions_0_proj_in.lora_down.weight|a LoRA",
                "down_blocks.0.resnets.0.conv1.weight|one network of a diffusers folder; give the folder",
                "first_stage_model.encoder.conv_in.weight|an auto-encoder alone",
                "emb_params|a file of other tensors, such as emb_params"
            })
    void requireStableDiffusion_anotherModel_isRefusedByName(String tensor, String kind) {
        TensorShapes tensors = new TensorShapes(Map.of(tensor, Shape.of(4, 4)), Path.of("model.safetensors"));

        assertThatThrownBy(() -> KindOfModel.requireStableDiffusion(tensors))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("expected a Stable Diffusion 1 or 2 model, but was " + kind + " (model.safetensors)");
    }

    @Test
    void requireStableDiffusion_noTensors_isRefused() {
        TensorShapes tensors = new TensorShapes(Map.of(), Path.of("model.safetensors"));

        assertThatThrownBy(() -> KindOfModel.requireStableDiffusion(tensors)).hasMessageContaining("an empty file");
    }

    /** A full-size model of version 1 or 2 that differs in one tensor. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SD_15|input_blocks.0.0.weight|320 9 3 3|an inpainting model (9 input channels)",
                "SD_15|input_blocks.0.0.weight|320 8 3 3|an InstructPix2Pix model (8 input channels)",
                "SD_21|input_blocks.0.0.weight|320 5 3 3|a depth-to-image model (5 input channels)",
                "SD_21|input_blocks.0.0.weight|320 7 3 3|an upscaling model (7 input channels)",
                "SD_15|input_blocks.0.0.weight|320 6 3 3|one whose UNet takes 6 channels and gives 4, with latents of 4",
                "SD_21|label_emb.0.0.weight|1280 2048|Stable unCLIP",
                "SD_15|time_embed.cond_proj.weight|320 256|a latent consistency model (LCM)",
                "SD_21|middle_block.1.transformer_blocks.1.norm1.weight|1280|a UNet with several blocks in a transformer"
            })
    void architecture_relatedModel_isRefusedByName(FullSize like, String tensor, String sizes, String kind) {
        Map<String, Shape> tensors = new LinkedHashMap<>(like.tensors());
        tensors.put(
                UNET + tensor,
                Shape.of(Arrays.stream(sizes.split(" "))
                        .mapToInt(Integer::parseInt)
                        .toArray()));

        assertThatThrownBy(() -> architecture(tensors))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith("expected a Stable Diffusion 1 or 2 model, but was " + kind);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cond_stage_model.|expected a model with its text encoder (cond_stage_model.transformer.… or"
                        + " cond_stage_model.model.…), but was one without (model.safetensors)",
                "first_stage_model.|expected a model with its auto-encoder (first_stage_model.…), but was one without"
                        + " (model.safetensors)"
            })
    void architecture_modelWithoutAPart_saysWhich(String prefix, String message) {
        Map<String, Shape> tensors = new LinkedHashMap<>(FullSize.SD_15.tensors());
        tensors.keySet().removeIf(name -> name.startsWith(prefix));

        assertThatThrownBy(() -> architecture(tensors)).hasMessage(message);
    }

    @Test
    void architecture_openClipWithoutTheUnusedLayer_isTheSame() throws IOException {
        Map<String, Shape> tensors = new LinkedHashMap<>(FullSize.SD_21.tensors());
        tensors.keySet().removeIf(name -> name.contains(".resblocks.23."));

        assertThat(architecture(tensors).text()).isEqualTo(FullSize.SD_21.text());
    }

    @Test
    void architecture_namesOfEarlyTransformers_areTheSameModel() throws IOException {
        Map<String, Shape> tensors = new LinkedHashMap<>();
        FullSize.SD_15
                .tensors()
                .forEach((name, shape) -> tensors.put(name.replace("transformer.text_model.", "transformer."), shape));

        assertThat(architecture(tensors).textLayout()).isEqualTo(TextLayout.CLIP_WITHOUT_TEXT_MODEL);
        assertThat(architecture(tensors).text()).isEqualTo(FullSize.SD_15.text());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model_index.json|{\"_class_name\": \"StableDiffusionXLPipeline\"}|SDXL",
                "model_index.json|{\"_class_name\": \"StableDiffusion3Pipeline\"}|Stable Diffusion 3",
                "model_index.json|{\"_class_name\": \"FluxPipeline\"}|Flux",
                "unet/config.json|{\"in_channels\": 9}|an inpainting model (9 input channels)",
                "unet/config.json|{\"addition_embed_type\": \"text_time\"}|SDXL",
                "unet/config.json|{\"time_cond_proj_dim\": 256}|a latent consistency model (LCM) that takes the guidance"
                        + " scale as an input"
            })
    void requireStableDiffusion_folderOfAnotherModel_isRefusedByName(String file, String json, String kind)
            throws IOException {
        Files.createDirectories(folder.resolve("unet"));
        Files.writeString(folder.resolve(file), json);

        assertThatThrownBy(() -> DiffusersFolder.requireStableDiffusion(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("expected a Stable Diffusion 1 or 2 model, but was " + kind + " (" + folder + ")");
    }

    private static Architecture architecture(Map<String, Shape> tensors) throws IOException {
        return Architecture.of(new TensorShapes(tensors, Path.of("model.safetensors")), 0, PredictionType.EPSILON);
    }
}
