package org.lamp4j.onnx.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.tensor.Shape;

class TorchWriterTest {

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("diffusion_pytorch_model.bin");
    }

    /** Reads all entries with the JDK's reader, which compares sizes and checksums. */
    private Map<String, byte[]> entries() throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (InputStream stream = Files.newInputStream(file);
                ZipInputStream zip = new ZipInputStream(stream)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), zip.readAllBytes());
            }
        }
        return entries;
    }

    @Test
    void write_eachType_isReadBackInOrder() throws IOException {
        List<StoredTensor> tensors = new ArrayList<>(
                Arrays.stream(StoredType.values()).map(TestFiles::sample).toList());
        tensors.add(StoredTensor.of("empty", Shape.of(0, 70_000, 70_000), TestFiles.direct()));
        tensors.add(StoredTensor.of("scalar", Shape.of(), TestFiles.direct(3)));
        tensors.add(StoredTensor.of("long", Shape.of(300, 1, 70_000 / 300), TestFiles.direct(new float[69_900])));
        TorchWriter.write(file, tensors);
        Checkpoint checkpoint = Checkpoint.open(file);
        assertThat(List.copyOf(checkpoint.names()))
                .isEqualTo(tensors.stream().map(StoredTensor::name).toList());
        for (StoredTensor tensor : tensors) {
            StoredTensor read = checkpoint.tensor(tensor.name());
            assertThat(read.type()).isEqualTo(tensor.type());
            assertThat(read.shape()).isEqualTo(tensor.shape());
            assertThat(read.data()).isEqualTo(tensor.data());
            assertThat(read.floats().isReadOnly()).as("a view").isEqualTo(tensor.type() == StoredType.F32);
        }
    }

    @Test
    void write_archive_hasTheEntriesOfPyTorchAlignedTo64Bytes() throws IOException {
        TorchWriter.write(file, List.of(StoredTensor.of("w", Shape.of(1), TestFiles.direct(1))));
        Map<String, byte[]> entries = entries();
        String folder = "diffusion_pytorch_model/";
        assertThat(entries.keySet())
                .containsExactly(folder + "data.pkl", folder + "byteorder", folder + "data/0", folder + "version");
        assertThat(entries.get(folder + "version"))
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("3\n");
        assertThat(entries.get(folder + "byteorder"))
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("little");
        assertThat(entries.get(folder + "data/0")).containsExactly(new byte[] {0, 0, (byte) 0x80, 0x3f});
        try (MappedFile mapped = MappedFile.open(file)) {
            assertThat(ZipDirectory.read(mapped).values()).allMatch(entry -> entry.offset() % 64 == 0);
        }
    }

    /** Pinned: Python's own unpickler has read files of this form, with PyTorch's rules for persistent ids. */
    @Test
    void write_pickle_isProtocolTwoAsPyTorchWritesIt() throws IOException {
        TorchWriter.write(
                file,
                List.of(
                        StoredTensor.of("w", Shape.of(300, 2), TestFiles.direct(new float[600])),
                        StoredTensor.of("b", Shape.of(2), TestFiles.direct(1, 2))));
        assertThat(entries().get("diffusion_pytorch_model/data.pkl"))
                .asString(StandardCharsets.ISO_8859_1)
                .isEqualTo("\u0080\2ccollections\nOrderedDict\nq\0)R("
                        + "X\1\0\0\0wctorch._utils\n_rebuild_tensor_v2\nq\1("
                        + "(X\7\0\0\0storageq\2ctorch\nFloatStorage\nq\5X\1\0\0\0000X\3\0\0\0cpuq\3MX\2tQ"
                        + "K\0(M\54\1K\2t(K\2K\1t\u0089h\0)RtR"
                        + "X\1\0\0\0bh\1((h\2h\5X\1\0\0\0001h\3K\2tQK\0(K\2t(K\1t\u0089h\0)RtRu.");
    }

    @Test
    void write_sameTensors_makesTheSameBytes() throws IOException {
        List<StoredTensor> tensors = List.of(TestFiles.sample(StoredType.F16));
        TorchWriter.write(file, tensors);
        byte[] first = Files.readAllBytes(file);
        TorchWriter.write(file, tensors);
        assertThat(Files.readAllBytes(file)).isEqualTo(first);
    }

    @Test
    void write_nameTwice_isRefusedAndNothingRemains() {
        StoredTensor tensor = TestFiles.sample(StoredType.U8);
        assertThatThrownBy(() -> TorchWriter.write(file, List.of(tensor, tensor)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected each tensor once, but was another sample.U8 (TorchWriter.write)");
        assertThat(folder).isEmptyDirectory();
    }
}
