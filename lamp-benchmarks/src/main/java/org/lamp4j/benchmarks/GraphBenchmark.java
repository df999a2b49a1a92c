package org.lamp4j.benchmarks;

import java.util.concurrent.TimeUnit;
import org.lamp4j.onnx.format.OnnxModel;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.layer.InputParameters;
import org.lamp4j.onnx.model.VideoUNetConfig;
import org.lamp4j.onnx.model.VideoUNetGraph;
import org.lamp4j.tensor.Shape;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/** Writing the graph of Stable Diffusion v1.4's video UNet for 16 frames of 512×320, without weights. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class GraphBenchmark {

    private static final Shape LATENTS = Shape.of(1, 4, 16, 40, 64);
    private static final int TOKENS = 77;

    /** Builds the graph and serialises it. */
    @Benchmark
    public byte[] buildAndSerialise() {
        VideoUNetConfig config = VideoUNetConfig.stableDiffusion14();
        VideoUNetGraph unet = VideoUNetGraph.build(
                "video UNet",
                config,
                new InputParameters(),
                VideoUNetGraph.Inputs.of(LATENTS, TOKENS, config),
                ElementType.FLOAT);
        Graph graph = unet.graph();
        graph.output(VideoUNetGraph.OUTPUT, unet.prediction());
        return OnnxModel.serialize(graph);
    }
}
