package org.lamp4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.motion.LoraFile;

class ClusterModelTest {

    private static final ClusterModel MODEL = ClusterModel.onEveryHost(Path.of("sd14"));

    @ParameterizedTest
    @ValueSource(strings = {"12G", "3B", "least", "machine"})
    void memoryBudget_thatWasSet_isTheSameOnAnExecutor(String budget) {
        assertThat(MODEL.withMemoryBudget(MemoryBudget.parse(budget)).memoryBudget())
                .contains(MemoryBudget.parse(budget));
        assertThat(MODEL.memoryBudget()).isEmpty();
    }

    @Test
    void equals_otherLoras_isAnotherModelThatIsOpenedOnItsOwn() {
        LoraFile ink = LoraFile.parse("ink.safetensors=0.5");
        ClusterModel inked = MODEL.withLora(ink).withMemoryBudget(MemoryBudget.least());

        assertThat(inked)
                .isEqualTo(MODEL.withMemoryBudget(MemoryBudget.least()).withLora(ink))
                .hasSameHashCodeAs(MODEL.withMemoryBudget(MemoryBudget.least()).withLora(ink))
                .isNotEqualTo(MODEL.withMemoryBudget(MemoryBudget.least()))
                .isNotEqualTo(MODEL.withMemoryBudget(MemoryBudget.least()).withLoraSentBySpark(ink))
                .isNotEqualTo(
                        MODEL.withMemoryBudget(MemoryBudget.least()).withLora(LoraFile.parse("ink.safetensors=0.6")));
        assertThat(inked.loras()).containsExactly(ink);
    }
}
