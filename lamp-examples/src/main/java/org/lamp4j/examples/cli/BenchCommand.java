package org.lamp4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.lamp4j.Backbone;
import org.lamp4j.examples.bench.Benchmark;
import org.lamp4j.examples.bench.DeepCacheBenchmark;
import org.lamp4j.examples.bench.FullSizeBenchmark;
import org.lamp4j.examples.bench.GraphBenchmark;
import org.lamp4j.examples.bench.ProfileBenchmark;
import org.lamp4j.media.FrameSize;
import org.lamp4j.onnx.runtime.OnnxRuntime;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Times each part of training and generating on this machine. */
@Command(
        name = "bench",
        description = "Measures how long each part of training and generating takes, and what memory it holds.")
final class BenchCommand implements Callable<Integer> {

    private static final int ROUNDS = 15;

    @Mixin
    private ModelOptions model;

    @Option(
            names = "--frame-count",
            paramLabel = "F",
            defaultValue = "16",
            description = "Frames of the clip. Default: ${DEFAULT-VALUE}.")
    private int frames;

    @Option(
            names = "--frame-size",
            paramLabel = "WxH",
            defaultValue = "512x320",
            description = "Size of the clip. Default: ${DEFAULT-VALUE}.")
    private FrameSize size;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Rounds to take the median of. Default: " + ROUNDS + ", with --full and --deep-cache 1.")
    private Optional<Integer> rounds = Optional.empty();

    @Mixin
    private CheckpointingOption checkpointing;

    @Option(
            names = "--full",
            description =
                    "One denoising step and one training step of 16 frames of 512x320, one after the other and without"
                            + " warming up.")
    private boolean full;

    @Option(
            names = "--deep-cache",
            description = "Only a run of the whole video UNet against one of its last layer on kept deep features.")
    private boolean deepCache;

    @Option(
            names = "--profile",
            description = "Say which operators the video UNet's time goes to, forward and in a training step. On a GPU "
                    + "the environment variable CUDA_LAUNCH_BLOCKING=1 has to be set.")
    private boolean profile;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        FullSizeBenchmark step =
                OptionTypes.fromOptions(spec, () -> new FullSizeBenchmark(rounds.orElse(1), checkpointing.value()));
        Benchmark benchmark = OptionTypes.fromOptions(
                spec, () -> new Benchmark(frames, size, rounds.orElse(deepCache ? 1 : ROUNDS), checkpointing.value()));
        if (profile) {
            new ProfileBenchmark(model::open, model.device(), benchmark).run(out);
            return Lamp.OK;
        }
        try (Backbone backbone = model.open()) {
            if (!deepCache) {
                GraphBenchmark.run(out);
            }
            out.printf(
                    "ONNX Runtime %s on %s, %d CPUs%n",
                    OnnxRuntime.version(),
                    backbone.model().deviceDescription(),
                    Runtime.getRuntime().availableProcessors());
            if (deepCache) {
                new DeepCacheBenchmark(benchmark).run(backbone, out);
            } else if (full) {
                step.run(backbone, out);
            } else {
                benchmark.run(backbone, out);
            }
        }
        return Lamp.OK;
    }
}
