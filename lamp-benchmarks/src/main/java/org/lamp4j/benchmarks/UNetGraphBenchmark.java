package org.lamp4j.benchmarks;

import java.util.concurrent.TimeUnit;
import org.lamp4j.examples.bench.GraphBenchmark;
import org.lamp4j.onnx.format.OnnxModel;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.model.VideoUNetGraph;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/** Writing the graph of Stable Diffusion v1.4's video UNet for 16 frames of 512×320, without weights. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class UNetGraphBenchmark {

    /** Builds the graph and serialises it. */
    @Benchmark
    public byte[] buildAndSerialise() {
        VideoUNetGraph unet = GraphBenchmark.build();
        Graph graph = unet.graph();
        graph.output(VideoUNetGraph.OUTPUT, unet.prediction());
        return OnnxModel.serialize(graph);
    }
}
