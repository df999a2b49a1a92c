package org.lamp4j.benchmarks;

import java.util.concurrent.TimeUnit;
import org.lamp4j.examples.bench.OperatorSample;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Single operators of Stable Diffusion's sizes and their gradients, as {@code lamp bench} lists them. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class OperatorBenchmark {

    /** Name in {@link OperatorSample#all}; those whose gradients a training step waits for. */
    @Param({
        "conv 3x3, 4 images of 2x2",
        "conv 3x3, 4 images of 2x2, d/dx",
        "conv over 4 frames of 4x4, d/dx",
        "conv over 4 frames of 4x4, d/dW",
        "linear, 4096 tokens, d/dW",
        "attention, 2560 to 2560, d/dx"
    })
    public String name;

    private OperatorSample.Run run;

    /** Opens the operator. */
    @Setup
    public void open() {
        run = OperatorSample.all().stream()
                .filter(sample -> sample.name().equals(name))
                .findFirst()
                .orElseThrow()
                .open();
    }

    /** One run. */
    @Benchmark
    public void once() {
        run.once();
    }

    /** Closes it. */
    @TearDown
    public void close() {
        run.close();
    }
}
