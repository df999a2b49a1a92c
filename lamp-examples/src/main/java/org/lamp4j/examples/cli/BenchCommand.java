package org.lamp4j.examples.cli;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.lamp4j.Backbone;
import org.lamp4j.examples.bench.Benchmark;
import org.lamp4j.examples.bench.GraphBenchmark;
import org.lamp4j.media.FrameSize;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Times each part of training and generating on this machine. */
@Command(name = "bench", description = "Measures how long each part of training and generating takes.")
final class BenchCommand implements Callable<Integer> {

    @Mixin
    private ModelOptions model;

    @Option(
            names = "--frames",
            paramLabel = "F",
            defaultValue = "16",
            description = "Frames of the clip. Default: ${DEFAULT-VALUE}.")
    private int frames;

    @Option(
            names = "--size",
            paramLabel = "WxH",
            defaultValue = "512x320",
            description = "Size of the clip. Default: ${DEFAULT-VALUE}.")
    private FrameSize size;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "15",
            description = "Rounds to take the median of. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Benchmark benchmark = OptionTypes.fromOptions(spec, () -> new Benchmark(frames, size, rounds));
        GraphBenchmark.run(out);
        try (Backbone backbone = model.open()) {
            out.printf(
                    "ONNX Runtime %s on %s, %d processors%n",
                    OrtEnvironment.getEnvironment().getVersion(),
                    backbone.model().deviceDescription(),
                    Runtime.getRuntime().availableProcessors());
            benchmark.run(backbone, out);
        }
        return Lamp.OK;
    }
}
