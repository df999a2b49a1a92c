package org.lamp4j.onnx.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.tensor.Shape;

/** Files that are written to while they are open. */
class ChangedCheckpointTest {

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("m.safetensors");
        SafetensorsWriter.write(file, List.of(StoredTensor.of("w", Shape.of(2), TestFiles.direct(3, 4))), Map.of());
    }

    @Test
    void open_smallFileOverwrittenAndTruncatedAfterwards_keepsWhatWasRead() throws IOException {
        Checkpoint checkpoint = Checkpoint.open(file);

        Files.write(file, new byte[(int) Files.size(file)]);
        assertThat(TestFiles.floats(checkpoint.tensor("w"))).containsExactly(3, 4);
        Files.write(file, new byte[0]);
        assertThat(TestFiles.floats(checkpoint.tensor("w"))).containsExactly(3, 4);
        assertThatCode(checkpoint::requireUnchanged).doesNotThrowAnyException();
        assertThat(checkpoint.tensor("w").data().isDirect()).isTrue();
    }

    @Test
    void open_fileThatIsWrittenToAgainAndAgain_isRefused() {
        AtomicInteger looks = new AtomicInteger();
        FileStamp.Look look = path -> new FileStamp(path, 8, FileTime.fromMillis(looks.incrementAndGet()), null);

        assertThatThrownBy(() -> MappedFile.open(file, look))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(
                        "expected a file that stays as it is while it is opened, but was written to (" + file + ")");
    }

    @Test
    void open_fileReplacedOnceMeanwhile_isTheNewOne() throws IOException {
        AtomicInteger looks = new AtomicInteger();
        FileStamp.Look look = path -> {
            if (looks.incrementAndGet() == 2) {
                Files.write(path, new byte[] {1, 2, 3});
            }
            return FileStamp.of(path);
        };

        try (MappedFile mapped = MappedFile.open(file, look)) {
            assertThat(mapped.size()).isEqualTo(3);
            assertThat(mapped.slice(0, 3).get(2)).isEqualTo((byte) 3);
        }
    }

    @Test
    void requireUnchanged_largeFileOverwrittenInPlace_isNamed() throws IOException {
        LargeFile.enlarge(file, "padding");
        Checkpoint checkpoint = Checkpoint.open(file);
        checkpoint.requireUnchanged();
        FileTime opened = Files.getLastModifiedTime(file);

        LargeFile.overwrite(file, Files.size(file) - 20);

        assertThatThrownBy(checkpoint::requireUnchanged)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected the file as it was when it was opened, " + Files.size(file) + " bytes of "
                        + opened
                        + ", but was " + Files.size(file) + " bytes of " + Files.getLastModifiedTime(file)
                        + "; open it anew, and replace large weights by writing beside them and renaming (" + file
                        + ")");
    }

    @Test
    void requireUnchanged_largeFileReplacedOrDeleted_isNoChange() throws IOException {
        LargeFile.enlarge(file, "padding");
        Checkpoint checkpoint = Checkpoint.open(file);

        Path beside = Files.write(folder.resolve("new"), new byte[8]);
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        checkpoint.requireUnchanged();
        Files.delete(file);
        checkpoint.requireUnchanged();

        assertThat(TestFiles.floats(checkpoint.tensor("w"))).containsExactly(3, 4);
    }

    /** The JVM itself throws an InternalError where Java reads a page that is gone. */
    @Test
    void reading_largeFileTruncatedMeanwhile_isAnErrorThatNamesIt() throws IOException {
        LargeFile.enlarge(file, "padding");
        Checkpoint checkpoint = Checkpoint.open(file);

        assertThatThrownBy(() -> checkpoint.reading(() -> lastByteAfterTruncation(checkpoint)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("but was 100 bytes of ")
                .hasMessageEndingWith("(" + file + ")");
    }

    private byte lastByteAfterTruncation(Checkpoint checkpoint) {
        StoredTensor padding = checkpoint.tensor("padding");
        try {
            LargeFile.truncate(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] bytes = new byte[padding.data().remaining()];
        padding.data().get(bytes);
        return bytes[bytes.length - 1];
    }
}
