package org.lamp4j.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryBudgetTest {

    @ParameterizedTest
    @CsvSource({"1K, 1024", "3m, 3145728", "12G, 12884901888", "2T, 2199023255552"})
    void parse_numberWithAUnit_isThatManyBytes(String text, long bytes) {
        assertThat(MemoryBudget.parse(text).bytes()).isEqualTo(bytes);
        assertThat(MemoryBudget.parse(text).isLeast()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G", "12", "-1G", "1.5G", "12 G", "12GB", "all"})
    void parse_anythingElse_isRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MemoryBudget.parse(text))
                .withMessage("expected a memory budget like 12G, least or machine, but was " + text);
    }

    @ParameterizedTest
    @CsvSource({"12G, 12884901888B", "1b, 1B", "9223372036854775807B, 9223372036854775807B", "least,", "machine,"})
    void label_isReadAsTheSameBudget(String text, @Nullable String label) {
        MemoryBudget budget = MemoryBudget.parse(text);

        assertThat(budget.label()).isEqualTo(label == null ? text : label);
        assertThat(MemoryBudget.parse(budget.label())).isEqualTo(budget);
    }

    @Test
    void parse_zero_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MemoryBudget.parse("0G"))
                .withMessage("expected a memory budget of 1 byte or more, but was 0");
    }

    @Test
    void ofMachine_isTwoThirdsOfItsMemory() {
        long machine =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();

        assertThat(MemoryBudget.ofMachine().bytes()).isEqualTo((long) (machine * (2.0 / 3)));
        assertThat(MemoryBudget.parse("machine").bytes())
                .isEqualTo(MemoryBudget.ofMachine().bytes());
        assertThat(Device.cpu().memoryBudget().bytes())
                .isEqualTo(MemoryBudget.ofMachine().bytes());
        assertThat(Device.cuda(0).memoryBudget().isOfMachine()).isTrue();
        assertThat(MemoryBudget.ofBytes(MemoryBudget.ofMachine().bytes())).isNotEqualTo(MemoryBudget.ofMachine());
    }

    @Test
    void device_budgetAndPrecision_areSetApart() {
        Device device = Device.cuda(1)
                .withMemoryBudget(MemoryBudget.parse("12G"))
                .withPrecision(Device.Precision.FLOAT32)
                .withMemoryBudget(MemoryBudget.parse("least"));

        assertThat(device.memoryBudget().isLeast()).isTrue();
        assertThat(device).hasToString("CUDA device 1, FLOAT32");
        assertThat(MemoryBudget.parse("12G")).hasToString("12.0 GiB");
        assertThat(device.memoryBudget()).hasToString("least");
    }
}
