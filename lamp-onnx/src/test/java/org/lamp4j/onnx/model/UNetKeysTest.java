package org.lamp4j.onnx.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.format.OnnxModel;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Node;
import org.lamp4j.onnx.graph.Target;
import org.lamp4j.onnx.layer.InputParameters;
import org.lamp4j.tensor.Shape;

/** What is known of Stable Diffusion v1.4 without its weights. */
class UNetKeysTest {

    /** A pattern of Stable Diffusion v1.4 in float16: 484 MiB of numbers, and what else a file has in its header. */
    @Test
    void ofModules_stableDiffusion14_areTheParametersOfThePaper() {
        UNetKeys keys = UNetKeys.of(VideoUNetConfig.stableDiffusion14());

        long count = keys.ofModules(List.of("conv1d", "conv_gate", "attn_temp", "attn1.to_q")).stream()
                .mapToLong(key -> keys.shapes().get(key).elementCount())
                .sum();

        assertThat(count).isEqualTo(253_935_834);
        assertThat(count * Short.BYTES).isLessThan(485L << 20);
    }

    private static final VideoUNetConfig SD14 = VideoUNetConfig.stableDiffusion14();

    private static final UNetKeys KEYS = UNetKeys.of(SD14);

    @Test
    void stableDiffusion14_hasSixtySixMotionConvolutions() {
        for (String part : List.of("conv2d", "conv_gate", "conv1d")) {
            assertThat(KEYS.shapes().keySet().stream().filter(key -> key.endsWith("." + part + ".weight")))
                    .as(part)
                    .hasSize(66);
        }
    }

    /** Millions of trained values, as published. */
    @Test
    void stableDiffusion14_trainedParameters_areAsManyAsPublished() {
        Map<String, String> millions = new TreeMap<>();
        for (String module : List.of("conv1d", "conv_gate", "attn_temp", "attn1.to_q")) {
            millions.put(module, millions(KEYS.ofModules(List.of(module))));
        }
        assertThat(millions)
                .containsOnly(
                        Map.entry("conv1d", "191.4"),
                        Map.entry("conv_gate", "0.5"),
                        Map.entry("attn_temp", "49.6"),
                        Map.entry("attn1.to_q", "12.4"));
        assertThat(millions(KEYS.ofModules(List.copyOf(millions.keySet())))).isEqualTo("253.9");
    }

    @Test
    void stableDiffusion14_copiedParameters_areThoseOfTheImageUNet() {
        Set<String> copied = KEYS.shapes().keySet().stream()
                .filter(key -> !key.matches(".*\\.(conv1d|conv_gate|norm_temp|attn_temp)\\..*"))
                .collect(Collectors.toSet());

        assertThat(millions(copied)).isEqualTo("859.5");
        assertThat(copied.stream().map(UNetInflation::imageKey)).hasSize(686).doesNotHaveDuplicates();
    }

    @Test
    void stableDiffusion14_keysAndShapes_areThoseOfTheCheckpoint() {
        assertThat(KEYS.shapes())
                .containsEntry("conv_in.conv2d.weight", Shape.of(320, 4, 3, 3))
                .containsEntry("time_embedding.linear_1.weight", Shape.of(1280, 320))
                .containsEntry("down_blocks.1.resnets.0.conv_shortcut.conv2d.weight", Shape.of(640, 320, 1, 1))
                .containsEntry("down_blocks.2.downsamplers.0.conv.conv1d.weight", Shape.of(1280, 1280, 3))
                .containsEntry("mid_block.attentions.0.proj_in.weight", Shape.of(1280, 1280, 1, 1))
                .containsEntry("up_blocks.1.resnets.2.conv1.conv2d.weight", Shape.of(1280, 1920, 3, 3))
                .containsEntry("up_blocks.3.attentions.2.transformer_blocks.0.attn2.to_k.weight", Shape.of(320, 768))
                .containsEntry(
                        "up_blocks.3.attentions.2.transformer_blocks.0.ff.net.0.proj.weight", Shape.of(2560, 320))
                .containsEntry("conv_out.conv_gate.weight", Shape.of(1, 4, 3, 3))
                .doesNotContainKey("up_blocks.3.upsamplers.0.conv.conv2d.weight")
                .doesNotContainKey("down_blocks.3.attentions.0.norm.weight");
    }

    @ParameterizedTest
    @EnumSource(
            value = ElementType.class,
            names = {"FLOAT", "FLOAT16"})
    void build_attentionOfItsOwnType_isTheTypeOfAllAttentionAlone(ElementType attention) {
        VideoUNetConfig config = new TinyConfig().build();
        VideoUNetGraph unet = VideoUNetGraph.build(
                "video UNet",
                config,
                new InputParameters(),
                VideoUNetGraph.Inputs.of(Shape.of(1, 4, 2, 4, 4), 5, config),
                new VideoUNetGraph.Types(ElementType.FLOAT16, attention, Target.GPU));

        List<Node> nodes = unet.graph().nodes();
        assertThat(nodes.stream().filter(node -> node.operator().name().equals("MultiHeadAttention")))
                .isNotEmpty()
                .allMatch(node -> node.input(0).elementType() == attention)
                .allMatch(node -> node.output(0).elementType() == attention);
        assertThat(nodes.stream().filter(node -> node.operator().name().equals("NhwcConv")))
                .isNotEmpty()
                .allMatch(node -> node.output(0).elementType() == ElementType.FLOAT16);
    }

    /** A graph of 859 million weights is a few thousand small nodes. */
    @Test
    void stableDiffusion14_graphWithoutWeights_serializesWithinAFewMegabytes() {
        Shape latents = Shape.of(1, 4, 16, 40, 64);
        VideoUNetGraph unet = VideoUNetGraph.build(
                "video UNet",
                SD14,
                new InputParameters(),
                VideoUNetGraph.Inputs.of(latents, 77, SD14),
                ElementType.FLOAT);
        unet.graph().output(VideoUNetGraph.OUTPUT, unet.prediction());

        assertThat(unet.prediction().shape()).isEqualTo(latents);
        assertThat(OnnxModel.serialize(unet.graph())).hasSizeBetween(500_000, 5_000_000);
    }

    @Test
    void ofModules_wholeNamesOrEndings_selectAllParametersInside() {
        UNetKeys tiny = UNetKeys.of(new TinyConfig().build());

        assertThat(tiny.ofModules(List.of("conv_in.conv1d")))
                .containsExactly("conv_in.conv1d.weight", "conv_in.conv1d.bias");
        assertThat(tiny.ofModules(List.of("mid_block"))).allMatch(key -> key.startsWith("mid_block."));
        assertThat(tiny.ofModules(List.of("attn1.to_q")))
                .isNotEmpty()
                .allMatch(key -> key.endsWith(".attn1.to_q.weight"));
        assertThat(tiny.ofModules(List.of("conv1d", "conv_in.conv1d"))).isEqualTo(tiny.ofModules(List.of("conv1d")));
    }

    @Test
    void ofModules_parameterNameInsteadOfAModule_isRefused() {
        for (String wrong : List.of("weight", "conv1d.weight", "conv9d", "")) {
            assertThatThrownBy(() -> KEYS.ofModules(List.of("conv1d", wrong)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("expected suffixes of module names, but none of "
                            + KEYS.shapes().size() + " parameters is in a module that ends with \"" + wrong + "\"");
        }
    }

    private static String millions(Collection<String> keys) {
        double count = keys.stream()
                .mapToLong(key -> KEYS.shapes().get(key).elementCount())
                .sum();
        return String.format(Locale.ROOT, "%.1f", count / 1e6);
    }
}
