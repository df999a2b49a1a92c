package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.onnx.backbone.ChangedFiles.Attempt;
import org.lamp4j.onnx.backbone.ChangedFiles.Change;

/**
 * Files of a model and a pattern that are written to after they were opened, in a process that would not survive it.
 */
class ChangedFilesTest {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** Text, images, clip and fingerprint need these files; the first one that was written to is named. */
    private static final List<List<String>> NEEDED = List.of(
            List.of(ChangedFiles.TEXT_ENCODER),
            List.of(ChangedFiles.AUTOENCODER),
            List.of(TinyModel.UNET, ChangedFiles.PATTERN),
            List.of(TinyModel.UNET));

    /** A large auto-encoder runs in another way, which rounds otherwise. */
    private static final int FIRST_LARGE = 3;

    @TempDir
    private Path folder;

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a mapped file cannot be written to there")
    void use_afterAnyFileWasWrittenTo_isWhatWasOpenedOrAnErrorThatNamesTheFile() throws Exception {
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ChangedFiles.class.getName(),
                        folder.toString())
                .directory(folder.toFile())
                .redirectOutput(log.toFile())
                .redirectError(folder.resolve("errors").toFile())
                .start();

        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(log) + Files.readString(folder.resolve("errors")))
                .isZero();
        List<String> outcomes = Files.readAllLines(log);
        assertThat(outcomes).hasSize(ChangedFiles.ATTEMPTS.size());
        assertThat(outcomes.get(0)).matches("-?\\d+\t\\[-?\\d+, -?\\d+]\t-?\\d+\tsha256:[0-9a-f]{64}");
        for (int index = 1; index < outcomes.size(); index++) {
            Attempt attempt = ChangedFiles.ATTEMPTS.get(index);
            String[] parts = outcomes.get(index).split(ChangedFiles.SEPARATOR, -1);
            boolean isUnharmed = attempt.change() == Change.NONE || attempt.change() == Change.REPLACED;
            boolean isNoticed = attempt.isLarge() && !isUnharmed;
            int unchanged = attempt.isLarge() && isUnharmed ? FIRST_LARGE : 0;
            String[] whole = outcomes.get(unchanged).split(ChangedFiles.SEPARATOR, -1);
            for (int part = 0; part < NEEDED.size(); part++) {
                List<String> needed = new ArrayList<>(NEEDED.get(part));
                needed.retainAll(isNoticed ? attempt.files() : List.of());
                if (!needed.isEmpty()) {
                    assertThat(parts[part])
                            .as(attempt.toString())
                            .startsWith("expected the file as it was when it was opened, ")
                            .contains("; open it anew, and replace large weights by writing beside them and renaming (")
                            .endsWith("/" + needed.get(0) + ")");
                } else {
                    assertThat(parts[part]).as(attempt.toString()).isEqualTo(whole[part]);
                }
            }
        }
    }
}
