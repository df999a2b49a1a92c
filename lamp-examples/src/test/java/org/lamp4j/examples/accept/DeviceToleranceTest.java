package org.lamp4j.examples.accept;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.device.Device;
import org.lamp4j.device.Device.Precision;
import org.lamp4j.examples.verify.Row;
import org.lamp4j.examples.verify.Row.Verdict;

class DeviceToleranceTest {

    private static final Device GPU = Device.cuda(0).withPrecision(Precision.FLOAT32);

    private static Row row(String name, double error, double tolerance) {
        return new Row(name, OptionalDouble.of(error), tolerance);
    }

    @ParameterizedTest
    @CsvSource({
        "unet.output, 0.004, 0.006",
        "train.0.prediction, 0.004, 0.006",
        "train.1.prediction, 0.04, 0.06",
        "train.0.gradient norm, 0.04, 0.06",
        "train.0.grad.*, 0.1, 0.3",
        "train.2.param.*, 0.1, 0.3"
    })
    void apply_onAGpu_allowsRoundingAndNoMore(String name, double rounded, double wrong) {
        DeviceTolerance tolerance = DeviceTolerance.of(GPU);

        assertThat(tolerance.apply(row(name, rounded, 1e-4)).verdict()).isEqualTo(Verdict.OK);
        assertThat(tolerance.apply(row(name, wrong, 1e-4)).verdict()).isEqualTo(Verdict.FAIL);
        assertThat(tolerance.apply(row(name, Double.NaN, 1e-4)).verdict()).isEqualTo(Verdict.FAIL);
    }

    /** Whose result no rounding of a network changes. */
    @ParameterizedTest
    @CsvSource({
        "text.input_ids",
        "scheduler.alphas_cumprod",
        "train.0.noisy_before_first_frame",
        "trainable_parameters",
        "histogram.matched"
    })
    void apply_rowWithoutNetwork_staysAsStrict(String name) {
        Row strict = row(name, 1e-3, 1e-6);

        assertThat(DeviceTolerance.of(Device.cuda(0)).apply(strict)).isEqualTo(strict);
    }

    @Test
    void apply_trajectory_isReportedOnAGpuOnly() {
        Row trajectory = row("sample: run, after step 17", 0.2, 2e-3);

        assertThat(DeviceTolerance.of(GPU).apply(trajectory).verdict()).isEqualTo(Verdict.REPORTED);
        assertThat(DeviceTolerance.of(Device.cpu()).apply(trajectory).verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void of_device_isByItsPrecisionAndKind() {
        assertThat(DeviceTolerance.of(Device.cpu())).isEqualTo(DeviceTolerance.CPU_FLOAT32);
        assertThat(DeviceTolerance.of(GPU)).isEqualTo(DeviceTolerance.GPU_FLOAT32);
        assertThat(DeviceTolerance.of(Device.cuda(0))).isEqualTo(DeviceTolerance.FLOAT16);
        assertThat(DeviceTolerance.of(Device.cpu().withPrecision(Precision.FLOAT16)))
                .isEqualTo(DeviceTolerance.FLOAT16);
    }
}
