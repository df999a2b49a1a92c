package org.lamp4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class GenerationRequestTest {

    /** The first 64 bits of SHA-256 of the id and a zero byte: a clip made again years later is to be the same. */
    private static final long SEED_OF_BALL_0 = -683454482783690247L;

    @Test
    void seedOf_id_isAlwaysTheSame() {
        assertThat(GenerationRequest.seedOf("ball-0")).isEqualTo(SEED_OF_BALL_0);
        assertThat(GenerationRequest.seedOf("ball-1")).isNotEqualTo(SEED_OF_BALL_0);
    }

    @Test
    void equals_sameBytesInAnotherArray_isTrue() {
        assertThat(inRow(1, 2))
                .isEqualTo(inRow(1, 2))
                .hasSameHashCodeAs(inRow(1, 2))
                .isNotEqualTo(inRow(1, 3));
    }

    private static GenerationRequest inRow(int... bytes) {
        byte[] content = new byte[bytes.length];
        for (int index = 0; index < bytes.length; index++) {
            content[index] = (byte) bytes[index];
        }
        return new GenerationRequest("a", "b", Optional.of(content), Optional.empty(), "c", "{}", OptionalLong.empty());
    }

    @Test
    void values_sameSettings_areEqual() {
        List<Object> values = List.of(
                ClipOutput.inRows(),
                ClipOutput.inFolder("a"),
                ClipOutput.inFolder("b"),
                ClusterModel.sentBySpark("a"),
                ClusterModel.onEveryHost(java.nio.file.Path.of("a")),
                ClusterModel.sentBySpark("a").withFingerprint("f"),
                ClusterModel.sentBySpark("a").withMemoryBudget(org.lamp4j.device.MemoryBudget.least()));

        assertThat(values).doesNotHaveDuplicates();
        assertThat(ClipOutput.inFolder("a"))
                .isEqualTo(ClipOutput.inFolder("a"))
                .hasSameHashCodeAs(ClipOutput.inFolder("a"));
        assertThat(ClusterModel.sentBySpark("a").withFingerprint("f"))
                .isEqualTo(values.get(5))
                .hasSameHashCodeAs(values.get(5));
        assertThat(ClipOutput.inFolder("a")).hasToString("ClipOutput[a]");
        assertThat(ClusterModel.sentBySpark("a")).hasToString("ClusterModel[a, sent by Spark]");
    }
}
