package org.lamp4j.examples.accept;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.lamp4j.device.Device;
import org.lamp4j.device.MemoryBudget;

class MachineTest {

    @Test
    void of_budgetOfTheMachine_isHostMemoryOnTheCpuOnly() {
        assertThat(Machine.of(Device.cpu()))
                .containsEntry("memory budget", MemoryBudget.ofMachine().toString());
        assertThat(Machine.of(Device.cuda(0))).containsEntry("memory budget", "what is free on the GPU");
        assertThat(Machine.of(Device.cuda(0).withMemoryBudget(MemoryBudget.parse("12G"))))
                .containsEntry("memory budget", "12.0 GiB");
    }

    /** Results of one number of threads are not those of another. */
    @Test
    void of_threads_areAmongWhatFiguresDependOn() {
        assertThat(Machine.of(Device.cpu().withThreads(2)))
                .isNotEqualTo(Machine.of(Device.cpu().withThreads(1)))
                .containsEntry("threads of a network", "2");
    }
}
