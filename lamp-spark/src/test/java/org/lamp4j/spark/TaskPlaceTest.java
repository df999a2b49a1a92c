package org.lamp4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    @ParameterizedTest
    @CsvSource({
        "'local', 1",
        "'local[3]', 3",
        "'local[*]', 8",
        "'local[2,4]', 2",
        "'yarn', 1",
        "'k8s://https://host', 1",
        "'spark://host:7077', 8",
        "'', 8"
    })
    void cores_unsaid_areThoseOfTheMaster(String master, int cores) {
        assertThat(TaskPlace.cores(master, 8)).isEqualTo(cores);
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
