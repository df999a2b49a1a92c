package org.lamp4j.motion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.errors.ModelFormatException;

class PatternMetadataTest {

    private static final Path FILE = Path.of("horse.safetensors");

    private static final String NETWORK = "sha256:" + "a".repeat(64);

    private static final BaseFingerprint BASE =
            new BaseFingerprint(NETWORK, "epsilon", "linear 0.1 to 0.2 in 3 timesteps", 1);

    @Test
    void parse_ownEntries_giveTheSameMetadata() throws ModelFormatException {
        PatternMetadata metadata = PatternMetadata.of(BASE, OptionalInt.of(450), Map.of("seed", "7"));

        PatternMetadata parsed = PatternMetadata.parse(metadata.entries(), FILE);

        assertThat(parsed.entries()).isEqualTo(metadata.entries());
        assertThat(parsed.steps()).isEqualTo(OptionalInt.of(450));
        assertThat(parsed.baseFingerprint()).isEqualTo(BASE.value());
        assertThat(parsed.entries()).containsEntry("library_version", LibraryVersion.current());
    }

    @Test
    void of_unknownSteps_leavesThemOut() throws ModelFormatException {
        PatternMetadata metadata = PatternMetadata.of(BASE, OptionalInt.empty(), Map.of());

        assertThat(metadata.steps()).isEmpty();
        assertThat(PatternMetadata.parse(metadata.entries(), FILE).steps()).isEmpty();
    }

    /** Files that the first release wrote must stay readable. */
    @Test
    void parse_entriesOfVersion1_areRead() throws ModelFormatException {
        Map<String, String> entries = Map.of(
                "format", "lamp4j motion pattern",
                "format_version", "1",
                "library_version", "0.1.0",
                "base_fingerprint", NETWORK,
                "steps", "12",
                "seed", "3");

        PatternMetadata parsed = PatternMetadata.parse(entries, FILE);

        assertThat(parsed.steps()).isEqualTo(OptionalInt.of(12));
        assertThat(parsed.baseFingerprint()).isEqualTo(NETWORK);
        assertThat(parsed.entries()).containsEntry("format_version", "2");
        assertThat(PatternMetadata.promiseChecksum(entries)).isFalse();
        assertThat(PatternMetadata.promiseChecksum(parsed.entries())).isTrue();
        assertThat(PatternMetadata.promiseChecksum(Map.of())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "format|pt|expected format 'lamp4j motion pattern', but was 'pt'",
                "format_version|3|expected format_version '2', but was '3'",
                "steps|many|expected a number of steps, but was 'many'"
            })
    void parse_foreignEntry_isRefused(String rule) {
        String[] parts = rule.split("\\|", -1);
        Map<String, String> entries = new HashMap<>(
                PatternMetadata.of(BASE, OptionalInt.of(1), Map.of()).entries());
        entries.put(parts[0], parts[1]);

        assertThatExceptionOfType(ModelFormatException.class)
                .isThrownBy(() -> PatternMetadata.parse(entries, FILE))
                .withMessage(parts[2] + " (" + FILE + ")");
    }

    @Test
    void parse_withoutFingerprint_isRefused() {
        Map<String, String> entries = new HashMap<>(
                PatternMetadata.of(BASE, OptionalInt.of(1), Map.of()).entries());
        entries.remove("base_fingerprint");

        assertThatExceptionOfType(ModelFormatException.class)
                .isThrownBy(() -> PatternMetadata.parse(entries, FILE))
                .withMessage("expected a base_fingerprint, but there was none (" + FILE + ")");
    }

    @Test
    void current_version_isTheBuilds() {
        assertThat(LibraryVersion.current()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
    }
}
