package org.lamp4j.onnx.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import net.razorvine.pickle.Opcodes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.onnx.weights.PickleAssembler.Layout;
import org.lamp4j.tensor.Shape;

class TorchReaderTest {

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("model.bin");
    }

    /** Opens an archive of a pickle and the storage 0, which holds the floats 0, 1, 2, … */
    private Checkpoint open(byte[] pickle, int storageFloats) throws IOException {
        return Checkpoint.open(TestFiles.zip(file, archive(pickle, storageFloats)));
    }

    private static Map<String, byte[]> archive(byte[] pickle, int storageFloats) {
        ByteBuffer storage = ByteBuffer.allocate(storageFloats * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int index = 0; index < storageFloats; index++) {
            storage.putFloat(index);
        }
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("any name/data.pkl", pickle);
        entries.put("any name/data/0", storage.array());
        return entries;
    }

    private static byte[] tensor(int storageFloats, Layout layout) {
        return new PickleAssembler()
                .orderedDict()
                .text("w")
                .tensor("FloatStorage", "0", storageFloats, layout)
                .op(Opcodes.SETITEM)
                .stop();
    }

    private void assertRefused(byte[] pickle, int storageFloats, String expected, String actual) {
        assertThatThrownBy(() -> open(pickle, storageFloats))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("expected " + expected + ", but was " + actual + " (" + file + ")");
    }

    @ParameterizedTest
    @EnumSource(StoredType.class)
    void open_eachStorageType_isRead(StoredType type) throws IOException {
        int count = 48 / type.byteWidth();
        byte[] pickle = new PickleAssembler()
                .op(Opcodes.EMPTY_DICT)
                .text("w")
                .tensor(type.torchStorage(), "0", count, Layout.vector(count))
                .op(Opcodes.SETITEM)
                .stop();
        StoredTensor tensor = open(pickle, 12).tensor("w");
        assertThat(tensor.type()).isEqualTo(type);
        assertThat(tensor.shape()).isEqualTo(Shape.of(count));
        assertThat(tensor.data().getFloat(44)).isEqualTo(11);
    }

    @Test
    void tensor_contiguousPartOfAStorage_isAView() throws IOException {
        Layout layout = new Layout(2, new int[] {2, 1, 3}, new int[] {3, 99, 1});
        StoredTensor tensor = open(tensor(9, layout), 9).tensor("w");
        assertThat(TestFiles.floats(tensor)).containsExactly(2, 3, 4, 5, 6, 7);
        assertThat(tensor.floats().isReadOnly()).isTrue();
    }

    @Test
    void tensor_transposed_isPutInOrderOnce() throws IOException {
        StoredTensor tensor = open(tensor(6, new Layout(0, new int[] {3, 2}, new int[] {1, 3})), 6)
                .tensor("w");
        assertThat(tensor.shape()).isEqualTo(Shape.of(3, 2));
        assertThat(TestFiles.floats(tensor)).containsExactly(0, 3, 1, 4, 2, 5);
        ByteBuffer first = tensor.data();
        assertThat(first.isDirect()).isTrue();
        assertThat(tensor.data().alignmentOffset(0, 1 << 30)).isEqualTo(first.alignmentOffset(0, 1 << 30));
    }

    @Test
    void tensor_channelsLast_isPutInOrder() throws IOException {
        Layout layout = new Layout(1, new int[] {2, 2, 2}, new int[] {4, 1, 2});
        assertThat(TestFiles.floats(open(tensor(9, layout), 9).tensor("w"))).containsExactly(1, 3, 2, 4, 5, 7, 6, 8);
    }

    @Test
    void tensor_everySecondRow_skipsTheOthers() throws IOException {
        Layout layout = new Layout(0, new int[] {2, 2}, new int[] {4, 1});
        assertThat(TestFiles.floats(open(tensor(8, layout), 8).tensor("w"))).containsExactly(0, 1, 4, 5);
    }

    @Test
    void tensor_expanded_repeatsItsElements() throws IOException {
        Layout layout = new Layout(1, new int[] {2, 3}, new int[] {1, 0});
        assertThat(TestFiles.floats(open(tensor(3, layout), 3).tensor("w"))).containsExactly(1, 1, 1, 2, 2, 2);
    }

    @Test
    void tensor_scalarAndEmpty_areRead() throws IOException {
        assertThat(TestFiles.floats(open(tensor(3, new Layout(2, new int[0], new int[0])), 3)
                        .tensor("w")))
                .containsExactly(2);
        assertThat(TestFiles.floats(open(tensor(0, new Layout(0, new int[] {0, 5}, new int[] {5, 1})), 0)
                        .tensor("w")))
                .isEmpty();
    }

    @Test
    void open_twoTensorsOfOneStorage_areBothRead() throws IOException {
        byte[] pickle = new PickleAssembler()
                .orderedDict()
                .op(Opcodes.MARK)
                .text("a")
                .tensor("FloatStorage", "0", 4, Layout.vector(4))
                .text("b")
                .tensor("FloatStorage", "0", 4, new Layout(3, new int[] {1}, new int[] {1}))
                .op(Opcodes.SETITEMS)
                .stop();
        Checkpoint checkpoint = open(pickle, 4);
        assertThat(checkpoint.names()).containsExactly("a", "b");
        assertThat(TestFiles.floats(checkpoint.tensor("b"))).containsExactly(3);
    }

    @Test
    void open_stateDictWithinACheckpoint_isFound() throws IOException {
        byte[] pickle = new PickleAssembler()
                .op(Opcodes.EMPTY_DICT)
                .op(Opcodes.MARK)
                .text("epoch")
                .integer(3)
                .text("state_dict")
                .orderedDict()
                .text("w")
                .tensor("FloatStorage", "0", 2, Layout.vector(2))
                .op(Opcodes.SETITEM)
                .op(Opcodes.SETITEMS)
                .stop();
        assertThat(open(pickle, 2).names()).containsExactly("w");
        assertThat(open(pickle, 2).metadata()).containsExactly(entry("epoch", "3"));
    }

    /** As Lightning writes them: a dictionary by class, numbers of NumPy, an optimiser by number. */
    @Test
    void open_stateOfATrainingProgram_isPassedOver() throws IOException {
        PickleAssembler pickle = new PickleAssembler()
                .op(Opcodes.EMPTY_DICT)
                .op(Opcodes.MARK)
                .text("callbacks")
                .op(Opcodes.EMPTY_DICT)
                .global("pytorch_lightning.callbacks.model_checkpoint", "ModelCheckpoint")
                .op(Opcodes.EMPTY_DICT)
                .text("best_model_score");
        pickle.global("numpy.core.multiarray", "scalar")
                .global("numpy", "dtype")
                .text("f8")
                .integer(0)
                .integer(1)
                .op(Opcodes.TUPLE3)
                .op(Opcodes.REDUCE)
                .integers(3, 0)
                .op(Opcodes.BUILD)
                .global("_codecs", "encode")
                .text("bytes")
                .text("latin1")
                .op(Opcodes.TUPLE2)
                .op(Opcodes.REDUCE)
                .op(Opcodes.TUPLE2)
                .op(Opcodes.REDUCE);
        pickle.op(Opcodes.SETITEM).op(Opcodes.SETITEM).text("optimizer").op(Opcodes.EMPTY_DICT);
        pickle.integer(0).integer(7).op(Opcodes.SETITEM);
        pickle.text("global_step").integer(875_000).text("state_dict").orderedDict();
        pickle.text("w").tensor("HalfStorage", "0", 2, Layout.vector(2)).op(Opcodes.SETITEM);
        byte[] bytes = pickle.op(Opcodes.SETITEMS).stop();

        try (Checkpoint checkpoint = open(bytes, 1)) {
            assertThat(checkpoint.names()).containsExactly("w");
            assertThat(checkpoint.metadata()).containsExactly(entry("global_step", "875000"));
        }
    }

    @Test
    void open_valueThatIsNoTensor_isRefused() {
        byte[] pickle = new PickleAssembler()
                .orderedDict()
                .text("epoch")
                .integer(3)
                .op(Opcodes.SETITEM)
                .stop();
        assertRefused(pickle, 1, "a state dict of tensors", "no tensor at epoch");
    }

    @Test
    void open_wholeModule_isRefusedByItsClass() {
        byte[] pickle = new PickleAssembler()
                .global("diffusers.models.unet_2d_condition", "UNet2DConditionModel")
                .stop();
        assertThatThrownBy(() -> open(pickle, 1))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("expected only what PyTorch state dicts are made of, but was"
                        + " diffusers.models.unet_2d_condition.UNet2DConditionModel, which is refused and was not run"
                        + " (any name/data.pkl in " + file + ")");
    }

    @Test
    void open_noDictionary_isRefused() {
        assertRefused(new PickleAssembler().op(Opcodes.EMPTY_LIST).stop(), 1, "a state dict", "another object");
    }

    @Test
    void open_storageThatIsNotThere_isRefused() {
        byte[] pickle = new PickleAssembler()
                .orderedDict()
                .text("w")
                .tensor("FloatStorage", "../../secret", 1, Layout.vector(1))
                .op(Opcodes.SETITEM)
                .stop();
        assertRefused(pickle, 1, "storage ../../secret of w", "none");
    }

    @Test
    void open_storageOfOtherLength_isRefused() {
        assertRefused(tensor(5, Layout.vector(5)), 4, "5 elements F32 in storage 0 of w", "16 bytes");
    }

    @Test
    void open_layoutBeyondTheStorage_isRefused() {
        String expected = "w within the 4 elements of its storage";
        assertRefused(
                tensor(4, new Layout(1, new int[] {4}, new int[] {1})),
                4,
                expected,
                "offset 1, shape [4], strides [1]");
        assertRefused(
                tensor(4, new Layout(0, new int[] {2}, new int[] {4})),
                4,
                expected,
                "offset 0, shape [2], strides [4]");
        assertRefused(
                tensor(4, new Layout(-1, new int[] {2}, new int[] {1})),
                4,
                expected,
                "offset -1, shape [2], strides [1]");
        assertRefused(
                tensor(4, new Layout(5, new int[] {0}, new int[] {1})),
                4,
                expected,
                "offset 5, shape [0], strides [1]");
        assertRefused(
                tensor(4, new Layout(3, new int[] {2}, new int[] {-1})),
                4,
                expected,
                "offset 3, shape [2], strides [-1]");
        int huge = Integer.MAX_VALUE;
        assertRefused(
                tensor(4, new Layout(0, new int[] {huge, 2}, new int[] {huge, 1})),
                4,
                expected,
                "offset 0, shape [2147483647, 2], strides [2147483647, 1]");
    }

    @Test
    void open_scalarBehindTheStorage_isRefused() {
        assertRefused(
                tensor(4, new Layout(4, new int[0], new int[0])),
                4,
                "w within the 4 elements of its storage",
                "offset 4, shape [], strides []");
    }

    @Test
    void open_expansionToGigabytes_isRefused() throws IOException {
        TestFiles.zip(file, archive(tensor(1, new Layout(0, new int[] {1 << 25}, new int[] {0})), 1));
        long size = Files.size(file);
        assertThatThrownBy(() -> Checkpoint.open(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("expected at most " + (4 * size + (1 << 24)) + " bytes of tensors in a file of " + size
                        + " bytes, but was more with w F32 [33554432] (" + file + ")");
    }

    @Test
    void open_manyExpansionsThatAreMuchTogether_areRefused() throws IOException {
        PickleAssembler pickle = new PickleAssembler().op(Opcodes.EMPTY_DICT);
        for (int index = 0; index < 100; index++) {
            pickle.text("w" + index)
                    .tensor("FloatStorage", "0", 1, new Layout(0, new int[] {1 << 20}, new int[] {0}))
                    .op(Opcodes.SETITEM);
        }
        TestFiles.zip(file, archive(pickle.stop(), 1));
        assertThatThrownBy(() -> Checkpoint.open(file)).hasMessageContaining("but was more with w4 F32 [1048576]");
    }

    @Test
    void open_expansionOfAFewBytes_isRead() throws IOException {
        TestFiles.zip(file, archive(tensor(1, new Layout(0, new int[] {1 << 20}, new int[] {0})), 1));
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            assertThat(checkpoint.tensor("w").floats().remaining()).isEqualTo(1 << 20);
        }
    }

    @Test
    void open_bytesThatBecomeFloats_areChargedAsFloats() throws IOException {
        byte[] pickle = new PickleAssembler()
                .op(Opcodes.EMPTY_DICT)
                .text("w")
                .tensor("ByteStorage", "0", 4, new Layout(0, new int[] {1 << 23}, new int[] {0}))
                .op(Opcodes.SETITEM)
                .stop();
        TestFiles.zip(file, archive(pickle, 1));
        assertThatThrownBy(() -> Checkpoint.open(file)).hasMessageContaining("but was more with w U8 [8388608]");
    }

    @Test
    void open_nameOfAPage_isRefused() throws IOException {
        byte[] pickle = new PickleAssembler()
                .op(Opcodes.EMPTY_DICT)
                .text("w".repeat(1025))
                .tensor("FloatStorage", "0", 1, Layout.vector(1))
                .op(Opcodes.SETITEM)
                .stop();
        TestFiles.zip(file, archive(pickle, 1));
        assertThatThrownBy(() -> Checkpoint.open(file))
                .hasMessage("expected names of at most 1024 characters, but was 1025 characters (" + file + ")");
    }

    @Test
    void open_sizeWithoutStride_isRefused() {
        assertRefused(
                tensor(4, new Layout(0, new int[] {2, 2}, new int[] {2})),
                4,
                "a stride for each axis of w",
                "2 axes and 1 strides");
    }

    @Test
    void open_sizesThatOverflow_areRefused() {
        int huge = Integer.MAX_VALUE;
        assertRefused(
                tensor(4, new Layout(0, new int[] {huge, huge, huge}, new int[] {0, 0, 0})),
                4,
                "at most 9223372036854775807 bytes for w",
                "shape [2147483647, 2147483647, 2147483647] of F32");
        assertRefused(
                tensor(4, new Layout(0, new int[] {-2}, new int[] {1})), 4, "sizes of 0 to 2147483647 for w", "[-2]");
    }

    @Test
    void open_bigEndian_isRefused() throws IOException {
        Map<String, byte[]> entries = archive(tensor(1, Layout.vector(1)), 1);
        entries.put("any name/byteorder", "big".getBytes(StandardCharsets.US_ASCII));
        TestFiles.zip(file, entries);
        assertThatThrownBy(() -> Checkpoint.open(file))
                .hasMessage("expected byte order little, but was big (" + file + ")");
    }

    @Test
    void open_archiveOfSomethingElse_isRefused() throws IOException {
        TestFiles.zip(file, Map.of("word/document.xml", new byte[3]));
        assertThatThrownBy(() -> Checkpoint.open(file))
                .hasMessage("expected a PyTorch archive with data.pkl, but was a ZIP archive without (" + file + ")");
    }

    @Test
    void open_twoPickles_areRefused() throws IOException {
        TestFiles.zip(file, Map.of("a/data.pkl", new byte[3], "b/data.pkl", new byte[3]));
        assertThatThrownBy(() -> Checkpoint.open(file))
                .hasMessage("expected one data.pkl, but was several (" + file + ")");
    }

    @Test
    void open_giganticPickle_isRefused() throws IOException {
        TestFiles.zip(file, Map.of("a/data.pkl", new byte[TorchUnpickler.MAX_PICKLE_BYTES + 1]));
        assertThatThrownBy(() -> Checkpoint.open(file))
                .hasMessage("expected at most 4194304 bytes of a/data.pkl, but was 4194305 (" + file + ")");
    }
}
