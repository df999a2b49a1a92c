package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.fixtures.LoggedMessages;
import org.lamp4j.motion.BaseFingerprint;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.PatternMetadata;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.LossScale;
import org.lamp4j.spi.MotionTrainer.State;
import org.lamp4j.spi.TrainingCheckpoint;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/**
 * Patterns and checkpoints of which a bit is not what it was. {@code -Ddamage.bits=8} tries every bit of every byte.
 */
class DamagedFileTest {

    private static final int BITS_OF_A_BYTE = Integer.getInteger("damage.bits", 1);

    @TempDir
    private Path folder;

    private BackboneModel model;
    private Path file;

    @BeforeEach
    void open() throws IOException {
        model = TinyModel.in(folder.resolve("base")).open();
        file = folder.resolve("file.safetensors");
    }

    @AfterEach
    void close() {
        model.close();
    }

    private Map<String, String> metadata() {
        BaseFingerprint base =
                new BaseFingerprint(model.fingerprint(), "epsilon", "linear 0.1 to 0.2 in 9 timesteps", 1);
        return PatternMetadata.of(base, OptionalInt.of(3), Map.of("seed", "7", "options", "{\"steps\":3}"))
                .entries();
    }

    private MotionWeights motion() {
        return TinyModel.motion(model, List.of("conv_out.conv_gate"));
    }

    private TrainingCheckpoint checkpoint() {
        State state = new State(motion(), motion(), motion(), 3, new LossScale(1024, 2, 0));
        return new TrainingCheckpoint(state, FloatTensor.of(Shape.of(3), 3, 2, 1), metadata());
    }

    private interface Reading {
        void read() throws IOException;
    }

    /** Flips bits one after the other and expects each to be found; no byte of these files is without meaning. */
    private void assertEveryFlipIsFound(Reading reading) throws IOException {
        reading.read();
        byte[] whole = Files.readAllBytes(file);
        List<String> missed = new ArrayList<>();
        for (int offset = 0; offset < whole.length; offset++) {
            for (int bit = 0; bit < BITS_OF_A_BYTE; bit++) {
                byte[] damaged = whole.clone();
                int flipped = 1 << (offset + bit) % Byte.SIZE;
                damaged[offset] ^= (byte) flipped;
                Files.write(file, damaged);
                if (!isRefused(reading)) {
                    missed.add("byte " + offset + " ^ " + flipped);
                }
            }
        }
        System.out.printf(
                "%d bytes, %d flips, %d missed%n", whole.length, whole.length * BITS_OF_A_BYTE, missed.size());
        assertThat(missed).isEmpty();
    }

    private static boolean isRefused(Reading reading) {
        try {
            reading.read();
            return false;
        } catch (IOException refused) {
            return true;
        }
    }

    @ParameterizedTest
    @EnumSource
    void readMotion_oneBitOfAnyByteFlipped_isRefused(StoredPrecision precision) throws IOException {
        model.storage().writeMotion(file, motion(), precision, metadata());

        assertEveryFlipIsFound(() -> model.storage().readMotion(file));
    }

    @Test
    void readCheckpoint_oneBitOfAnyByteFlipped_isRefused() throws IOException {
        model.storage().writeCheckpoint(file, checkpoint());

        assertEveryFlipIsFound(() -> model.storage().readCheckpoint(file));
    }

    @Test
    void readMotion_lastBitFlipped_saysThatTheFileIsDamaged() throws IOException {
        model.storage().writeMotion(file, motion(), StoredPrecision.FLOAT32, metadata());
        byte[] content = Files.readAllBytes(file);
        content[content.length - 1] ^= 1;
        Files.write(file, content);

        assertThatThrownBy(() -> model.storage().readMotion(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith("expected content whose checksum is sha256:")
                .hasMessageContaining(", but was sha256:")
                .hasMessageEndingWith("; the file is damaged: take another copy of it (" + file + ")");
    }

    @Test
    void readMotion_checksumGone_isRefused() throws IOException {
        model.storage().writeMotion(file, motion(), StoredPrecision.FLOAT32, metadata());
        String content = Files.readString(file, StandardCharsets.ISO_8859_1);
        Files.writeString(file, content.replace("\"checksum\"", "\"checksun\""), StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> model.storage().readMotion(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("expected a checksum, but was none; the file is damaged: take another copy of it (" + file
                        + ")");
    }

    @Test
    void readMotion_patternOfTheFirstVersion_isReadWithANote() throws IOException {
        Map<String, String> entries = Map.of("format_version", "1", "seed", "7");
        List<StoredTensor> tensors = motion().parameters().stream()
                .map(parameter -> StoredTensor.of(parameter.name(), parameter.shape(), parameter.values()))
                .toList();
        SafetensorsWriter.write(file, tensors, entries);
        try (LoggedMessages notes = LoggedMessages.of(SavedFile.class)) {
            assertThat(model.storage().readMotion(file).metadata()).isEqualTo(entries);

            assertThat(notes.all()).containsExactly(file + " has no checksum; damage to it would not be noticed");
        }
    }

    @Test
    void writeMotion_readAndWrittenAgain_hasOneChecksumOfItsOwn() throws IOException {
        model.storage().writeMotion(file, motion(), StoredPrecision.FLOAT32, metadata());
        Path half = folder.resolve("half.safetensors");
        Map<String, String> read = model.storage().readMotion(file).metadata();
        assertThat(read).isEqualTo(metadata());

        model.storage().writeMotion(half, model.storage().readMotion(file).weights(), StoredPrecision.FLOAT16, read);

        assertThat(model.storage().readMotion(half).metadata()).isEqualTo(metadata());
        try (Checkpoint first = Checkpoint.open(file);
                Checkpoint second = Checkpoint.open(half)) {
            assertThat(second.metadata().get(Checkpoint.CHECKSUM))
                    .matches("sha256:[0-9a-f]{64}")
                    .isNotEqualTo(first.metadata().get(Checkpoint.CHECKSUM));
        }
    }
}
