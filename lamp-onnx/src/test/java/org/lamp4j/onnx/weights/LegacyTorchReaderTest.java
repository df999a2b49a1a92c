package org.lamp4j.onnx.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import net.razorvine.pickle.Opcodes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.tensor.Shape;

class LegacyTorchReaderTest {

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("old.pt");
    }

    /** A file that Python's own pickler wrote; {@code legacy.py} beside it says how. */
    @Test
    void open_filePickledByPython_hasItsTensorsAndNotes() throws IOException {
        try (InputStream content = getClass().getResourceAsStream("legacy.pt")) {
            Files.write(file, Objects.requireNonNull(content).readAllBytes());
        }

        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            assertThat(checkpoint.names()).containsExactly("proj.weight", "proj.transposed", "proj.bias", "count");
            assertThat(checkpoint.metadata()).containsEntry("epoch", "3").containsEntry("global_step", "1200");
            assertThat(checkpoint.tensor("proj.weight").shape()).isEqualTo(Shape.of(2, 3));
            assertThat(TestFiles.floats(checkpoint.tensor("proj.weight"))).containsExactly(1, 1.5f, 2, 2.5f, 3, 3.5f);
            assertThat(TestFiles.floats(checkpoint.tensor("proj.transposed")))
                    .containsExactly(0, 1.5f, 0.5f, 2, 1, 2.5f);
            assertThat(checkpoint.tensor("proj.bias").type()).isEqualTo(StoredType.F16);
            assertThat(TestFiles.floats(checkpoint.tensor("proj.bias"))).containsExactly(1.5f, -2, 0.25f);
            assertThat(checkpoint.tensor("count").data().getLong(0)).isEqualTo(1L << 40);
        }
    }

    @Test
    void open_filePartByPart_isRead() throws IOException {
        Files.write(file, LegacyFiles.ofVector(5).bytes());

        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            assertThat(TestFiles.floats(checkpoint.tensor("w"))).containsExactly(0, 1, 2, 3, 4);
        }
    }

    static Stream<Arguments> refused() {
        byte[] hostile = new PickleAssembler()
                .global("os", "system")
                .text("rm -rf /")
                .op(Opcodes.TUPLE1)
                .op(Opcodes.REDUCE)
                .stop();
        byte[] otherMagic = LegacyFiles.MAGIC.clone();
        otherMagic[5]++;
        return Stream.of(
                Arguments.of("magic", otherMagic, "safetensors or what PyTorch saves, but was another pickle"),
                Arguments.of(
                        "protocol",
                        new PickleAssembler().integer(1002).stop(),
                        "version 1001 of PyTorch's protocol, but was another"),
                Arguments.of("machine", LegacyFiles.machine(false), "byte order little, but was another"),
                Arguments.of(
                        "saved",
                        hostile,
                        "only what PyTorch state dicts are made of, but was os.system, which is refused and was not run"),
                Arguments.of("saved", new PickleAssembler().integer(1).stop(), "a state dict, but was another object"),
                Arguments.of(
                        "saved",
                        LegacyFiles.saved(5, Opcodes.NEWTRUE),
                        "a persistent id ('storage', type, key, location, count), but was another"),
                Arguments.of("saved", LegacyFiles.saved(6), "6 elements F32 in storage 7 of w, but was 5"),
                Arguments.of("keys", LegacyFiles.keys(), "storage 7 of w, but was none"),
                Arguments.of(
                        "keys", LegacyFiles.keys("8"), "each storage of what was saved, once, but was another key"),
                Arguments.of(
                        "keys",
                        LegacyFiles.keys("7", "7"),
                        "each storage of what was saved, once, but was another key"),
                Arguments.of(
                        "keys", new PickleAssembler().integer(7).stop(), "a list of storages, but was another object"),
                Arguments.of("count", number(-1), "5 elements F32 in storage 7 of w, but was -1"),
                Arguments.of(
                        "count", number(Long.MAX_VALUE), "5 elements F32 in storage 7 of w, but was " + Long.MAX_VALUE),
                Arguments.of("data", new byte[19], "20 bytes of w, but was 19, 1 bytes short"),
                Arguments.of("data", new byte[0], "20 bytes of w, but was 0, 20 bytes short"),
                Arguments.of("data", new byte[23], "the data to end with the last storage, but was 3 bytes more"));
    }

    private static byte[] number(long value) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
    }

    @ParameterizedTest
    @MethodSource("refused")
    void open_otherPart_isRefused(String part, byte[] bytes, String message) throws IOException {
        LegacyFiles other = LegacyFiles.ofVector(5).with(part, bytes);
        if (part.equals("keys") && message.contains("none")) {
            other.with("count", new byte[0]).with("data", new byte[0]);
        }
        Files.write(file, other.bytes());

        assertThatThrownBy(() -> Checkpoint.open(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("expected " + message + " (" + file + ")");
    }

    /** Tensors that claim more than there is, of a storage that claims as much. */
    @Test
    void open_claimOfAllMemory_isRefusedAsCutOff() throws IOException {
        byte[] bytes = LegacyFiles.ofVector(5)
                .with("saved", LegacyFiles.saved(Integer.MAX_VALUE))
                .with("count", number(Integer.MAX_VALUE))
                .bytes();
        Files.write(file, bytes);

        assertThatThrownBy(() -> Checkpoint.open(file))
                .hasMessage("expected 8589934588 bytes of w, but was 20, 8589934568 bytes short (" + file + ")");
    }

    @Test
    void open_cutOffAnywhere_isRefused() throws IOException {
        byte[] whole = LegacyFiles.ofVector(5).bytes();
        for (int length = LegacyFiles.MAGIC.length; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Checkpoint.open(file))
                    .as("%d bytes", length)
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageMatching(
                            "expected (a well-formed pickle|a whole pickle|a line of a name|20 bytes of w).*");
        }
    }
}
