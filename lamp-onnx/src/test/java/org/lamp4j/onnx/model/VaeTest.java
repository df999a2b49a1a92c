package org.lamp4j.onnx.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.layer.RandomParameters;
import org.lamp4j.onnx.layer.Scope;
import org.lamp4j.onnx.runtime.GraphRun;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

class VaeTest {

    private static final VaeConfig CONFIG = new VaeConfig(3, 4, List.of(4, 8), 1, 2, 0.18215f);

    private static final Map<String, String> OLD_TO_NEW =
            Map.of("query", "to_q", "key", "to_k", "value", "to_v", "proj_attn", "to_out.0");

    @Test
    void oldSpellingOfTheAttention_givesWhatTheNewOneGives() {
        UnaryOperator<String> toNew = key -> {
            String renamed = key;
            for (Map.Entry<String, String> name : OLD_TO_NEW.entrySet()) {
                renamed = renamed.replace(
                        ".attentions.0." + name.getKey() + ".", ".attentions.0." + name.getValue() + ".");
            }
            return renamed;
        };
        RandomParameters newSpelling = RandomParameters.ofKeys();
        RandomParameters oldSpelling = RandomParameters.spelled(toNew, ".query.weight");
        FloatTensor latents = gaussian(1, 4, 3, 2);

        FloatTensor expected = decode(newSpelling, latents);

        assertThat(decode(oldSpelling, latents).toArray()).isEqualTo(expected.toArray());
        assertThat(oldSpelling.declared())
                .containsKey("decoder.mid_block.attentions.0.proj_attn.bias")
                .containsKey("decoder.mid_block.attentions.0.key.weight");
        assertThat(newSpelling.declared())
                .containsKey("decoder.mid_block.attentions.0.to_out.0.bias")
                .containsKey("decoder.mid_block.attentions.0.to_k.weight");
    }

    @Test
    void encode_logVariance_isClampedAndMeanIsNot() {
        RandomParameters parameters = RandomParameters.ofKeys();
        Graph graph = new Graph("encoder");
        Scope root = Scope.root(graph, parameters, ElementType.FLOAT);
        Vae.Moments moments =
                new Vae(CONFIG).encode(root, graph.input("images", ElementType.FLOAT, Shape.of(1, 3, 8, 4)));
        graph.output("mean", moments.mean());
        graph.output("log", moments.logVariance());
        FloatTensor image = gaussian(1, 3, 8, 4);

        List<FloatTensor> results = GraphRun.of(graph).with("images", image).outputs(List.of("mean", "log"));

        assertThat(results.get(0).shape()).isEqualTo(Shape.of(1, 4, 4, 2));
        assertThat(results.get(1).shape()).isEqualTo(Shape.of(1, 4, 4, 2));
        for (float value : results.get(1).toArray()) {
            assertThat(value).isBetween(-30f, 20f);
        }
    }

    @Test
    void decode_severalImages_givesWhatEachGivesAlone() {
        FloatTensor latents = gaussian(2, 4, 2, 3);

        FloatTensor together = decode(RandomParameters.ofKeys(), latents);

        assertThat(together.shape()).isEqualTo(Shape.of(2, 3, 4, 6));
        for (int index = 0; index < 2; index++) {
            float[] alone = decode(RandomParameters.ofKeys(), latents.slice(0, index, index + 1))
                    .toArray();
            float[] part = together.slice(0, index, index + 1).toArray();
            for (int element = 0; element < alone.length; element++) {
                assertThat(part[element]).isCloseTo(alone[element], within(1e-4f));
            }
        }
    }

    private static FloatTensor decode(RandomParameters parameters, FloatTensor latents) {
        Graph graph = new Graph("decoder");
        Scope root = Scope.root(graph, parameters, ElementType.FLOAT);
        graph.output(
                "images", new Vae(CONFIG).decode(root, graph.input("latents", ElementType.FLOAT, latents.shape())));
        return GraphRun.of(graph).with("latents", latents).output("images");
    }

    private static FloatTensor gaussian(int... sizes) {
        return RandomSource.stream(1, "input", 0).gaussian(Shape.of(sizes));
    }
}
