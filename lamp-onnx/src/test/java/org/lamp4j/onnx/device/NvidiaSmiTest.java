package org.lamp4j.onnx.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.onnx.device.NvidiaSmi.Gpu;

class NvidiaSmiTest {

    private static final List<Gpu> THREE = NvidiaSmi.parse(List.of(
            "0, GPU-aa1, 81559, 412, 80600, 550.54.15, NVIDIA H100 80GB HBM3",
            "1, GPU-bb2, 24564, 0, 24210, 550.54.15, NVIDIA GeForce RTX 4090",
            "2, GPU-cc3, 24564, 7, 24203, 550.54.15, Name, with commas"));

    @Test
    void parse_linesOfTheProgram_areGpus() {
        assertThat(THREE.get(0))
                .isEqualTo(new Gpu(
                        0, "GPU-aa1", 81559L << 20, 412L << 20, 80600L << 20, "550.54.15", "NVIDIA H100 80GB HBM3"));
        assertThat(THREE.get(2).name()).isEqualTo("Name, with commas");
    }

    @Test
    void parse_anythingElse_isPassedOver() {
        assertThat(NvidiaSmi.parse(List.of(
                        "",
                        "No devices were found",
                        "0, GPU-aa1, 81559, 412, [N/A], 550.54.15, MIG",
                        "NVIDIA-SMI has failed, because, it could, not, communicate, with the driver",
                        "99999999999, GPU-aa1, 1, 1, 1, 550, far too many")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'2,0', 2 0", "'GPU-bb, 0', 1 0", "'0,7,1', 0", "'-1', ''", "'', ''", "'NoDevFiles', ''"})
    void visible_ofTheVariable_areThoseThatCudaShowsInItsOrder(String variable, String expected) {
        List<String> indices = NvidiaSmi.visible(THREE, Optional.of(variable)).stream()
                .map(gpu -> Integer.toString(gpu.index()))
                .toList();

        assertThat(String.join(" ", indices)).isEqualTo(expected);
    }

    @Test
    void visible_withoutTheVariable_areAll() {
        assertThat(NvidiaSmi.visible(THREE, Optional.empty())).isEqualTo(THREE);
    }
}
