package org.lamp4j.onnx.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.razorvine.pickle.Opcodes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.onnx.weights.PickleAssembler.Layout;

/** Small files that ask for gigabytes, read one after the other by a JVM that has 128 MiB. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SmallHeapTest {

    private static final long PATIENCE_MINUTES = 5;
    private static final int HUNDRED_MEGABYTES = 100_000_000;
    private static final int FIFTY_MEGABYTES = 50_000_000;

    private Path folder;
    private Map<String, String> answers;

    /** Reads each file that is named and says in a line how that went. */
    static final class Reader {

        private Reader() {}

        public static void main(String[] files) {
            for (String file : files) {
                System.out.println(Path.of(file).getFileName() + ": " + answer(Path.of(file)));
            }
        }

        private static String answer(Path file) {
            try {
                TestFiles.readAll(file);
                return "read";
            } catch (ModelFormatException refused) {
                return refused.getMessage();
            } catch (Throwable failure) {
                return failure.toString();
            }
        }
    }

    @BeforeAll
    void readAllInASmallHeap(@TempDir Path temporary) throws Exception {
        folder = temporary;
        writeHeaders();
        writeArchives();
        writePickles();
        SafetensorsWriter.write(folder.resolve("z-honest.safetensors"), TestFiles.samples(), Map.of("note", "x"));
        List<String> files;
        try (var entries = Files.list(folder)) {
            files = entries.map(Path::toString).sorted().toList();
        }
        answers = run(files)
                .lines()
                .filter(line -> line.contains(": "))
                .collect(Collectors.toMap(line -> line.split(": ", 2)[0], line -> line.split(": ", 2)[1]));
        assertThat(answers).hasSameSizeAs(files);
    }

    /** The files are hundreds of megabytes; the folder itself goes with the temporary one. */
    @AfterAll
    void deleteFiles() throws IOException {
        try (var entries = Files.list(folder)) {
            for (Path file : entries.toList()) {
                Files.delete(file);
            }
        }
    }

    private String run(List<String> files) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-XX:MaxDirectMemorySize=64m",
                "-cp",
                System.getProperty("java.class.path"),
                Reader.class.getName()));
        command.addAll(files);
        Path log = Files.createTempFile("small-heap", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)).isTrue();
            return Files.readString(log, StandardCharsets.UTF_8);
        } finally {
            process.destroyForcibly();
            Files.deleteIfExists(log);
        }
    }

    private void safetensors(String name, String header) throws IOException {
        TestFiles.safetensors(folder.resolve(name), header, 0);
    }

    private void writeHeaders() throws IOException {
        StringBuilder keys = new StringBuilder("{\"__metadata__\":{");
        for (int key = 0; keys.length() < HUNDRED_MEGABYTES - 50; key++) {
            keys.append('"').append(Integer.toString(key, 36)).append("\":\"\",");
        }
        keys.setLength(keys.length() - 1);
        safetensors("keys.safetensors", keys + "}}");
        safetensors("note.safetensors", "{\"__metadata__\":{\"k\":\"" + "x".repeat(FIFTY_MEGABYTES) + "\"}}");
        safetensors("name.safetensors", "{\"" + "x".repeat(FIFTY_MEGABYTES) + "\":{}}");
        List<String> longNames = IntStream.range(0, 20_000)
                .mapToObj(index -> "n".repeat(1000) + index)
                .toList();
        safetensors("long-names.safetensors", CraftedHeaders.tensors(longNames, 1));
        safetensors(
                "most-tensors.safetensors",
                CraftedHeaders.tensors(CraftedHeaders.collidingNames(TensorSizes.MAX_TENSORS), TensorSizes.MAX_RANK));
        safetensors("most-text.safetensors", "{\"__metadata__\":{\"k\":\"" + "\u20ac".repeat((1 << 23) - 13) + "\"}}");
    }

    private void archive(String name, byte[] pickle) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("a/data.pkl", pickle);
        entries.put("a/data/0", new byte[Float.BYTES]);
        TestFiles.zip(folder.resolve(name), entries);
    }

    private static byte[] tensors(int count, Layout layout) {
        PickleAssembler pickle = new PickleAssembler().op(Opcodes.EMPTY_DICT);
        for (int index = 0; index < count; index++) {
            pickle.text("w" + index).tensor("FloatStorage", "0", 1, layout).op(Opcodes.SETITEM);
        }
        return pickle.stop();
    }

    private void writeArchives() throws IOException {
        archive("stride-0.bin", tensors(100, new Layout(0, new int[] {1 << 24}, new int[] {0})));
        archive("budget-spent.bin", tensors(64, new Layout(0, new int[] {1 << 16}, new int[] {0})));
        Map<String, byte[]> entries = new LinkedHashMap<>();
        for (int index = 0; index < 140_000; index++) {
            entries.put("a/" + index, new byte[0]);
        }
        TestFiles.zip(folder.resolve("entries.bin"), entries);
    }

    private void writePickles() throws IOException {
        archive("dictionaries.bin", repeated(new PickleAssembler(), 260_000, Opcodes.EMPTY_DICT));
        archive("memo.bin", repeated(new PickleAssembler().op(Opcodes.NONE), 260_000, Opcodes.MEMOIZE));
        int[] sizes = new int[TensorSizes.MAX_RANK];
        PickleAssembler views = new PickleAssembler()
                .global("torch._utils", "_rebuild_tensor_v2")
                .op(Opcodes.BINPUT)
                .raw(1)
                .op(Opcodes.MARK)
                .storage("FloatStorage", "0", 1)
                .integer(0)
                .integers(sizes)
                .integers(sizes);
        views.op(Opcodes.NEWTRUE)
                .orderedDict()
                .op(Opcodes.TUPLE)
                .op(Opcodes.BINPUT)
                .raw(2);
        for (int count = 0; count < 87_000; count++) {
            views.op(Opcodes.BINGET).raw(1).op(Opcodes.BINGET).raw(2).op(Opcodes.REDUCE);
        }
        archive("views.bin", views.stop());
    }

    private static byte[] repeated(PickleAssembler pickle, int count, short opcode) {
        for (int index = 0; index < count; index++) {
            pickle.op(opcode);
        }
        return pickle.stop();
    }

    private void assertAnswer(String file, String start) {
        assertThat(answers.get(file)).as(file).startsWith(start);
    }

    @Test
    void open_headersOfManyMegabytes_areRefused() {
        assertAnswer("keys.safetensors", "expected at most 65536 notes in __metadata__, but was more");
        assertAnswer("note.safetensors", "expected a well-formed JSON header, but was: String value length");
        // Jackson's own words: a long name is a string to some of its versions.
        assertThat(answers.get("name.safetensors"))
                .containsPattern("^expected a well-formed JSON header, but was: (Name|String value length) ");
        assertAnswer("long-names.safetensors", "expected at most 8388608 characters of names and notes, but was more");
    }

    @Test
    void open_headersAtTheLimits_areRead() {
        assertAnswer("most-tensors.safetensors", "read");
        assertAnswer("most-text.safetensors", "read");
    }

    @Test
    void open_archives_areRefusedBeforeMemoryIsTaken() {
        assertAnswer("stride-0.bin", "expected at most ");
        assertThat(answers.get("stride-0.bin")).contains(" bytes of tensors in a file of ");
        assertAnswer("budget-spent.bin", "read");
        assertAnswer("entries.bin", "expected at most 131072 ZIP entries, but was more");
    }

    @Test
    void open_picklesOfManyObjects_fitIntoASmallHeap() {
        assertAnswer("dictionaries.bin", "read"); // the last dictionary, which is empty
        assertAnswer("memo.bin", "expected a state dict, but was another object");
        assertAnswer("views.bin", "expected a state dict, but was another object");
    }

    @Test
    void open_honestFileAfterThem_isRead() {
        assertAnswer("z-honest.safetensors", "read");
    }
}
