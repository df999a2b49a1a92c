package org.lamp4j.onnx.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.tensor.Shape;

class SafetensorsReaderTest {

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("model.safetensors");
    }

    private Checkpoint open(String header, int dataBytes) throws IOException {
        return Checkpoint.open(TestFiles.safetensors(file, header.replace('\'', '"'), dataBytes));
    }

    @ParameterizedTest
    @EnumSource(StoredType.class)
    void open_eachType_isReadAsItLies(StoredType type) throws IOException {
        int width = type.byteWidth();
        String header = "{'w':{'dtype':'" + type + "','shape':[1,2],'data_offsets':[0," + 2 * width + "]}}";
        StoredTensor tensor = open(header, 2 * width).tensor("w");
        assertThat(tensor.type()).isEqualTo(type);
        assertThat(tensor.shape()).isEqualTo(Shape.of(1, 2));
        ByteBuffer data = tensor.data();
        assertThat(data.remaining()).isEqualTo(2 * width);
        assertThat(data.get(2 * width - 1)).isEqualTo((byte) (2 * width - 1));
        assertThat(data.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        assertThat(data.isDirect()).isTrue();
        assertThat(data.isReadOnly()).isTrue();
    }

    @Test
    void open_metadataScalarAndEmptyTensor_areRead() throws IOException {
        Checkpoint checkpoint = open(
                "{'__metadata__':{'format':'pt','note':'a\\nb'},"
                        + "'b':{'data_offsets':[0,4],'shape':[],'dtype':'I32'},"
                        + "'a':{'dtype':'F64','shape':[3,0],'data_offsets':[4,4]}}   ",
                4);
        assertThat(checkpoint.metadata()).containsEntry("format", "pt").containsEntry("note", "a\nb");
        assertThat(checkpoint.names()).containsExactly("b", "a");
        assertThat(checkpoint.tensor("b").data().getInt()).isEqualTo(0x03020100);
        assertThat(checkpoint.tensor("a").floats().remaining()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'w':{'dtype':'F8','shape':[1],'data_offsets':[0,1]}} | dtype of w to be one of [F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL] | F8",
                "{'w':{'dtype':7,'shape':[1],'data_offsets':[0,1]}} | dtype of w to be a string | a whole number",
                "{'w':{'dtype':'U8','shape':[2],'data_offsets':[0,1]}} | 2 bytes for w U8 [2] | 1 bytes",
                "{'w':{'dtype':'U8','shape':[-1],'data_offsets':[0,1]}} | whole numbers of 0 to 9223372036854775807 as shape of w | -1",
                "{'w':{'dtype':'U8','shape':[1.5],'data_offsets':[0,1]}} | shape of w to be a whole number | a fraction",
                "{'w':{'dtype':'U8','shape':[[1]],'data_offsets':[0,1]}} | shape of w to be a whole number | an array",
                "{'w':{'dtype':'U8','shape':9,'data_offsets':[0,1]}} | shape of w to be an array | a whole number",
                "{'w':{'dtype':'U8','shape':[99999999999999999999],'data_offsets':[0,1]}} | whole numbers of 0 to 9223372036854775807 as shape of w | 99999999999999999999",
                "{'w':{'dtype':'U8','shape':[2147483648],'data_offsets':[0,1]}} | sizes of 0 to 2147483647 for w | [2147483648]",
                "{'w':{'dtype':'F64','shape':[2147483647,2147483647],'data_offsets':[0,1]}} | at most 9223372036854775807 bytes for w | shape [2147483647, 2147483647] of F64",
                "{'w':{'dtype':'U8','shape':[1],'data_offsets':[1,0]}} | data_offsets [begin, end] of w | [1, 0]",
                "{'w':{'dtype':'U8','shape':[1],'data_offsets':[0]}} | data_offsets [begin, end] of w | [0]",
                "{'w':{'dtype':'U8','shape':[1]}} | dtype, shape and data_offsets of w | no data_offsets",
                "{'w':{'shape':[1],'data_offsets':[0,1]}} | dtype, shape and data_offsets of w | no dtype",
                "{'w':{'dtype':'U8','data_offsets':[0,1]}} | dtype, shape and data_offsets of w | no shape",
                "{'w':{'dtype':'U8','shape':[1],'data_offsets':[0,1],'x':1}} | dtype, shape and data_offsets of w | a field x",
                "{'w':null} | tensor w to be an object | null",
                "{'__metadata__':{'k':true}} | __metadata__ k to be a string | a boolean",
                "{'__metadata__':'k'} | __metadata__ to be an object | a string",
                "{'w':{'dtype':'U8','shape':[1],'data_offsets':[0,1]}}{} | nothing after the header's object | START_OBJECT",
                "['w'] | a safetensors header that begins with { | byte 0x5b"
            })
    void open_headerThatBreaksTheFormat_saysWhatAndWhere(String header, String expected, String actual) {
        assertThatThrownBy(() -> open(header, 1))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("expected " + expected + ", but was " + actual + " (" + file + ")");
    }

    @Test
    void open_tooManyAxes_isRefused() {
        String sizes = "1" + ",1".repeat(16);
        assertThatThrownBy(() -> open("{'w':{'dtype':'U8','shape':[" + sizes + "],'data_offsets':[0,1]}}", 1))
                .hasMessage("expected at most 16 numbers as shape of w, but was more (" + file + ")");
    }

    @Test
    void open_sameNameTwice_isRefused() {
        String entry = "'w':{'dtype':'U8','shape':[1],'data_offsets':[0,1]}";
        assertThatThrownBy(() -> open("{" + entry + "," + entry + "}", 1))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("expected a well-formed JSON header, but was: Duplicate field 'w' (" + file + ")");
    }

    @Test
    void open_headerCutOff_isRefused() {
        assertThatThrownBy(() -> open("{'w':{'dtype':", 1))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith("expected a well-formed JSON header, but was: Unexpected end-of-input")
                .hasMessageEndingWith("(" + file + ")");
    }

    @Test
    void open_overlap_isRefused() {
        assertThatThrownBy(() -> open(
                        "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},"
                                + "'b':{'dtype':'U8','shape':[4],'data_offsets':[3,7]}}",
                        7))
                .hasMessage("expected tensors that follow each other without gap or overlap, b at 4, but was 3 (" + file
                        + ")");
    }

    @Test
    void open_gap_isRefused() {
        assertThatThrownBy(() -> open("{'a':{'dtype':'U8','shape':[4],'data_offsets':[1,5]}}", 5))
                .hasMessage("expected tensors that follow each other without gap or overlap, a at 0, but was 1 (" + file
                        + ")");
    }

    @Test
    void open_bytesAfterTheLastTensor_areRefused() {
        assertThatThrownBy(() -> open("{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}}", 9))
                .hasMessage("expected the data to end with the last tensor, but was 5 bytes more (" + file + ")");
    }

    @Test
    void open_truncatedFile_namesTheTensorAndWhatItLacks() {
        assertThatThrownBy(() -> open(
                        "{'b':{'dtype':'F32','shape':[4],'data_offsets':[8,24]},"
                                + "'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}",
                        13))
                .hasMessage("expected 16 bytes of b, but was 5, 11 bytes short (" + file + ")");
    }

    @Test
    void open_offsetsAtTheEndOfTheNumbers_areRefused() {
        assertThatThrownBy(() -> open(
                        "{'a':{'dtype':'U8','shape':[2],'data_offsets':[9223372036854775805,9223372036854775807]}}", 2))
                .hasMessage("expected tensors that follow each other without gap or overlap, a at 0, but was"
                        + " 9223372036854775805 (" + file + ")");
    }

    @ParameterizedTest
    @CsvSource({"1", "60", "100000001", "-1", "9223372036854775807"})
    void open_headerLengthBeyondReason_isRefused(long length) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(60)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put((byte) '{');
        Files.write(file, content.array());
        assertThatThrownBy(() -> Checkpoint.open(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("expected a safetensors header within the file and within 100000000 bytes, but was "
                        + Long.toUnsignedString(length) + " bytes (" + file + ")");
    }

    @Test
    void open_almostEmptyFile_isRefused() throws IOException {
        Files.write(file, new byte[3]);
        assertThatThrownBy(() -> Checkpoint.open(file))
                .hasMessage(
                        "expected a safetensors or PyTorch file of at least 8 bytes, but was 3 bytes (" + file + ")");
    }

    @Test
    void open_moreTensorsThanAnyModelHas_isRefused() {
        StringBuilder header = new StringBuilder("{");
        for (int index = 0; index <= TensorSizes.MAX_TENSORS; index++) {
            header.append("'").append(index).append("':{'dtype':'U8','shape':[0],'data_offsets':[0,0]},");
        }
        header.setCharAt(header.length() - 1, '}');
        assertThatThrownBy(() -> open(header.toString(), 0))
                .hasMessage("expected at most 65536 tensors, but was more (" + file + ")");
    }

    @Test
    void open_moreNotesThanAnyProgramWrites_isRefused() {
        StringBuilder header = new StringBuilder("{'__metadata__':{");
        for (int index = 0; index <= SafetensorsReader.MAX_NOTES; index++) {
            header.append("'").append(index).append("':'',");
        }
        header.setLength(header.length() - 1);
        assertThatThrownBy(() -> open(header + "}}", 0))
                .hasMessage("expected at most 65536 notes in __metadata__, but was more (" + file + ")");
    }

    @Test
    void open_notesOfMegabytes_areReadUpToALimit() throws IOException {
        String note = "x".repeat(SafetensorsReader.MAX_TEXT - 12 - 1); // beside __metadata__ and k
        try (Checkpoint checkpoint = open("{'__metadata__':{'k':'" + note + "'}}", 0)) {
            assertThat(checkpoint.metadata().get("k")).hasSameSizeAs(note);
        }
        assertThatThrownBy(() -> open("{'__metadata__':{'k':'" + note + "x'}}", 0))
                .hasMessage("expected at most 8388608 characters of names and notes, but was more (" + file + ")");
    }

    @Test
    void open_nameOfAPage_isRefused() {
        assertThatThrownBy(() -> open("{'" + "w".repeat(1025) + "':{}}", 0))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith("expected a well-formed JSON header, but was: Name length (1025) exceeds");
    }

    @Test
    void open_typeOfAPage_isQuotedInPart() {
        assertThatThrownBy(() -> open("{'w':{'dtype':'" + "F".repeat(9999) + "','shape':[],'data_offsets':[0,1]}}", 1))
                .hasMessageEndingWith(", but was " + "F".repeat(64) + " (" + file + ")");
    }

    @Test
    void open_headerThatIsNotUtf8_isRefused() throws IOException {
        TestFiles.safetensors(file, "{\"__metadata__\":{\"k\":\"abc\"}}", 0);
        byte[] content = Files.readAllBytes(file);
        content[content.length - 5] = (byte) 0xff;
        Files.write(file, content);
        assertThatThrownBy(() -> Checkpoint.open(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("expected a header in UTF-8, but was something else (" + file + ")");
    }
}
