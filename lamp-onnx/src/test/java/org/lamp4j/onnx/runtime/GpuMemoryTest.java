package org.lamp4j.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GpuMemoryTest {

    private static final String SHELL = "/bin/sh";

    @Test
    void free_numberOfMebibytes_isThatManyBytes() {
        assumeTrue(Files.isExecutable(Path.of(SHELL)), "there is no " + SHELL);

        assertThat(GpuMemory.free(List.of(SHELL, "-c", "echo 15109"))).hasValue(15109L << 20);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"echo '[N/A]'", "echo 1; exit 6", "echo No devices were found", "echo 99999999999999999", "true"
            })
    void free_anythingElse_isUnknown(String answer) {
        assumeTrue(Files.isExecutable(Path.of(SHELL)), "there is no " + SHELL);

        assertThat(GpuMemory.free(List.of(SHELL, "-c", answer))).isEmpty();
    }

    @Test
    void free_noSuchCommand_isUnknown() {
        assertThat(GpuMemory.free(List.of("lamp4j-there-is-no-such-command"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, '', 0", "2, '', 2", "0, '3,1', 3", "1, '3, GPU-8932f937', GPU-8932f937", "2, '3,1', 2"})
    void identity_visibleDevices_areCountedInTheirOrder(int index, String visible, String expected) {
        assertThat(GpuMemory.identity(index, visible)).isEqualTo(expected);
    }
}
