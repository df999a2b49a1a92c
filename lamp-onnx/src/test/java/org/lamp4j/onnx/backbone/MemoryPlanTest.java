package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.device.MemoryBudget;

class MemoryPlanTest {

    private static final List<MemoryPlan<String>> PLANS =
            List.of(plan("fast", 9), plan("slow", 3), plan("slower", 2), plan("slowest", 4));

    private static MemoryPlan<String> plan(String name, int gibibytes) {
        return new MemoryPlan<>(name, () -> (long) gibibytes << 30, () -> "opened " + name);
    }

    @Test
    void choose_severalFit_isTheFastest() {
        assertThat(chosen("9G")).isEqualTo("opened fast");
        assertThat(chosen("8G")).isEqualTo("opened slow");
        assertThat(chosen("2G")).isEqualTo("opened slower");
    }

    @Test
    void choose_least_isTheOneThatTakesLeast() {
        assertThat(chosen("least")).isEqualTo("opened slower");
    }

    @Test
    void choose_noneFits_isRefusedWithAllEstimates() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> chosen("1G"))
                .withMessage("expected a memory budget that one of the ways to run this fits in,"
                        + " from slower 2.0 GiB to fast 9.0 GiB, but was 1.0 GiB"
                        + " (give more, or least for the one that takes least)");
    }

    @Test
    void choose_leastOfMany_estimatesEachOnce() {
        AtomicInteger estimates = new AtomicInteger();
        MemoryPlan<String> counted = new MemoryPlan<>("counted", estimates::incrementAndGet, () -> "opened");

        MemoryPlan.choose(MemoryBudget.least(), List.of(plan("slow", 3), counted, plan("slower", 2), plan("fast", 9)));

        assertThat(estimates).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2G", "least"})
    void choose_planThatTakesNoLessThanOneThatDoesNotFit_isNotEstimated(String budget) {
        AtomicInteger estimates = new AtomicInteger();
        MemoryPlan<String> bounded = new MemoryPlan<>("bounded", estimates::incrementAndGet, () -> "opened bounded")
                .noLessThan(plan("slow", 3));

        MemoryPlan<String> chosen =
                MemoryPlan.choose(MemoryBudget.parse(budget), List.of(bounded, plan("slow", 3), plan("slower", 2)));

        assertThat(chosen.name()).isEqualTo("slower");
        assertThat(estimates).hasValue(0);
    }

    private static String chosen(String budget) {
        return MemoryPlan.choose(MemoryBudget.parse(budget), PLANS).open().get();
    }
}
