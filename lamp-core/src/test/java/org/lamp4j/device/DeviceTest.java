package org.lamp4j.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTest {

    @Test
    void cpu_precision_isFloat32() {
        assertThat(Device.cpu().kind()).isEqualTo(Device.Kind.CPU);
        assertThat(Device.cpu().precision()).isEqualTo(Device.Precision.FLOAT32);
        assertThat(Device.cpu()).hasToString("CPU, FLOAT32");
    }

    @Test
    void cuda_index_isKeptWithFloat16() {
        Device device = Device.cuda(2);

        assertThat(device).hasToString("CUDA device 2, FLOAT16");
        assertThat(device.withPrecision(Device.Precision.FLOAT32)).hasToString("CUDA device 2, FLOAT32");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "cuda:0", "cuda:12", "auto"})
    void parse_label_isTheSameDevice(String label) {
        assertThat(Device.parse(label).label()).isEqualTo(label);
    }

    @Test
    void parse_cudaWithoutNumber_isTheFirst() {
        assertThat(Device.parse("cuda")).isEqualTo(Device.cuda(0));
        assertThat(Device.parse("cuda:12")).isEqualTo(Device.cuda(12));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Device.parse("CPU"))
                .withMessage("expected cpu, cuda:N or auto, but was CPU");
    }

    @Test
    void cuda_negativeIndex_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Device.cuda(-1))
                .withMessage("expected a CUDA device index of 0 or more, but was -1");
    }

    @Test
    void auto_kind_leavesTheChoiceOpen() {
        assertThat(Device.auto().kind()).isEqualTo(Device.Kind.AUTO);
    }

    @Test
    void withThreads_anyOtherSetting_staysWithIt() {
        Device two = Device.cuda(1).withThreads(2);

        assertThat(two.withMemoryBudget(MemoryBudget.least()).threads()).hasValue(2);
        assertThat(two.onProcessor()).isEqualTo(Device.cpu().withThreads(2));
        assertThat(Device.cpu().threads()).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Device.cpu().withThreads(0))
                .withMessage("expected 1 to 1024 threads, but was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Device.cpu().withThreads(1025))
                .withMessage("expected 1 to 1024 threads, but was 1025");
    }
}
