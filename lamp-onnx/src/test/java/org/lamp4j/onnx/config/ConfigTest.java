package org.lamp4j.onnx.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.onnx.config.VideoUNetConfig.Level;

/** Model configurations: what is read from them, and that nothing in them is passed over. */
class ConfigTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String UNET = """
            {"block_out_channels": [8, 16], "cross_attention_dim": 6, "norm_num_groups": 4,
             "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"],
             "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"]}""";

    private static final String VAE = """
            {"block_out_channels": [4, 8], "norm_num_groups": 2,
             "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D"],
             "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D"]}""";

    private static final String TEXT = """
            {"hidden_size": 8, "num_attention_heads": 2, "vocab_size": 20, "intermediate_size": 32,
             "num_hidden_layers": 3}""";

    @TempDir
    private Path folder;

    private interface Reader {
        Object read(Path file) throws IOException;
    }

    private static void assertRefused(Path file, Reader reader, String expected) {
        assertThatThrownBy(() -> reader.read(file))
                .isInstanceOf(IOException.class)
                .hasMessage("expected " + expected + " (" + file + ")");
    }

    // --- UNet ---

    @Test
    void unet_onlyWhatMustBeThere_hasTheDefaultsOfStableDiffusion() throws IOException {
        assertThat(VideoUNetConfig.read(file(UNET)))
                .isEqualTo(new VideoUNetConfig(
                        4,
                        4,
                        List.of(new Level(8, 8, true, true), new Level(16, 8, false, false)),
                        2,
                        6,
                        4,
                        1e-5f,
                        false,
                        true,
                        0,
                        64));
    }

    @Test
    void unet_everythingGiven_isTakenOver() throws IOException {
        ObjectNode config = json(UNET);
        config.put("in_channels", 5);
        config.put("out_channels", 3);
        config.put("layers_per_block", 1);
        config.set("attention_head_dim", JSON.readTree("[2, 4]"));
        config.put("norm_eps", 1e-6);
        config.put("use_linear_projection", true);
        config.put("flip_sin_to_cos", false);
        config.put("freq_shift", 1);
        config.put("sample_size", 32);

        assertThat(VideoUNetConfig.read(file(config.toString())))
                .isEqualTo(new VideoUNetConfig(
                        5,
                        3,
                        List.of(new Level(8, 2, true, true), new Level(16, 4, false, false)),
                        1,
                        6,
                        4,
                        1e-6f,
                        true,
                        false,
                        1,
                        32));
    }

    @Test
    void unet_upcastAttention_isReadAndNoDimension() throws IOException {
        ObjectNode config = json(UNET);
        VideoUNetConfig without = VideoUNetConfig.read(file(config.toString()));
        assertThat(VideoUNetConfig.upcastsAttention(file(config.toString()))).isFalse();
        config.put("upcast_attention", true);

        assertThat(VideoUNetConfig.upcastsAttention(file(config.toString()))).isTrue();
        assertThat(VideoUNetConfig.read(file(config.toString()))).isEqualTo(without);
        config.put("upcast_attention", "yes");
        assertThatThrownBy(() -> VideoUNetConfig.upcastsAttention(file(config.toString())))
                .hasMessageStartingWith("expected upcast_attention to be true or false, but was \"yes\" (");
    }

    @Test
    void unet_namesOfTheOriginalVideoUNet_meanTheSame() throws IOException {
        ObjectNode config = json(UNET.replace("2D", "3D"));
        config.put("mid_block_type", "UNetMidBlock3DCrossAttn");
        config.put("use_temp", true);
        config.put("_class_name", "UNet3DConditionModel");

        assertThat(VideoUNetConfig.read(file(config.toString()))).isEqualTo(VideoUNetConfig.read(file(UNET)));
    }

    @Test
    void unet_numAttentionHeads_goesBeforeAttentionHeadDim() throws IOException {
        ObjectNode config = json(UNET);
        config.put("attention_head_dim", 4);
        config.put("num_attention_heads", 2);

        assertThat(VideoUNetConfig.read(file(config.toString())).levels())
                .extracting(Level::heads)
                .containsExactly(2, 2);
    }

    @Test
    void unet_nullEntries_meanAbsentOnes() throws IOException {
        ObjectNode config = json(UNET);
        for (String key : List.of("attention_head_dim", "num_attention_heads", "class_embed_type", "norm_eps")) {
            config.putNull(key);
        }
        assertThat(VideoUNetConfig.read(file(config.toString()))).isEqualTo(VideoUNetConfig.read(file(UNET)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"65", "2147483647", "9223372036854775808", "0", "-1"})
    void unet_layersBeyondReason_areRefused(String layers) throws IOException {
        Path file = with(UNET, "layers_per_block", layers);

        assertThatThrownBy(() -> VideoUNetConfig.read(file))
                .isInstanceOf(IOException.class)
                .hasMessage("expected layers_per_block to be a whole number of 1 to 64, but was " + layers + " (" + file
                        + ")");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "act_fn | \"gelu\" | [silu, swish]",
                "center_input_sample | true | [false]",
                "downsample_padding | 0 | [1]",
                "dual_cross_attention | true | [false]",
                "mid_block_scale_factor | 2 | [1, 1.0]",
                "mid_block_type | \"UNetMidBlock2DSimpleCrossAttn\" | [UNetMidBlock2DCrossAttn, UNetMidBlock3DCrossAttn]",
                "only_cross_attention | true | [false]",
                "resnet_time_scale_shift | \"scale_shift\" | [default]",
                "time_embedding_type | \"fourier\" | [positional]",
                "transformer_layers_per_block | 2 | [1]",
                "use_temp | false | [true]",
                "class_embed_type | \"timestep\" | [null]",
                "num_class_embeds | 10 | [null]",
                "addition_embed_type | \"text_time\" | [null]",
                "encoder_hid_dim | 1024 | [null]",
                "time_cond_proj_dim | 256 | [null]",
                "conv_in_kernel | 5 | [3]",
                "conv_out_kernel | 5 | [3]",
                "in_channels | 0 | a whole number of 1 to 1048576",
                "layers_per_block | 1.5 | a whole number of 1 to 64",
                "layers_per_block | [1, 2] | a whole number of 1 to 64",
                "norm_eps | \"small\" | a number",
                "use_linear_projection | 1 | true or false",
                "cross_attention_dim | null | a whole number of 1 to 1048576",
                "cross_attention_dim | [6, 6] | a whole number of 1 to 1048576",
                "block_out_channels | 8 | a list of up to 8 whole numbers of 1 to 1048576",
                "block_out_channels | [] | a list of up to 8 whole numbers of 1 to 1048576",
                "block_out_channels | [8, 0] | a list of up to 8 whole numbers of 1 to 1048576",
                "block_out_channels | [8, 18] | multiples of norm_num_groups 4",
                "attention_head_dim | [2] | a number or one for each of 2 block_out_channels",
                "down_block_types | [\"DownBlock2D\"] | one type for each of 2 block_out_channels",
                "down_block_types | \"DownBlock2D\" | a list of strings",
                "down_block_types | [\"DownBlock2D\", \"AttnDownBlock2D\"] | a list of DownBlock2D and CrossAttnDownBlock2D (or 3D)",
                "up_block_types | [\"UpBlock\", \"UpBlock2D\"] | a list of UpBlock2D and CrossAttnUpBlock2D (or 3D)"
            })
    void unet_whatIsNotBuiltHere_isRefusedByName(String key, String value, String expected) throws IOException {
        assertRefused(
                with(UNET, key, value),
                VideoUNetConfig::read,
                "%s to be %s, but was %s".formatted(key, expected, JSON.readTree(value)));
    }

    @Test
    void unet_headsThatDoNotDivideTheChannels_areRefusedWithBoth() throws IOException {
        assertRefused(
                with(UNET, "attention_head_dim", "[2, 3]"),
                VideoUNetConfig::read,
                "block_out_channels to be multiples of the numbers of heads [2, 3], but was [8,16]");
    }

    // --- VAE ---

    @Test
    void vae_onlyWhatMustBeThere_hasTheDefaultsOfStableDiffusion() throws IOException {
        VaeConfig config = VaeConfig.read(file(VAE));

        assertThat(config).isEqualTo(new VaeConfig(3, 4, List.of(4, 8), 1, 2, 0.18215f));
        assertThat(config.factor()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "act_fn | \"relu\" | [silu, swish]",
                "use_quant_conv | false | [true]",
                "use_post_quant_conv | false | [true]",
                "mid_block_add_attention | false | [true]",
                "shift_factor | 0.1 | [null]",
                "in_channels | 4 | [3]",
                "out_channels | 1 | [3]",
                "norm_num_groups | 3 | `-`",
                "block_out_channels | [4, 9] | multiples of norm_num_groups 2",
                "down_block_types | [\"DownEncoderBlock2D\"] | DownEncoderBlock2D for each of 2 block_out_channels",
                "up_block_types | [\"UpDecoderBlock2D\", \"AttnUpDecoderBlock2D\"] | UpDecoderBlock2D for each of 2 block_out_channels",
                "scaling_factor | \"x\" | a number"
            })
    void vae_whatIsNotBuiltHere_isRefusedByName(String key, String value, String expected) throws IOException {
        String refused = expected.equals("-")
                ? "block_out_channels to be multiples of norm_num_groups 3, but was [4,8]"
                : "%s to be %s, but was %s".formatted(key, expected, JSON.readTree(value));

        assertRefused(with(VAE, key, value), VaeConfig::read, refused);
    }

    // --- text encoder ---

    @Test
    void text_onlyWhatMustBeThere_hasTheDefaultsOfClip() throws IOException {
        assertThat(ClipTextConfig.read(file(TEXT)))
                .isEqualTo(new ClipTextConfig(20, 77, 8, 32, 3, 2, 1e-5f, ClipTextConfig.Activation.QUICK_GELU));
        assertThat(ClipTextConfig.read(with(TEXT, "hidden_act", "\"gelu\"")).activation())
                .isEqualTo(ClipTextConfig.Activation.GELU);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "model_type | \"t5\" | [clip_text_model]",
                "hidden_act | \"gelu_new\" | [quick_gelu, gelu]",
                "hidden_size | 9 | a multiple of num_attention_heads 2",
                "hidden_size | null | a whole number of 1 to 1048576",
                "vocab_size | -1 | a whole number of 1 to 1048576",
                "layer_norm_eps | true | a number"
            })
    void text_whatIsNotBuiltHere_isRefusedByName(String key, String value, String expected) throws IOException {
        assertRefused(
                with(TEXT, key, value),
                ClipTextConfig::read,
                "%s to be %s, but was %s".formatted(key, expected, JSON.readTree(value)));
    }

    // --- files ---

    @Test
    void file_missing_isNamed() {
        Path missing = folder.resolve("config.json");

        assertThatThrownBy(() -> VideoUNetConfig.read(missing))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(missing + ": expected a model's configuration");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"{\"a\": | expected JSON, but was: ", "[1] | expected a JSON object, but was ARRAY ("})
    void file_thatIsNoJsonObject_isNamed(String content, String message) throws IOException {
        Path file = file(content);

        assertThatThrownBy(() -> VideoUNetConfig.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(message)
                .hasMessageEndingWith("(" + file + ")");
    }

    private static ObjectNode json(String text) throws IOException {
        return (ObjectNode) JSON.readTree(text);
    }

    private Path with(String config, String key, String value) throws IOException {
        ObjectNode changed = json(config);
        changed.set(key, JSON.readTree(value));
        return file(changed.toString());
    }

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("config.json"), content);
    }
}
