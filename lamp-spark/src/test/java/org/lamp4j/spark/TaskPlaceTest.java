package org.lamp4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;
import org.lamp4j.device.Device;

class TaskPlaceTest {

    @Test
    void device_gpuOfTheTask_thatOne() {
        assertThat(TaskPlace.device(Optional.of(new ResourceInformation("gpu", new String[] {"3"})), 2))
                .isEqualTo(Device.cuda(3).withThreads(2));
    }

    @Test
    void device_noGpu_cpuWithTheTasksCores() {
        assertThat(TaskPlace.device(Optional.empty(), 4)).isEqualTo(Device.cpu().withThreads(4));
    }

    @Test
    void device_twoGpus_isRefused() {
        ResourceInformation two = new ResourceInformation("gpu", new String[] {"0", "1"});

        assertThatThrownBy(() -> TaskPlace.device(Optional.of(two), 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "expected one GPU for each task, by its number, but was 0,1 (spark.task.resource.gpu.amount)");
    }
}
