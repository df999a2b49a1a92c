package org.lamp4j.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UninterruptedTest {

    @TempDir
    private Path folder;

    private Path file() throws IOException {
        return Files.write(folder.resolve("file"), new byte[] {7});
    }

    private static int firstByte(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one);
            return one.get(0);
        }
    }

    @AfterEach
    void lowerTheFlag() {
        Thread.interrupted();
    }

    @Test
    void read_interruptedThread_readsAndKeepsTheFlag() throws IOException {
        Path file = file();
        Thread.currentThread().interrupt();

        assertThat(Uninterrupted.read(() -> firstByte(file))).isEqualTo(7);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void read_interruptMeanwhile_readsAnewAndKeepsTheFlag() throws IOException {
        Path file = file();
        List<Integer> tries = new ArrayList<>();

        int read = Uninterrupted.read(() -> {
            tries.add(tries.size());
            if (tries.size() == 1) {
                Thread.currentThread().interrupt();
            }
            return firstByte(file);
        });

        assertThat(read).isEqualTo(7);
        assertThat(tries).hasSize(2);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void write_interruptMeanwhile_writesAnewAndKeepsTheFlag() throws IOException {
        Path file = file();
        List<Integer> tries = new ArrayList<>();

        Uninterrupted.write(() -> {
            tries.add(tries.size());
            if (tries.size() == 1) {
                Thread.currentThread().interrupt();
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(new byte[] {8}));
            }
        });

        assertThat(Thread.interrupted()).isTrue();
        assertThat(tries).hasSize(2);
        assertThat(firstByte(file)).isEqualTo(8);
    }

    @Test
    void read_noInterrupt_raisesNoFlagAndPassesOnWhatWentWrong() {
        IOException problem = new IOException("problem");

        assertThatThrownBy(() -> Uninterrupted.read(() -> {
                    throw problem;
                }))
                .isSameAs(problem);
        assertThat(Thread.interrupted()).isFalse();
    }
}
