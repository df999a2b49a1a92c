package org.lamp4j.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelTextTest {

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("config.json");
    }

    @Test
    void readObject_object_isRead() throws IOException {
        Files.writeString(file(), "{\"a\": \"\u00e9\"}");

        assertThat(ModelText.readObject(file(), 20).get("a").asText()).isEqualTo("\u00e9");
    }

    /** The file is sparse: it takes no room on disk, and reading it would take more than the test's heap. */
    @Test
    void read_fileOfGigabytes_isRefusedBeforeItIsRead() throws IOException {
        try (RandomAccessFile sparse = new RandomAccessFile(file().toFile(), "rw")) {
            sparse.setLength(1L << 33);
        }

        assertThatIOException()
                .isThrownBy(() -> ModelText.readObject(file(), ModelText.MAX_CONFIG_BYTES))
                .withMessage("expected a file of at most 1048576 bytes, but was 8589934592 (" + file() + ")");
    }

    @Test
    void read_notUtf8_isRefused() throws IOException {
        Files.write(file(), new byte[] {'{', (byte) 0xff, '}'});

        assertThatIOException()
                .isThrownBy(() -> ModelText.read(file(), 20))
                .withMessage("expected text in UTF-8, but was something else (" + file() + ")");
    }

    @Test
    void read_folder_isRefused() {
        assertThatIOException()
                .isThrownBy(() -> ModelText.read(folder, 20))
                .withMessage("expected a file, but was a folder (" + folder + ")");
    }

    @Test
    void read_noSuchFile_isNamed() {
        assertThatThrownBy(() -> ModelText.read(file(), 20))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(file().toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\": | expected JSON, but was: Unexpected end-of-input within/between Object entries (",
                "{ | expected JSON, but was: Unexpected end-of-input: expected close marker for Object (start marker at line: 1, column: 1) (",
            })
    void readObject_noJson_isRefused(String content, String message) throws IOException {
        Files.writeString(file(), content);

        assertThatIOException()
                .isThrownBy(() -> ModelText.readObject(file(), 20))
                .withMessageStartingWith(message)
                .withMessageEndingWith("(" + file() + ")");
    }

    @ParameterizedTest
    @CsvSource({"[1], ARRAY", "'', nothing"})
    void readObject_somethingElse_isRefused(String content, String found) throws IOException {
        Files.writeString(file(), content);

        assertThatIOException()
                .isThrownBy(() -> ModelText.readObject(file(), 20))
                .withMessage("expected a JSON object, but was " + found + " (" + file() + ")");
    }

    @Test
    void readObject_nestedBeyondReason_isRefused() throws IOException {
        Files.writeString(file(), "{\"a\":" + "[".repeat(100_000));

        assertThatIOException()
                .isThrownBy(() -> ModelText.readObject(file(), ModelText.MAX_CONFIG_BYTES))
                .withMessageStartingWith("expected JSON, but was: Document nesting depth");
    }
}
