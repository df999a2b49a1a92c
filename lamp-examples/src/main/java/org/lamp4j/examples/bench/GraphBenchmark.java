package org.lamp4j.examples.bench;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Set;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.format.OnnxModel;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Target;
import org.lamp4j.onnx.layer.InputParameters;
import org.lamp4j.onnx.model.UNetKeys;
import org.lamp4j.onnx.model.VideoUNetGraph;
import org.lamp4j.onnx.training.StepGraph;
import org.lamp4j.tensor.Shape;
import org.lamp4j.training.TrainingOptions;

/** Times the making of graphs of the size of Stable Diffusion v1.4, for 16 frames of 512x320, without any weights. */
public final class GraphBenchmark {

    private static final Shape LATENTS = Shape.of(1, 4, 16, 40, 64);
    private static final int TOKENS = 77;

    private GraphBenchmark() {}

    /**
     * Measures and prints the figures, the first time and once warm.
     *
     * @param out where to print
     */
    public static void run(PrintWriter out) {
        for (String state : new String[] {"first time", "second time"}) {
            long start = System.nanoTime();
            VideoUNetGraph unet = build();
            unet.graph().output(VideoUNetGraph.OUTPUT, unet.prediction());
            long built = System.nanoTime();
            int bytes = OnnxModel.serialize(unet.graph()).length;
            long serialized = System.nanoTime();
            print(out, "SD v1.4 video UNet, " + state, unet.graph(), bytes, built - start, serialized - built);
        }
        Set<String> trained = UNetKeys.of(VideoUNetConfig.stableDiffusion14())
                .ofModules(TrainingOptions.newBuilder().build().parameters().trainableModules());
        long start = System.nanoTime();
        Graph step = StepGraph.of(build(), trained, ElementType.FLOAT);
        long built = System.nanoTime();
        int bytes = OnnxModel.serialize(step).length;
        print(out, "SD v1.4 training step", step, bytes, built - start, System.nanoTime() - built);
    }

    /**
     * Builds the video UNet's graph.
     *
     * @return the graph, without outputs yet
     */
    public static VideoUNetGraph build() {
        VideoUNetConfig config = VideoUNetConfig.stableDiffusion14();
        return VideoUNetGraph.build(
                "video UNet",
                config,
                new InputParameters(),
                VideoUNetGraph.Inputs.of(LATENTS, TOKENS, config),
                new VideoUNetGraph.Types(ElementType.FLOAT, ElementType.FLOAT, Target.CPU));
    }

    private static void print(PrintWriter out, String name, Graph graph, int bytes, long build, long serialize) {
        out.printf(
                Locale.ROOT,
                "%-32s %6d nodes, built in %.0f ms, serialised in %.0f ms to %.1f MB%n",
                name,
                graph.nodes().size(),
                build * 1e-6,
                serialize * 1e-6,
                bytes * 1e-6);
        out.flush();
    }
}
