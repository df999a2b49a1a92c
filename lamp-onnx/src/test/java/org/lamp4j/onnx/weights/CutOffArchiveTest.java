package org.lamp4j.onnx.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.errors.ModelFormatException;

class CutOffArchiveTest {

    /** Between the places that a file is cut off at: a prime, so that all kinds of places are met. */
    private static final int STEP = 7;

    /** What {@link TestFiles#samples} are, as their storages lie in the file. */
    private static final int[] BYTES = {96, 96, 4};

    private static final String[] NAMES = {"conv_in.weight", "conv_in.bias", "scale"};

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("model.bin");
    }

    private byte[] written() throws IOException {
        TorchWriter.write(file, TestFiles.samples());
        return Files.readAllBytes(file);
    }

    /** As PyTorch writes it: sizes behind the data, data at multiples of 64 bytes. */
    private static byte[] streamed(boolean wide) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("archive/data.pkl", TorchPickler.pickle(TestFiles.samples()));
        entries.put("archive/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
        for (int key = 0; key < BYTES.length; key++) {
            entries.put("archive/data/" + key, new byte[BYTES[key]]);
        }
        entries.put("archive/version", "3\n".getBytes(StandardCharsets.US_ASCII));
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        entries.forEach((name, content) -> {
            int unpadded = archive.size() + ZipDirectory.LOCAL_HEADER_BYTES + name.length() + 4;
            int padding = Math.floorMod(-unpadded, 64);
            ByteBuffer entry = ByteBuffer.allocate(500 + content.length).order(ByteOrder.LITTLE_ENDIAN);
            entry.putInt(ZipDirectory.LOCAL_HEADER).putShort((short) 0).putShort((short)
                    (0x800 | CutOffArchive.STREAMED));
            entry.putShort((short) 0).putInt(0).putInt(0).putInt(0).putInt(0);
            entry.putShort((short) name.length()).putShort((short) (4 + padding));
            entry.put(name.getBytes(StandardCharsets.US_ASCII))
                    .putShort((short) 0x4246)
                    .putShort((short) padding);
            entry.put(new byte[padding])
                    .put(content)
                    .putInt(CutOffArchive.DESCRIPTOR)
                    .putInt(0);
            if (wide) {
                entry.putLong(content.length).putLong(content.length);
            } else {
                entry.putInt(content.length).putInt(content.length);
            }
            archive.write(entry.array(), 0, entry.position());
        });
        archive.writeBytes(new byte[] {'P', 'K', 1, 2, 0, 0, 0, 0});
        return archive.toByteArray();
    }

    /** The first byte of the storage of that key. */
    private static int data(byte[] archive, String folder, int key) {
        String text = new String(archive, StandardCharsets.ISO_8859_1);
        int name = text.indexOf(folder + "/data/" + key);
        int extra = ByteBuffer.wrap(archive).order(ByteOrder.LITTLE_ENDIAN).getShort(name - 2);
        return name + (folder + "/data/" + key).length() + extra;
    }

    private void assertRefused(byte[] content, int length, String message) throws IOException {
        Files.write(file, Arrays.copyOf(content, length));
        assertThatThrownBy(() -> Checkpoint.open(file))
                .as("%d bytes", length)
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("expected " + message + " (" + file + ")");
    }

    private void assertTensorsAreNamed(byte[] content, String folder) throws IOException {
        for (int key = 0; key < BYTES.length; key++) {
            int data = data(content, folder, key);
            String needed = BYTES[key] + " bytes of " + NAMES[key] + ", but was ";
            assertRefused(content, data + 3, needed + "3, " + (BYTES[key] - 3) + " bytes short");
            assertRefused(content, data, needed + "0, " + BYTES[key] + " bytes short");
            assertRefused(content, data - 70, needed + "0, " + BYTES[key] + " bytes short");
        }
    }

    @Test
    void open_sizesBeforeTheData_namesTheTensorAndWhatIsMissing() throws IOException {
        byte[] content = written();

        assertTensorsAreNamed(content, "model");
        assertRefused(content, content.length - 1, "a ZIP archive that ends with its directory, but was cut off");
        assertRefused(content, 20, "a ZIP archive that ends with its directory, but was cut off");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void open_sizesBehindTheData_namesTheTensorAndWhatIsMissing(boolean wide) throws IOException {
        byte[] content = streamed(wide);

        assertTensorsAreNamed(content, "archive");
        assertRefused(content, content.length, "a ZIP archive that ends with its directory, but was cut off");
    }

    @Test
    void open_withinThePickle_namesTheEntry() throws IOException {
        byte[] sized = written();
        byte[] streamed = streamed(false);
        int pickle = TorchPickler.pickle(TestFiles.samples()).length;

        assertRefused(
                sized, 64 + 10, pickle + " bytes of model/data.pkl, but was 10, " + (pickle - 10) + " bytes short");
        assertRefused(streamed, 64 + 10, "all of archive/data.pkl, but was cut off after 10 bytes");
    }

    @Test
    void open_pickleThatIsGone_namesTheRecord() throws IOException {
        Path zip = TestFiles.zip(folder.resolve("x.bin"), Map.of("a/data/5", new byte[100]));
        byte[] content = Files.readAllBytes(zip);

        assertRefused(content, data(content, "a", 5) + 40, "100 bytes of a/data/5, but was 40, 60 bytes short");
    }

    /** Whatever is cut off, something is refused in words. */
    @Test
    void open_cutOffAnywhere_isRefused() throws IOException {
        for (byte[] content : new byte[][] {written(), streamed(false), streamed(true)}) {
            for (int length = 4; length < content.length; length += STEP) {
                Files.write(file, Arrays.copyOf(content, length));
                assertThatThrownBy(() -> Checkpoint.open(file))
                        .as("%d bytes", length)
                        .isInstanceOf(ModelFormatException.class)
                        .hasMessageStartingWith("expected ")
                        .message()
                        .doesNotContain("broken");
            }
        }
        assertThat(data(written(), "model", 0) % 64).isZero();
    }
}
