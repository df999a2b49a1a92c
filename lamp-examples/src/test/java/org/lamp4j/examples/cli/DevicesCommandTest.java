package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lamp4j.onnx.runtime.OnnxRuntime;

class DevicesCommandTest {

    @Test
    void devices_withoutAGpu_listsTheCpuAndSaysWhatAGpuNeeds() {
        assumeFalse(OnnxRuntime.providers().contains("CUDA"), "this ONNX Runtime has the CUDA provider");
        CommandRun run = new CommandRun();

        run.succeed("devices");

        List<String> lines = run.out().lines().toList();
        assertThat(lines.get(0)).matches("device +by +name +memory +driver +usable");
        assertThat(lines.get(1)).matches("cpu +CPU +\\d+ threads, \\S+ +\\d+\\.\\d GiB +- +yes");
        assertThat(lines.get(2)).startsWith("cuda:0   CUDA").endsWith(" no");
        assertThat(lines.get(3)).startsWith("cuda:0: expected an ONNX Runtime with the CUDA provider");
    }
}
