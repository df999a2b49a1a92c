package org.lamp4j.examples.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.device.Device;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.fixtures.ReferenceFixture;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.StoredTensor;

class VerificationTest {

    private static void nobody(Row row) {}

    @TempDir
    private Path folder;

    @Test
    void run_smallFixture_everyRowOk() throws Exception {
        Verification verification = Verification.run(smallFixture(), VerificationTest::nobody);

        assertThat(verification.rows())
                .filteredOn(row -> row.verdict() != Row.Verdict.OK && row.verdict() != Row.Verdict.REPORTED)
                .isEmpty();
        assertThat(verification.passed()).isTrue();
        assertThat(verification.rows()).hasSize(40);
    }

    /** Mapped weights, training in parts that recompute, and one clip at a time. */
    @Test
    void run_smallFixtureInTheLeastMemory_agreesInEveryRow() throws Exception {
        Device device = Device.cpu().withMemoryBudget(MemoryBudget.least());

        assertThat(Verification.run(smallFixture(), device, GradientCheckpointing.AS_NEEDED, VerificationTest::nobody)
                        .rows())
                .extracting(Row::verdict)
                .containsOnly(Row.Verdict.OK, Row.Verdict.REPORTED);
    }

    /** No other group trains. */
    @Test
    void run_smallFixtureWithRecomputation_agreesInEveryRowOfTheTraining() throws Exception {
        assertThat(Verification.run(
                                smallFixture(),
                                Device.cpu(),
                                GradientCheckpointing.ALWAYS,
                                List.of(new TrainingRows()),
                                VerificationTest::nobody)
                        .rows())
                .hasSizeGreaterThan(10)
                .extracting(Row::verdict)
                .containsOnly(Row.Verdict.OK);
    }

    /** None of these is what another row's results are computed from. */
    @Test
    void run_oneValueOfEachTensorOffByOnePercent_failsInTheRowsOfThese() throws Exception {
        Path fixture = copy(smallFixture());
        for (String tensor : List.of(
                "text.hidden_states",
                "vae.mean",
                "vae.decoded",
                "unet.output",
                "scheduler.alphas_cumprod",
                "train.1.prediction",
                "train.0.grad.conv_in.conv_gate.bias",
                "sample.latents_after_step.1",
                "sample.video")) {
            changeLargestValue(fixture.resolve("tensors.safetensors"), tensor);
        }

        Verification verification = Verification.run(fixture, VerificationTest::nobody);

        assertThat(verification.passed()).isFalse();
        assertThat(verification.rows())
                .filteredOn(row -> row.verdict() == Row.Verdict.FAIL)
                .extracting(Row::name)
                .containsExactly(
                        "text.hidden_states",
                        "vae.mean",
                        "vae.decoded",
                        "unet.output",
                        "scheduler.alphas_cumprod",
                        "train.0.grad.*",
                        "train.1.prediction",
                        "sample: step from 0 to 1",
                        "sample: step from 33 to video");
    }

    @Test
    void run_oneInputOffByOnePercent_fails() throws Exception {
        Path fixture = copy(smallFixture());
        changeLargestValue(fixture.resolve("tensors.safetensors"), "unet.latents");

        assertThat(Verification.run(fixture, List.of(new VideoUNetRows()), VerificationTest::nobody)
                        .passed())
                .isFalse();
    }

    @Test
    void run_oneWeightOffByOnePercent_fails() throws Exception {
        Path fixture = copy(smallFixture());
        changeLargestValue(fixture.resolve("motion/unet/diffusion_pytorch_model.bin"), "conv_in.conv2d.weight");

        assertThat(Verification.run(fixture, List.of(new VideoUNetRows()), VerificationTest::nobody)
                        .passed())
                .isFalse();
    }

    @Test
    void run_tensorIsNotThere_absentAndNotPassed() throws Exception {
        Path fixture = copy(smallFixture());
        replaceInHeader(fixture.resolve("tensors.safetensors"), "\"unet.output\"", "\"unet.outpux\"");

        Verification verification = Verification.run(fixture, List.of(new VideoUNetRows()), VerificationTest::nobody);

        assertThat(verification.summary()).isEqualTo("1 rows: 0 ok, 0 FAIL, 1 absent, 0 reported");
        assertThat(verification.passed()).isFalse();
    }

    @Test
    void run_noInversion_absentButPassed() throws Exception {
        Path fixture = copy(smallFixture());
        replaceInHeader(fixture.resolve("tensors.safetensors"), "\"inversion.end\"", "\"inversion.enx\"");

        Verification verification = Verification.run(fixture, List.of(new InversionRows()), VerificationTest::nobody);

        assertThat(verification.summary()).isEqualTo("1 rows: 0 ok, 0 FAIL, 1 absent, 0 reported");
        assertThat(verification.passed()).isTrue();
    }

    private static Path smallFixture() {
        return ReferenceFixture.folder("sd14-mini");
    }

    private Path copy(Path source) throws IOException {
        try (Stream<Path> paths = Files.walk(source)) {
            for (Path path : paths.toList()) {
                Path target =
                        folder.resolve("copy").resolve(source.relativize(path).toString());
                Files.createDirectories(target.getParent());
                Files.copy(path, target);
            }
        }
        return folder.resolve("copy");
    }

    /** Makes the value of the largest magnitude one percent larger, found in the file by the bytes of its tensor. */
    private static void changeLargestValue(Path file, String name) throws IOException {
        byte[] bytes;
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            StoredTensor tensor = checkpoint.tensor(name);
            ByteBuffer data = tensor.data();
            bytes = new byte[data.remaining()];
            data.get(bytes);
        }
        ByteBuffer values = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int largest = 0;
        for (int offset = 0; offset < bytes.length; offset += Float.BYTES) {
            if (Math.abs(values.getFloat(offset)) > Math.abs(values.getFloat(largest))) {
                largest = offset;
            }
        }
        int start = indexOf(Files.readAllBytes(file), bytes);
        try (RandomAccessFile random = new RandomAccessFile(file.toFile(), "rw")) {
            random.seek((long) start + largest);
            random.writeInt(Integer.reverseBytes(Float.floatToIntBits(values.getFloat(largest) * 1.01f)));
        }
    }

    private static void replaceInHeader(Path file, String text, String sameLength) throws IOException {
        int start = indexOf(Files.readAllBytes(file), text.getBytes(StandardCharsets.UTF_8));
        try (RandomAccessFile random = new RandomAccessFile(file.toFile(), "rw")) {
            random.seek(start);
            random.write(sameLength.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static int indexOf(byte[] whole, byte[] part) {
        for (int start = 0; start <= whole.length - part.length; start++) {
            if (Arrays.mismatch(whole, start, start + part.length, part, 0, part.length) < 0) {
                return start;
            }
        }
        throw new AssertionError("expected the tensor's bytes in the file");
    }
}
