package org.lamp4j.examples.accept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.device.Device;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.fixtures.ReferenceFixture;

class AcceptanceTest {

    private static final List<String> PARTS = List.of(
            "fixture sd14-mini float32",
            "gradients",
            "motion",
            "training step, checkpointing as needed",
            "training step, checkpointing always",
            "clip",
            "operator profile");

    @TempDir
    private Path folder;

    private Acceptance.Outcome run(Consumer<String> listener) throws IOException {
        Path fixtures = ReferenceFixture.folder("sd14-mini").toAbsolutePath().getParent();
        return new Acceptance(folder.resolve("out"), fixtures, Device.cpu(), Scale.SMALL, "a version", listener).run();
    }

    /** As Ctrl-C does it, when a part has just ended. */
    private void runAndInterruptAfterTheFirstPart() {
        List<String> lines = new ArrayList<>();
        try {
            assertThatThrownBy(() -> run(line -> {
                        lines.add(line);
                        if (line.startsWith(PARTS.get(0) + ": ")) {
                            Thread.currentThread().interrupt();
                        }
                    }))
                    .isInstanceOf(StoppedException.class)
                    .hasMessage("stopped before all parts were run; the same command goes on with the next");
        } finally {
            Thread.interrupted();
        }
        assertThat(lines).hasSize(2);
    }

    /** It goes on after the part that was done; the part whose result is gone is the only one that is run again. */
    @Test
    void run_onTheCpuAndStoppedOnce_everyPartPassesOrIsMeasuredAndIsKept() throws IOException {
        runAndInterruptAfterTheFirstPart();
        List<String> lines = new ArrayList<>();
        Acceptance.Outcome outcome = run(lines::add);

        assertThat(outcome.passed()).isTrue();
        assertThat(lines)
                .filteredOn(line -> line.endsWith("(kept from before)"))
                .hasSize(1)
                .allMatch(line -> line.startsWith(PARTS.get(0)));
        JsonNode json = new ObjectMapper().readTree(outcome.json().toFile());
        assertThat(json.path("complete").asBoolean()).isTrue();
        assertThat(json.path("machine").path("computes").asText()).isEqualTo("yes");
        assertThat(json.path("parts").findValuesAsText("name")).isEqualTo(PARTS);
        assertThat(json.path("parts").findValuesAsText("verdict"))
                .containsExactly("PASSED", "PASSED", "MEASURED", "MEASURED", "MEASURED", "MEASURED", "MEASURED");
        assertThat(json.path("parts").get(3).path("figures").path("step, s").asDouble())
                .isPositive();
        assertThat(Files.readString(outcome.page()))
                .contains("7 of 7 parts: 2 passed, 0 failed, 5 measured.")
                .contains("UNet forward");

        Files.delete(folder.resolve("out/parts/clip.json"));
        lines.clear();
        assertThat(run(lines::add).passed()).isTrue();
        assertThat(lines)
                .filteredOn(line -> line.endsWith("(kept from before)"))
                .hasSize(PARTS.size() - 1);
        assertThat(lines).contains("clip …");
    }

    @Test
    void run_withoutFixtures_saysWhereTheyAreBeforeAnythingIsWritten() {
        Path missing = folder.resolve("none");

        assertThatThrownBy(() -> new Acceptance(
                                folder.resolve("out"), missing, Device.cpu(), Scale.SMALL, "a version", line -> {})
                        .run())
                .isInstanceOf(IOException.class)
                .hasMessage("expected a folder of reference fixtures, each with a case.json, such as fixtures in the"
                        + " sources of lamp4j, but there is none (" + missing + ")");
        assertThat(folder.resolve("out")).doesNotExist();
    }
}
