package org.lamp4j.onnx.singlefile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lamp4j.onnx.model.NetworkParameters;
import org.lamp4j.tensor.Shape;

/** Holds the key maps against every tensor of the full-size files, and the lists of these against published counts. */
class FullSizeKeysTest {

    private static final Pattern NOT_USED =
            Pattern.compile("position_ids$|text_projection$|logit_scale$|resblocks\\.23\\.");

    /**
     * Counts published with the models: CLIP's with 77 position ids, OpenCLIP ViT-H's with the last layer and the
     * projection, which are in the file and not used.
     */
    @ParameterizedTest
    @CsvSource({
        "SD_15, model.diffusion_model., 686, 859520964",
        "SD_15, first_stage_model., 248, 83653863",
        "SD_15, cond_stage_model., 197, 123060557",
        "SD_21, model.diffusion_model., 686, 865910724",
        "SD_21, first_stage_model., 248, 83653863",
        "SD_21, cond_stage_model., 294, 354032641"
    })
    void list_ofANetwork_hasThePublishedCounts(FullSize model, String prefix, int tensors, long parameters) {
        Map<String, Shape> network = new TreeMap<>(model.tensors());
        network.keySet().removeIf(name -> !name.startsWith(prefix));

        assertThat(network).hasSize(tensors);
        assertThat(network.values().stream().mapToLong(Shape::elementCount).sum())
                .isEqualTo(parameters);
    }

    /** Names as they are quoted in publications of the layout, at the places where levels differ. */
    @ParameterizedTest
    @CsvSource({
        "SD_15, model.diffusion_model.input_blocks.3.0.op.weight, 320 320 3 3",
        "SD_15, model.diffusion_model.input_blocks.11.0.out_layers.3.bias, 1280",
        "SD_15, model.diffusion_model.output_blocks.2.1.conv.weight, 1280 1280 3 3",
        "SD_15, model.diffusion_model.output_blocks.5.2.conv.weight, 1280 1280 3 3",
        "SD_15, model.diffusion_model.output_blocks.8.2.conv.weight, 640 640 3 3",
        "SD_15, model.diffusion_model.output_blocks.11.1.proj_in.weight, 320 320 1 1",
        "SD_21, model.diffusion_model.output_blocks.11.1.proj_in.weight, 320 320",
        "SD_15, model.diffusion_model.middle_block.1.transformer_blocks.0.attn2.to_k.weight, 1280 768",
        "SD_21, model.diffusion_model.input_blocks.2.1.transformer_blocks.0.attn2.to_k.weight, 320 1024",
        "SD_15, first_stage_model.decoder.up.3.upsample.conv.weight, 512 512 3 3",
        "SD_15, first_stage_model.decoder.up.0.block.0.nin_shortcut.weight, 128 256 1 1",
        "SD_15, first_stage_model.encoder.mid.attn_1.proj_out.weight, 512 512 1 1",
        "SD_15, cond_stage_model.transformer.text_model.encoder.layers.11.self_attn.out_proj.weight, 768 768",
        "SD_21, cond_stage_model.model.transformer.resblocks.23.attn.in_proj_weight, 3072 1024",
        "SD_21, cond_stage_model.model.positional_embedding, 77 1024"
    })
    void list_nameOfAPublication_isThereInItsShape(FullSize model, String name, String sizes) {
        assertThat(model.tensors()).containsKey(name);
        assertThat(model.tensors().get(name)).hasToString("[" + sizes.replace(" ", ", ") + "]");
    }

    @ParameterizedTest
    @EnumSource
    void architecture_ofTheTensorsAlone_isTheFullSizeModel(FullSize model) throws IOException {
        Architecture architecture = Architecture.of(model.shapes(), 0, model.prediction());

        assertThat(architecture.text()).isEqualTo(model.text());
        assertThat(architecture.vae()).isEqualTo(model.vae());
        assertThat(architecture.unet()).isEqualTo(model.unet());
    }

    /** Each parameter has its place, and each place but the layer that is not used has its parameter. */
    @ParameterizedTest
    @EnumSource
    void layouts_ofAllParameters_areTheListsNamesAndShapes(FullSize model) {
        Map<String, Shape> places = new TreeMap<>();
        place(places, NetworkParameters.of(model.unet()), new UNetLayout(model.unet()));
        place(places, NetworkParameters.of(model.vae()), new VaeLayout(model.vae()));
        place(
                places,
                NetworkParameters.of(model.text()),
                model == FullSize.SD_15 ? TextLayout.CLIP : TextLayout.OPEN_CLIP);

        Map<String, Shape> listed = new TreeMap<>(model.tensors());
        listed.keySet().removeIf(name -> NOT_USED.matcher(name).find());
        assertThat(places).isEqualTo(listed);
    }

    @Test
    void openClip_queriesKeysAndValues_areThirdsOfOneMatrixInThatOrder() {
        String layer = "text_model.encoder.layers.3.self_attn.";

        assertThat(Set.of(
                        TextLayout.OPEN_CLIP.of(layer + "q_proj.weight"),
                        TextLayout.OPEN_CLIP.of(layer + "k_proj.weight"),
                        TextLayout.OPEN_CLIP.of(layer + "v_proj.weight")))
                .extracting(OriginalKey::name)
                .containsOnly("cond_stage_model.model.transformer.resblocks.3.attn.in_proj_weight");
        assertThat(TextLayout.OPEN_CLIP.of(layer + "q_proj.bias").third()).contains(0);
        assertThat(TextLayout.OPEN_CLIP.of(layer + "k_proj.bias").third()).contains(1);
        assertThat(TextLayout.OPEN_CLIP.of(layer + "v_proj.bias").third()).contains(2);
    }

    private static void place(Map<String, Shape> places, Map<String, Shape> parameters, OriginalKey.Layout layout) {
        parameters.forEach((key, shape) -> {
            OriginalKey original = layout.of(key);
            int[] sizes = shape.sizes();
            if (original.third().isPresent()) {
                sizes[0] *= 3;
            }
            boolean isPointwise = original.name().contains(".attn_1.") && sizes.length == 2;
            places.put(original.name(), isPointwise ? Shape.of(sizes[0], sizes[1], 1, 1) : Shape.of(sizes));
        });
    }
}
