package org.lamp4j.onnx.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.errors.ModelFormatException;

class ZipDirectoryTest {

    private static final byte[] FIRST = "first".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SECOND = "the second".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path directory;

    private Path file;
    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    @BeforeEach
    void prepareEntries() {
        file = directory.resolve("archive.bin");
        entries.put("a/1", FIRST);
        entries.put("a/2", SECOND);
    }

    private Map<String, ZipDirectory.Entry> read() throws IOException {
        try (MappedFile mapped = MappedFile.open(file)) {
            return ZipDirectory.read(mapped);
        }
    }

    private byte[] content(ZipDirectory.Entry entry) throws IOException {
        try (MappedFile mapped = MappedFile.open(file)) {
            byte[] bytes = new byte[(int) entry.size()];
            mapped.slice(entry.offset(), entry.size()).get(bytes);
            return bytes;
        }
    }

    private void assertRefused(String expected, String actual) {
        assertThatThrownBy(this::read)
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("expected " + expected + ", but was " + actual + " (" + file + ")");
    }

    private void assertBothAreFound() throws IOException {
        Map<String, ZipDirectory.Entry> found = read();
        assertThat(found).containsOnlyKeys("a/1", "a/2");
        assertThat(content(found.get("a/1"))).isEqualTo(FIRST);
        assertThat(content(found.get("a/2"))).isEqualTo(SECOND);
    }

    @Test
    void read_storedEntries_areFoundAlignedAndTheJdkReadsThemToo() throws IOException {
        TestFiles.zip(file, entries);
        assertBothAreFound();
        assertThat(read().values()).allMatch(entry -> entry.offset() % 64 == 0);
        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertThat(zip.getInputStream(zip.getEntry("a/2")).readAllBytes()).isEqualTo(SECOND);
        }
    }

    @Test
    void read_zip64Records_areUsedWhereThePlainOnesAreSaturated() throws IOException {
        TestFiles.zip(file, entries, 0);
        ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int end = content.limit() - ZipDirectory.DIRECTORY_END_BYTES;
        int lastHeader = end
                - ZipDirectory.ZIP64_LOCATOR_BYTES
                - ZipDirectory.ZIP64_DIRECTORY_END_BYTES
                - ZipDirectory.DIRECTORY_HEADER_BYTES
                - 15; // the name and the ZIP64 field
        assertThat(content.getInt(end + 16)).as("offset of the directory").isEqualTo(-1);
        assertThat(content.getInt(lastHeader)).isEqualTo(ZipDirectory.DIRECTORY_HEADER);
        assertThat(content.getInt(lastHeader + 42))
                .as("offset of the last entry")
                .isEqualTo(-1);
        assertBothAreFound();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertThat(zip.getInputStream(zip.getEntry("a/2")).readAllBytes()).isEqualTo(SECOND);
        }
    }

    @Test
    void read_moreEntriesThanThePlainRecordCounts_areAllFound() throws IOException {
        for (int index = 0; index < 70_000; index++) {
            entries.put("b/" + index, new byte[] {(byte) index});
        }
        TestFiles.zip(file, entries);
        assertThat(read()).hasSize(70_002);
    }

    @Test
    void read_entryBeyondFourGigabytes_isFound() throws IOException {
        long offset = 5L << 30;
        byte[] name = "a/1".getBytes(StandardCharsets.US_ASCII);
        ByteBuffer end = ByteBuffer.allocate(1000).order(ByteOrder.LITTLE_ENDIAN);
        end.putInt(ZipDirectory.LOCAL_HEADER).putLong(0).putLong(0).putInt(-1).putShort((short) 0);
        end.putShort((short) name.length).putShort((short) 0).put(name).put(FIRST);
        long directoryOffset = offset + end.position();
        end.putInt(ZipDirectory.DIRECTORY_HEADER)
                .putLong(0)
                .putLong(0)
                .putInt(-1)
                .putInt(-1);
        end.putShort((short) name.length)
                .putShort((short) 32)
                .putShort((short) 0)
                .putLong(0)
                .putInt(-1)
                .put(name);
        end.putShort((short) ZipDirectory.ZIP64_EXTRA).putShort((short) 28);
        end.putLong(FIRST.length).putLong(FIRST.length).putLong(offset).putInt(0);
        long endOffset = offset + end.position();
        end.putInt(ZipDirectory.ZIP64_DIRECTORY_END)
                .putLong(44)
                .putInt(0)
                .putLong(0)
                .putLong(1)
                .putLong(1);
        end.putLong(endOffset - directoryOffset).putLong(directoryOffset);
        end.putInt(ZipDirectory.ZIP64_LOCATOR).putInt(0).putLong(endOffset).putInt(1);
        end.putInt(ZipDirectory.DIRECTORY_END).putInt(0).putInt(-1).putLong(-1).putShort((short) 0);
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.seek(offset);
            sparse.write(end.array(), 0, end.position());
        }
        assertThat(read().get("a/1").offset()).isEqualTo(offset + 33);
        assertThat(content(read().get("a/1"))).isEqualTo(FIRST);
    }

    @Test
    void read_commentAtTheEnd_isSkipped() throws IOException {
        TestFiles.zip(file, entries);
        byte[] content = Files.readAllBytes(file);
        byte[] commented = Arrays.copyOf(content, content.length + 7);
        commented[content.length - 2] = 7;
        Files.write(file, commented);
        assertBothAreFound();
    }

    /** Nothing is extracted, so a name that leads out of a folder leads nowhere. */
    @Test
    void read_traversalNames_areNamesOnly() throws IOException {
        Path archive = TestFiles.zip(
                Files.createDirectories(directory.resolve("a/b")).resolve("m.bin"),
                Map.of("../../escaped", new byte[] {1}));

        try (MappedFile mapped = MappedFile.open(archive)) {
            assertThat(ZipDirectory.read(mapped)).containsOnlyKeys("../../escaped");
        }
        assertThat(directory.resolve("escaped")).doesNotExist();
        assertThatThrownBy(() -> Checkpoint.open(archive))
                .hasMessage(
                        "expected a PyTorch archive with data.pkl, but was a ZIP archive without (" + archive + ")");
    }

    @Test
    void read_compressedEntry_isRefused() throws IOException {
        try (OutputStream stream = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(stream)) {
            zip.putNextEntry(new ZipEntry("a/1"));
            zip.write(new byte[100]);
        }
        assertRefused("entry a/1 to be stored as it is", "compressed by method 8");
    }

    @Test
    void read_encryptedEntry_isRefused() throws IOException {
        TestFiles.zip(file, entries);
        TestFiles.patch(file, ZipDirectory.DIRECTORY_HEADER, 8, 1);
        assertRefused("entry a/1 to be stored as it is", "encrypted");
    }

    @Test
    void read_cutOff_isRefused() throws IOException {
        TestFiles.zip(file, entries);
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) - 1));
        assertRefused("a ZIP archive that ends with its directory", "cut off");
    }

    @Test
    void read_overlappingEntries_areRefused() throws IOException {
        TestFiles.zip(file, Map.of("a/1", FIRST));
        byte[] one = Files.readAllBytes(file);
        TestFiles.patch(file, ZipDirectory.DIRECTORY_END, 8, 2, 0, 2, 0, 98);
        byte[] end = Arrays.copyOfRange(Files.readAllBytes(file), one.length - 22, one.length);
        ByteBuffer both = ByteBuffer.allocate(one.length + 49);
        both.put(one, 0, one.length - 22).put(one, one.length - 22 - 49, 49).put(end);
        Files.write(file, both.array());
        assertRefused("entries that do not overlap", "a/1 at 0");
    }

    @Test
    void read_sameNameTwice_isRefused() throws IOException {
        TestFiles.zip(file, entries);
        byte[] content = Files.readAllBytes(file);
        for (int at = 0; at + 3 < content.length; at++) {
            if (content[at] == 'a' && content[at + 1] == '/' && content[at + 2] == '2') {
                content[at + 2] = '1';
            }
        }
        Files.write(file, content);
        assertRefused("each entry once", "a/1 twice");
    }

    @Test
    void read_localHeaderOfAnotherName_isRefused() throws IOException {
        TestFiles.zip(file, entries);
        TestFiles.patch(file, ZipDirectory.LOCAL_HEADER, 30, 'b');
        assertRefused("a local header of entry a/1", "one of b/1");
    }

    @Test
    void read_offsetOfOtherData_isRefused() throws IOException {
        TestFiles.zip(file, entries);
        TestFiles.patch(file, ZipDirectory.DIRECTORY_HEADER, 42, 5);
        assertRefused("a local header of entry a/1", "other data at 5");
    }

    @Test
    void read_offsetBehindTheDirectory_isRefused() throws IOException {
        TestFiles.zip(file, entries);
        TestFiles.patch(file, ZipDirectory.DIRECTORY_HEADER, 42, 0, 0, 0, 16);
        assertRefused("entry a/1 before the directory", "at 268435456");
    }

    @Test
    void read_entryLongerThanTheFile_isRefused() throws IOException {
        TestFiles.zip(file, Map.of("a/1", FIRST));
        TestFiles.patch(file, ZipDirectory.DIRECTORY_HEADER, 20, 0, 1, 0, 0, 0, 1, 0, 0);
        assertRefused("256 bytes of entry a/1", "5");
    }

    @Test
    void read_twoSizes_areRefused() throws IOException {
        TestFiles.zip(file, Map.of("a/1", FIRST));
        TestFiles.patch(file, ZipDirectory.DIRECTORY_HEADER, 20, 4);
        assertRefused("entry a/1 with one size and an offset", "5, 4 and 0");
    }

    @Test
    void read_saturatedSizeWithoutZip64Field_isRefused() throws IOException {
        TestFiles.zip(file, Map.of("a/1", FIRST));
        TestFiles.patch(file, ZipDirectory.DIRECTORY_HEADER, 24, 255, 255, 255, 255);
        assertRefused("the ZIP64 sizes of entry a/1", "none");
    }

    @Test
    void read_saturatedEndWithoutZip64Record_isRefused() throws IOException {
        TestFiles.zip(file, entries);
        TestFiles.patch(file, ZipDirectory.DIRECTORY_END, 16, 255, 255, 255, 255);
        assertRefused("a ZIP64 directory end", "none");
    }

    @Test
    void read_locatorOfOtherData_isRefused() throws IOException {
        TestFiles.zip(file, entries, 0);
        TestFiles.patch(file, ZipDirectory.ZIP64_LOCATOR, 8, 3);
        long offset = Files.size(file) - 22 - 20 - 56;
        assertRefused("a ZIP64 directory end at " + ((offset & ~0xffL) | 3), "other data");
    }

    @Test
    void read_directoryBeyondTheFile_isRefused() throws IOException {
        TestFiles.zip(file, Map.of("a/1", FIRST));
        TestFiles.patch(file, ZipDirectory.DIRECTORY_END, 12, 255);
        assertRefused("a ZIP directory within the file and within 16777216 bytes", "255 bytes at 69");
    }

    @Test
    void read_otherCountOfEntries_isRefused() throws IOException {
        TestFiles.zip(file, entries);
        TestFiles.patch(file, ZipDirectory.DIRECTORY_END, 10, 3);
        assertRefused("3 ZIP entries", "2");
    }

    @Test
    void read_otherDataInTheDirectory_isRefused() throws IOException {
        TestFiles.zip(file, Map.of("a/1", FIRST));
        TestFiles.patch(file, ZipDirectory.DIRECTORY_HEADER, 0, 'x');
        assertRefused("a ZIP directory of headers", "other data after entry 0");
    }

    @Test
    void read_headerLongerThanTheDirectory_isRefused() throws IOException {
        TestFiles.zip(file, Map.of("a/1", FIRST));
        TestFiles.patch(file, ZipDirectory.DIRECTORY_HEADER, 28, 0, 1);
        assertRefused("a whole ZIP header", "cut off");
    }

    /** The file is sparse; it is the directory that would be read. */
    @Test
    void read_directoryOfManyMegabytes_isRefusedBeforeItIsRead() throws IOException {
        TestFiles.zip(file, Map.of());
        byte[] end = Files.readAllBytes(file);
        ByteBuffer.wrap(end).order(ByteOrder.LITTLE_ENDIAN).putInt(12, (1 << 24) + 1);
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1 << 27);
            sparse.seek(1 << 27);
            sparse.write(end);
        }
        assertRefused("a ZIP directory within the file and within 16777216 bytes", "16777217 bytes at 0");
    }

    @Test
    void read_archiveInParts_isRefused() throws IOException {
        TestFiles.zip(file, entries);
        TestFiles.patch(file, ZipDirectory.DIRECTORY_END, 4, 2);
        assertRefused("a ZIP archive of one part", "part 2 of several");
    }

    @Test
    void read_moreEntriesThanAnyModelHas_isRefused() throws IOException {
        Map<String, byte[]> many = new LinkedHashMap<>();
        for (int index = 0; index <= ZipDirectory.MAX_ENTRIES; index++) {
            many.put("a/" + index, new byte[0]);
        }
        TestFiles.zip(file, many);
        assertRefused("at most 131072 ZIP entries", "more");
    }

    @Test
    void read_nameOfAPage_isRefused() throws IOException {
        TestFiles.zip(file, Map.of("a".repeat(1025), FIRST));
        assertRefused("names of at most 1024 bytes", "1025 bytes");
    }
}
