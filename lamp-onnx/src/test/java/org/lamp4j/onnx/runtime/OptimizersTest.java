package org.lamp4j.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import com.google.common.collect.Sets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.format.OnnxModel;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Target;
import org.lamp4j.onnx.layer.RandomParameters;
import org.lamp4j.onnx.model.TinyConfig;
import org.lamp4j.onnx.model.UNetKeys;
import org.lamp4j.onnx.model.VideoUNetGraph;
import org.lamp4j.onnx.training.StepGraph;
import org.lamp4j.tensor.Shape;

/** ONNX Runtime's optimisers that are left out since graphs have nothing for them: they look at every node first. */
class OptimizersTest {

    @TempDir
    private Path folder;

    static List<Graph> graphs() {
        VideoUNetConfig config = new TinyConfig().linearProjection().layers(2).build();
        Set<String> trained = UNetKeys.of(config).ofModules(List.of("conv1d", "conv_gate", "attn_temp", "attn1.to_q"));
        VideoUNetGraph prediction = unet(config, Set.of());
        prediction.graph().output(VideoUNetGraph.OUTPUT, prediction.prediction());
        return List.of(prediction.graph(), StepGraph.of(unet(config, trained), trained, ElementType.FLOAT));
    }

    private static VideoUNetGraph unet(VideoUNetConfig config, Set<String> inputs) {
        return VideoUNetGraph.build(
                "unet",
                config,
                RandomParameters.ofKeys().withInputs(inputs),
                VideoUNetGraph.Inputs.of(Shape.of(2, 4, 3, 5, 6), 5, config),
                new VideoUNetGraph.Types(ElementType.FLOAT, ElementType.FLOAT, Target.CPU));
    }

    @ParameterizedTest
    @MethodSource("graphs")
    void optimized_withoutThoseOfOtherGraphs_hasTheSameNodes(Graph graph) throws Exception {
        Set<String> needless = OnnxSession.needlessOptimizers(graph, ComputeDevice.cpu());
        Set<String> others = Sets.difference(needless, OnnxSession.OPTIMIZERS_OF_OTHER_GRAPHS);

        assertThat(optimized(graph, needless)).isEqualTo(optimized(graph, others));
    }

    /** Operators with their attributes; what nodes and tensors are called, and their order, is not always the same. */
    private List<String> optimized(Graph graph, Set<String> needless) throws Exception {
        Path file = folder.resolve("optimized.onnx");
        byte[] model = OnnxModel.serialize(graph, OnnxModel.Weights.INPUTS);
        try (SessionOptions options = ComputeDevice.cpu().mapped().sessionOptions("optimized", 0, needless)) {
            options.setOptimizedModelFilePath(file.toString());
            OrtSession session = OnnxRuntime.environment().createSession(model, options);
            session.close();
        }
        return ModelProto.parseFrom(Files.readAllBytes(file)).getGraph().getNodeList().stream()
                .map(node -> node.getDomain() + node.getOpType() + node.getAttributeList())
                .sorted()
                .toList();
    }
}
