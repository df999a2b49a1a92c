package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.Device;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.onnx.weights.TorchWriter;
import org.lamp4j.tensor.Shape;
import org.lamp4j.text.ClipTokenizer;
import org.lamp4j.text.ClipTokenizerTrainer;

/**
 * Damages small valid files in thousands of ways and reads them: each is read or refused with a documented exception, soon
 * and without much memory. Case number i is the same on every machine, so a failure is run again by its number.
 *
 * <p>{@code -Dfuzz.seconds=600} runs each test that long; {@code -Dfuzz.first=N} begins at case N.
 */
class FileFuzzTest {

    private static final long SECONDS = Long.getLong("fuzz.seconds", 1);
    private static final long FIRST_CASE = Long.getLong("fuzz.first", 0);

    /** A case takes milliseconds; this is for a machine that is busy otherwise, and for none that hangs. */
    private static final Duration GRACE = Duration.ofSeconds(60);

    /** What one case may allocate in all: the files have kilobytes, the graph of the deepest UNet some 100 MB. */
    private static final long MAX_ALLOCATED_BYTES = 1L << 28;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    Path directory;

    /** Reads what has been damaged. */
    @FunctionalInterface
    private interface Reader {
        void read() throws IOException;
    }

    /** Damages a file. */
    @FunctionalInterface
    private interface Damage {
        byte[] of(byte[] content, Mutator mutator);
    }

    private void fuzz(Path file, Damage damage, Set<Class<?>> documented, Reader reader) throws IOException {
        byte[] valid = Files.readAllBytes(file);
        reader.read();
        assertTimeoutPreemptively(Duration.ofSeconds(SECONDS).plus(GRACE), () -> {
            long refused = 0;
            long caseNumber = FIRST_CASE;
            for (long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos(); System.nanoTime() < end; ) {
                // A new file each time: the pages of the old one may still be mapped.
                Files.deleteIfExists(file);
                Files.write(file, damage.of(valid.clone(), new Mutator(caseNumber)));
                refused += isRefused(caseNumber, documented, reader) ? 1 : 0;
                caseNumber++;
            }
            System.getLogger(FileFuzzTest.class.getName())
                    .log(
                            System.Logger.Level.INFO,
                            "{0}: {1} cases, {2} refused",
                            file.getFileName(),
                            caseNumber - FIRST_CASE,
                            refused);
            assertThat(refused).as("refused of %d", caseNumber - FIRST_CASE).isPositive();
        });
        Files.write(file, valid);
    }

    private static boolean isRefused(long caseNumber, Set<Class<?>> documented, Reader reader) {
        long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        boolean refused = false;
        try {
            reader.read();
        } catch (Throwable failure) {
            refused = documented.stream().anyMatch(type -> type.isInstance(failure));
            if (!refused || failure.getMessage() == null) {
                fail("case " + caseNumber + " is not refused as documented", failure);
            }
        }
        long allocated = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        assertThat(allocated).as("bytes of case %d", caseNumber).isLessThan(MAX_ALLOCATED_BYTES);
        return refused;
    }

    private static List<StoredTensor> tensors() {
        FloatBuffer floats = ByteBuffer.allocateDirect(24 * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        return List.of(
                StoredTensor.of("conv_in.weight", Shape.of(2, 3, 2, 2), floats),
                StoredTensor.of("conv_in.bias", Shape.of(24), floats),
                StoredTensor.of("scale", Shape.of(), floats.slice(0, 1)));
    }

    private static void readAll(Path file) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            for (String name : checkpoint.names()) {
                assertThat(checkpoint.tensor(name).floats().remaining())
                        .isEqualTo((int) checkpoint.tensor(name).shape().elementCount());
            }
        }
    }

    @Test
    void open_damagedSafetensors_isReadOrRefused() throws IOException {
        Path file = directory.resolve("model.safetensors");
        SafetensorsWriter.write(file, tensors(), Map.of("steps", "12"));

        fuzz(file, (content, mutator) -> mutator.mutate(content), Set.of(IOException.class), () -> readAll(file));
    }

    @Test
    void open_damagedZip_isReadOrRefused() throws IOException {
        Path file = directory.resolve("model.bin");
        TorchWriter.write(file, tensors());

        fuzz(file, (content, mutator) -> mutator.mutate(content), Set.of(IOException.class), () -> readAll(file));
    }

    @Test
    void open_damagedPickle_isReadOrRefused() throws IOException {
        Path file = directory.resolve("model.bin");
        TorchWriter.write(file, tensors());

        fuzz(file, FileFuzzTest::withDamagedPickle, Set.of(IOException.class), () -> readAll(file));
    }

    /** Leaves the archive around the pickle as it is, so that all damage reaches the unpickler. */
    private static byte[] withDamagedPickle(byte[] content, Mutator mutator) {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        int start = text.indexOf("\u0080\u0002", text.indexOf("data.pkl"));
        int end = text.indexOf("PK", start);
        byte[] pickle = mutator.mutate(Arrays.copyOfRange(content, start, end));
        System.arraycopy(pickle, 0, content, start, Math.min(pickle.length, end - start));
        return content;
    }

    @ParameterizedTest
    @ValueSource(strings = {"vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json"})
    void read_damagedTokenizer_isReadOrRefused(String name) throws IOException {
        ClipTokenizerTrainer.newBuilder()
                .vocabularySize(540)
                .build()
                .train(List.of("a red car on the road", "a car is red", "the road is long"))
                .write(directory);

        fuzz(
                directory.resolve(name),
                (content, mutator) -> mutator.mutate(content),
                Set.of(IOException.class),
                () -> ClipTokenizer.read(directory).encode("a red car, \u00e9\ud83d\ude97"));
    }

    @Test
    void read_damagedSchedule_isReadOrRefused() throws IOException {
        Path file = directory.resolve("scheduler_config.json");
        Files.writeString(file, """
                {"_class_name": "DDIMScheduler", "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear",
                 "num_train_timesteps": 1000, "steps_offset": 1, "clip_sample": false, "set_alpha_to_one": false,
                 "prediction_type": "epsilon", "trained_betas": null}""");

        fuzz(
                file,
                (content, mutator) -> mutator.mutate(content),
                Set.of(IOException.class),
                () -> NoiseSchedule.read(directory));
    }

    /** Beside the files, what they say together is checked: a tensor that is missing or of another shape. */
    @ParameterizedTest
    @ValueSource(strings = {"text_encoder", "vae", "unet"})
    void open_damagedConfig_isReadOrRefused(String component) throws IOException {
        TinyModel.in(directory);

        fuzz(
                directory.resolve(component).resolve("config.json"),
                (content, mutator) -> mutator.mutate(content),
                Set.of(IOException.class, IllegalArgumentException.class),
                () -> new OnnxBackboneProvider().open(directory, Device.cpu()).close());
    }
}
