package org.lamp4j.onnx.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.tensor.Shape;

class CheckpointTest {

    @TempDir
    Path folder;

    private static StoredTensor scalar(String name, float value) {
        return StoredTensor.of(name, Shape.of(), TestFiles.direct(value));
    }

    private Path write(String fileName, String... tensorNames) throws IOException {
        Path file = folder.resolve(fileName);
        List<StoredTensor> tensors =
                Arrays.stream(tensorNames).map(name -> scalar(name, 1)).toList();
        if (fileName.endsWith(".bin")) {
            TorchWriter.write(file, tensors);
        } else {
            SafetensorsWriter.write(file, tensors, Map.of());
        }
        return file;
    }

    @Test
    void open_contentUnderAnotherSuffix_isToldByItsContent() throws IOException {
        Path torch = Files.move(write("a.bin", "torch"), folder.resolve("a.safetensors"));
        Path safetensors = Files.move(write("b.safetensors", "safe"), folder.resolve("b.bin"));
        assertThat(Checkpoint.open(torch).names()).containsExactly("torch");
        assertThat(Checkpoint.open(safetensors).names()).containsExactly("safe");
        assertThat(Checkpoint.open(safetensors).file()).isEqualTo(safetensors);
    }

    @Test
    void open_noFile_saysSo() {
        Path file = folder.resolve("none.bin");
        assertThatThrownBy(() -> Checkpoint.open(file))
                .isInstanceOf(FileNotFoundException.class)
                .hasMessage("expected a file of weights, but was none (" + file + ")");
    }

    @Test
    void open_folder_saysSo() {
        assertThatThrownBy(() -> Checkpoint.open(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("expected a file of weights, but was a folder (" + folder + ")");
    }

    @Test
    void open_pointerOfGitLfs_saysWhatToDo() throws IOException {
        Path file = folder.resolve("pointer.bin");
        Files.writeString(file, "version https://git-lfs.github.com/spec/v1\n", StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> Checkpoint.open(file))
                .hasMessage("expected weights, but was a Git LFS pointer to them; fetch them with git lfs pull (" + file
                        + ")");
    }

    @Test
    void inFolder_severalFiles_prefersSafetensorsThenFullPrecision() throws IOException {
        String[] inOrder = {
            "model.safetensors",
            "model.fp16.safetensors",
            "pytorch_model.fp16.safetensors",
            "pytorch_model.bin",
            "model.fp16.bin"
        };
        for (String name : inOrder) {
            write(name, name);
        }
        for (String name : inOrder) {
            Checkpoint checkpoint = Checkpoint.inFolder(folder, "model", "pytorch_model");
            assertThat(checkpoint.names()).containsExactly(name);
            Files.delete(folder.resolve(name));
        }
    }

    @Test
    void open_pipe_isRefusedInsteadOfWaitingForAWriter() throws Exception {
        Path pipe = folder.resolve("model.bin");
        assumeTrue(canMakePipe(pipe), "no pipes here");

        assertTimeoutPreemptively(
                Duration.ofSeconds(60),
                () -> assertThatThrownBy(() -> Checkpoint.open(pipe))
                        .isInstanceOf(ModelFormatException.class)
                        .hasMessage("expected a file of weights, but was a special file (" + pipe + ")"));
    }

    private static boolean canMakePipe(Path pipe) throws InterruptedException {
        try {
            return new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource({"w.safetensors.index.json", "w.fp16.safetensors.index.json", "w.safetensors.index.fp16.json"})
    void inFolder_severalParts_areReadAsTheIndexSays(String index) throws IOException {
        write("w-00001-of-00002.safetensors", "a", 1);
        write("w-00002-of-00002.safetensors", "b", 2);
        Files.writeString(folder.resolve(index), """
                {"metadata": {"total_size": 8}, "weight_map": {"b": "w-00002-of-00002.safetensors",
                 "a": "w-00001-of-00002.safetensors"}}""");

        try (Checkpoint checkpoint = Checkpoint.inFolder(folder, "w")) {
            assertThat(checkpoint.names()).containsExactly("b", "a");
            assertThat(TestFiles.floats(checkpoint.tensor("a"))).containsExactly(1);
            assertThat(TestFiles.floats(checkpoint.tensor("b"))).containsExactly(2);
            assertThat(checkpoint.file()).isEqualTo(folder.resolve(index));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|expected an object weight_map of at most 65536 tensors, but was none",
                "{\"weight_map\": [1]}|expected an object weight_map of at most 65536 tensors, but was something else",
                "{\"weight_map\": {\"a\": \"../w.safetensors\"}}|expected the name of a file beside the index for a,"
                        + " but was \"../w.safetensors\"",
                "{\"weight_map\": {\"a\": 7}}|expected the name of a file beside the index for a, but was 7",
                "{\"weight_map\": {\"b\": \"part.safetensors\"}}|expected tensor b, but was no such key, the nearest"
                        + " is a"
            })
    void inFolder_indexThatIsWrong_saysWhat(String json, String message) throws IOException {
        write("part.safetensors", "a", 1);
        Files.writeString(folder.resolve("w.bin.index.json"), json);

        assertThatThrownBy(() -> Checkpoint.inFolder(folder, "w"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith(message);
    }

    private void write(String name, String tensor, float value) throws IOException {
        SafetensorsWriter.write(
                folder.resolve(name), List.of(StoredTensor.of(tensor, Shape.of(1), TestFiles.direct(value))), Map.of());
    }

    @Test
    void view_ofRowsUnderAnotherName_staysOpenWhenTheFileIsClosed() throws IOException {
        Path file = folder.resolve("w.safetensors");
        SafetensorsWriter.write(
                file,
                List.of(StoredTensor.of("packed", Shape.of(3, 2), TestFiles.direct(1, 2, 3, 4, 5, 6))),
                Map.of("note", "kept"));
        Checkpoint view;
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            StoredTensor packed = checkpoint.tensor("packed");
            view = checkpoint.view(Map.of("q", packed.rows(1, 1).as("q", Shape.of(2, 1))));
        }

        assertThat(view.names()).containsExactly("q");
        assertThat(view.metadata()).containsEntry("note", "kept");
        assertThat(view.tensor("q")).hasToString("q F32 [2, 1] in " + file);
        assertThat(TestFiles.floats(view.tensor("q"))).containsExactly(3, 4);
        assertThat(TestFiles.floats(StoredTensor.of("w", Shape.of(2, 1), TestFiles.direct(7, 8))
                        .rows(1, 1)))
                .containsExactly(8);
    }

    @Test
    void inFolder_noFile_listsWhatWasLookedFor() {
        assertThatThrownBy(() -> Checkpoint.inFolder(folder, "model", "pytorch_model"))
                .isInstanceOf(FileNotFoundException.class)
                .hasMessage("expected one of model.safetensors, pytorch_model.safetensors, model.fp16.safetensors,"
                        + " pytorch_model.fp16.safetensors, model.bin, pytorch_model.bin, model.fp16.bin,"
                        + " pytorch_model.fp16.bin, but was none of them (" + folder + ")");
    }

    @Test
    void inFolder_noFolder_saysSo() {
        Path unet = folder.resolve("unet");
        assertThatThrownBy(() -> Checkpoint.inFolder(unet, "w"))
                .hasMessage("expected one of w.safetensors, w.fp16.safetensors, w.bin, w.fp16.bin, but was no such"
                        + " folder (" + unet + ")");
    }

    @Test
    void tensor_missingKey_namesTheNearest() throws IOException {
        Path file = write("m.safetensors", "conv_in.weight", "conv_in.bias", "conv_out.weight", "x");
        Checkpoint checkpoint = Checkpoint.open(file);
        assertThat(checkpoint.contains("conv_in.weigth")).isFalse();
        assertThat(checkpoint.contains("conv_in.weight")).isTrue();
        assertThatThrownBy(() -> checkpoint.tensor("conv_in.weigth"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected tensor conv_in.weigth, but was no such key, the nearest is conv_in.weight ("
                        + file + ")");
    }

    @Test
    void tensor_emptyFile_saysThatThereIsNone() throws IOException {
        Path file = write("m.safetensors");
        Checkpoint checkpoint = Checkpoint.open(file);
        assertThatThrownBy(() -> checkpoint.tensor("w"))
                .hasMessage("expected tensor w, but was no such key, the nearest is none: the file is empty (" + file
                        + ")");
    }

    @Test
    void close_takenTensor_staysValidAndOthersAreGone() throws IOException {
        Checkpoint checkpoint = Checkpoint.open(write("m.safetensors", "w"));
        StoredTensor taken = checkpoint.tensor("w");
        checkpoint.close();
        checkpoint.close();
        assertThat(TestFiles.floats(taken)).containsExactly(1);
        assertThatThrownBy(() -> checkpoint.tensor("w"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected an open checkpoint, but was closed (" + checkpoint.file() + ")");
        assertThatThrownBy(checkpoint::names).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> checkpoint.contains("w")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void tensor_fileReplacedMeanwhile_keepsTheOldValues() throws IOException {
        Path file = write("m.safetensors", "w");
        StoredTensor before = Checkpoint.open(file).tensor("w");
        SafetensorsWriter.write(file, List.of(scalar("w", 2)), Map.of());
        assertThat(TestFiles.floats(before)).containsExactly(1);
        assertThat(TestFiles.floats(Checkpoint.open(file).tensor("w"))).containsExactly(2);
    }

    @Test
    void open_moreThanTwoGigabytes_mapsEachTensor() throws IOException {
        int large = 1_200_000_000;
        String header = ("{'first':{'dtype':'U8','shape':[large],'data_offsets':[0,1200000000]},"
                        + "'second':{'dtype':'U8','shape':[large],'data_offsets':[1200000000,2400000000]},"
                        + "'last':{'dtype':'F32','shape':[2],'data_offsets':[2400000000,2400000008]}}")
                .replace("large", String.valueOf(large))
                .replace('\'', '"');
        Path file = TestFiles.safetensors(folder.resolve("large.safetensors"), header, 0);
        long dataStart = Files.size(file);
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.seek(dataStart + large - 1);
            sparse.write(new byte[] {7, 8});
            sparse.seek(dataStart + 2L * large);
            sparse.write(new byte[] {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0x40});
        }
        Checkpoint checkpoint = Checkpoint.open(file);
        assertThat(TestFiles.floats(checkpoint.tensor("last"))).containsExactly(1, 2);
        assertThat(checkpoint.tensor("first").data().get(large - 1)).isEqualTo((byte) 7);
        assertThat(checkpoint.tensor("second").data().get(0)).isEqualTo((byte) 8);
        assertThatThrownBy(() -> checkpoint.tensor("first").floats())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected at most 536870911 elements to convert to float32, but was 1200000000 (first U8"
                        + " [1200000000] in " + file + ")");
    }

    @Test
    void open_tensorThatNoBufferHolds_isRefused() throws IOException {
        String header = "{\"w\":{\"dtype\":\"U8\",\"shape\":[2,1100000000],\"data_offsets\":[0,2200000000]}}";
        Path file = TestFiles.safetensors(folder.resolve("large.safetensors"), header, 0);
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(Files.size(file) + 2_200_000_000L);
        }
        assertThatThrownBy(() -> Checkpoint.open(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("expected tensors of at most 2147483647 bytes, but was 2200000000 (" + file + ")");
    }
}
