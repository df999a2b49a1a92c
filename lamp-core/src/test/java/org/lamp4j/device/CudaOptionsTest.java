package org.lamp4j.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.lamp4j.device.CudaOptions.ArenaGrowth;
import org.lamp4j.device.CudaOptions.ConvolutionSearch;

class CudaOptionsTest {

    @Test
    void newBuilder_nothingSet_defaults() {
        assertThat(CudaOptions.newBuilder().build()).hasToString("HEURISTIC, AS_REQUESTED");
    }

    @Test
    void build_everythingSet_isKept() {
        CudaOptions options = CudaOptions.newBuilder()
                .convolutionSearch(ConvolutionSearch.EXHAUSTIVE)
                .arenaGrowth(ArenaGrowth.POWERS_OF_TWO)
                .memoryLimit(7)
                .reproducible(true)
                .build();

        assertThat(options).hasToString("EXHAUSTIVE, POWERS_OF_TWO, at most 7 bytes, reproducible");
        assertThat(Device.cuda(0)
                        .withCudaOptions(options)
                        .withPrecision(Device.Precision.FLOAT32)
                        .cudaOptions())
                .isSameAs(options);
        assertThat(Device.auto().withCudaOptions(options).onProcessor().cudaOptions())
                .isSameAs(options);
    }

    @Test
    void memoryLimit_none_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CudaOptions.newBuilder().memoryLimit(0))
                .withMessage("expected a memory limit of 1 byte or more, but was 0");
    }

    @Test
    void arenaGrowth_twice_isRefused() {
        CudaOptions.Builder builder = CudaOptions.newBuilder().arenaGrowth(ArenaGrowth.AS_REQUESTED);

        assertThatThrownBy(() -> builder.arenaGrowth(ArenaGrowth.POWERS_OF_TWO))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected arenaGrowth to be set once, but was set again");
    }

    @Test
    void withProfilesIn_folder_isKept() {
        Path folder = Path.of("profiles");

        assertThat(Device.cpu().profiles()).isEmpty();
        assertThat(Device.auto().withProfilesIn(folder).onProcessor().profiles())
                .contains(folder);
    }
}
