package org.lamp4j.examples.accept;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lamp4j.examples.accept.PartResult.Table;
import org.lamp4j.examples.accept.PartResult.Verdict;

class PartStoreTest {

    @TempDir
    private Path folder;

    private record Named(String name, String inputs) implements Part {
        @Override
        public Finding run() {
            throw new IllegalStateException("expected not to be run");
        }
    }

    private static PartResult result(Verdict verdict) {
        return new PartResult(
                "a part",
                verdict,
                1.5,
                "found",
                Map.of("step, s", 0.25),
                List.of(new Table("Rows", List.of("row"), List.of(List.of("one")))));
    }

    @ParameterizedTest
    @EnumSource(Verdict.class)
    void find_sameKey_isWhatWasKeptUnlessItFailed(Verdict verdict) throws IOException {
        PartStore store = new PartStore(folder, Map.of());
        store.keep(result(verdict), "key");

        if (verdict == Verdict.FAILED) {
            assertThat(store.find("a part", "key")).isEmpty();
        } else {
            assertThat(store.find("a part", "key")).contains(result(verdict));
        }
        assertThat(store.find("a part", "other")).isEmpty();
        assertThat(store.find("another", "key")).isEmpty();
    }

    @Test
    void find_fileThatIsCutOff_isRunAgain() throws IOException {
        PartStore store = new PartStore(folder, Map.of());
        store.keep(result(Verdict.PASSED), "key");
        Path file = folder.resolve("a-part.json");
        Files.writeString(file, Files.readString(file).substring(0, 40));

        assertThat(store.find("a part", "key")).isEmpty();
    }

    @Test
    void key_ofAnotherDeviceVersionOrInput_isAnother() throws IOException {
        PartStore store = new PartStore(folder, Map.of("device", "CPU", "lamp4j", "1"));
        String key = store.key(new Named("a", "b"));

        assertThat(store.key(new Named("a", "b"))).isEqualTo(key);
        assertThat(store.key(new Named("a", "c"))).isNotEqualTo(key);
        assertThat(store.key(new Named("b", "b"))).isNotEqualTo(key);
        assertThat(new PartStore(folder, Map.of("device", "CUDA", "lamp4j", "1")).key(new Named("a", "b")))
                .isNotEqualTo(key);
        assertThat(new PartStore(folder, Map.of("device", "CPU", "lamp4j", "2")).key(new Named("a", "b")))
                .isNotEqualTo(key);
    }
}
