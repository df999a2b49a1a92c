package org.lamp4j.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScratchMemoryTest {

    private static final long LARGE = (1 << 20) + 3;

    @Test
    void of_sizes_areZerosOfTheirOwn() throws IOException {
        List<ByteBuffer> memory = ScratchMemory.of(List.of(5L, LARGE, 1L));

        memory.get(0).put(4, (byte) 1);
        memory.get(2).put(0, (byte) 2);

        assertThat(memory.stream().map(ByteBuffer::capacity)).containsExactly(5, (int) LARGE, 1);
        assertThat(memory).allMatch(ByteBuffer::isDirect);
        ByteBuffer between = memory.get(1);
        assertThat(between.get(0)).isZero();
        assertThat(between.get((int) LARGE - 1)).isZero();
        assertThat(memory.get(0).get(4)).isEqualTo((byte) 1);
    }

    @Test
    void of_nothing_isNothing() throws IOException {
        assertThat(ScratchMemory.of(List.of())).isEmpty();
    }
}
