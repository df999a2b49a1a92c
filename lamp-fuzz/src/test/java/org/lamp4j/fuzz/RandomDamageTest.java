package org.lamp4j.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RandomDamageTest {

    private static final Duration LENGTH = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    /** Reads a file of ten zeros; what it does with another is for subclasses. */
    abstract static class Zeros extends ReaderFuzzTest {

        @Override
        protected List<Path> write(Path folder) throws IOException {
            return List.of(Files.write(folder.resolve("zeros"), new byte[10]));
        }

        @Override
        protected void read(Path file) throws IOException {
            for (byte value : Files.readAllBytes(file)) {
                if (value != 0) {
                    damaged(value);
                }
            }
        }

        abstract void damaged(byte value) throws IOException;
    }

    static class Refusing extends Zeros {
        @Override
        void damaged(byte value) throws IOException {
            throw new IOException("expected 0, but was " + value);
        }
    }

    static class Failing extends Zeros {
        @Override
        void damaged(byte value) throws IOException {
            if (value == 0x7f) {
                throw new IllegalStateException("not documented");
            }
            throw new IOException("expected 0, but was " + value);
        }
    }

    static class Greedy extends Zeros {
        @Override
        void damaged(byte value) throws IOException {
            throw new IOException("of " + new byte[Integer.MAX_VALUE / 4].length);
        }
    }

    /** Ends the process, as a crash of native code does. */
    static class Crashing extends Zeros {
        @Override
        void damaged(byte value) {
            Runtime.getRuntime().halt(134);
        }
    }

    @Test
    void run_refusedAsDocumented_passes() throws IOException {
        AtomicLong cases = new AtomicLong();

        RandomDamage.run(new Refusing(), folder, LENGTH, 5, cases::set);

        assertThat(cases).hasValueGreaterThan(5);
    }

    @Test
    void run_refusedOtherwise_failsWithTheNumberOfTheCase() {
        assertThatThrownBy(() -> RandomDamage.run(new Failing(), folder, LENGTH.multipliedBy(20), 0, number -> {}))
                .isInstanceOf(AssertionError.class)
                .hasMessageMatching("case \\d+ is not refused as documented")
                .hasRootCauseMessage("not documented");
    }

    @Test
    void run_readerThatAllocatesTooMuch_fails() {
        assertThatThrownBy(() -> RandomDamage.run(new Greedy(), folder, LENGTH, 0, number -> {}))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("bytes of case");
    }

    @Test
    void inProcess_readerThatEndsTheProcess_failsWithTheNumberOfTheCase() {
        assertThatThrownBy(() -> RandomDamage.inProcess(Crashing.class, folder, LENGTH, PATIENCE, 0))
                .isInstanceOf(AssertionError.class)
                .hasMessageMatching("(?s).*case \\d+ ended the process.*134.*");
    }

    @Test
    void mutate_sameSeed_doesTheSame() {
        byte[] content = "{\"steps\": 12}".getBytes(StandardCharsets.UTF_8);

        for (long seed = 0; seed < 100; seed++) {
            assertThat(new Mutator(seed).mutate(content)).isEqualTo(new Mutator(seed).mutate(content));
        }
    }
}
