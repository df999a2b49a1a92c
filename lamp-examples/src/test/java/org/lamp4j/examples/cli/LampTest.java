package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.onnx.config.BaseModelConfig;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.testing.EmbeddedModel;

class LampTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quickstart",
                "train",
                "generate",
                "export",
                "convert",
                "verify",
                "inspect",
                "bench",
                "make-random-model",
                "pretrain",
                "distil",
                "evaluate-embedded",
                "blend",
                "edit",
                "extend",
                "smooth",
                "enlarge",
                "evaluate"
            })
    void help_eachCommand_usageAndExitCode0(String command) {
        assertThat(run(command, "--help")).isEqualTo(Lamp.OK);

        assertThat(out.toString()).startsWith("Usage: lamp " + command).contains("--verbose");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void help_noCommand_listsCommands() {
        assertThat(run("--help")).isEqualTo(Lamp.OK);

        assertThat(out.toString())
                .contains("quickstart", "train", "generate", "export", "verify", "inspect", "bench")
                .contains("pretrain", "evaluate-embedded");
    }

    @ParameterizedTest
    @CsvSource({"generat, generate", "inspekt, inspect", "quickstart --sead 1, --seed"})
    void run_misspelt_namesTheNearest(String line, String nearest) {
        assertThat(run(line.split(" "))).isEqualTo(Lamp.BAD_USAGE);

        assertThat(err.toString()).contains(", the nearest is " + nearest).hasLineCount(1);
    }

    /** The message is that of the same line without {@code --help}. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense --help|Unmatched argument at index 0: 'nonsense', the nearest is inspect (see lamp --help)",
                "nonsense -h|Unmatched argument at index 0: 'nonsense', the nearest is inspect (see lamp --help)",
                "--help nonsense|Unmatched argument at index 1: 'nonsense', the nearest is inspect (see lamp --help)",
                "nonsense --version|Unmatched argument at index 0: 'nonsense', the nearest is inspect (see lamp --help)",
                "train nonsense --help|Unmatched argument at index 1: 'nonsense' (see lamp train --help)",
                "train --help nonsense|Unmatched argument at index 2: 'nonsense' (see lamp train --help)",
                "train nonsense --version|Unmatched argument at index 1: 'nonsense' (see lamp train --help)",
                "--help train nonsense|Unmatched argument at index 2: 'nonsense' (see lamp train --help)",
                "inspect a b --help|Unmatched argument at index 2: 'b' (see lamp inspect --help)",
                "train --nonsense --help|Unknown option: '--nonsense' (see lamp train --help)"
            })
    void help_besideAWordThatIsUnknown_badUsage(String line, String message) {
        assertThat(run(line.split(" "))).isEqualTo(Lamp.BAD_USAGE);

        assertThat(err.toString().strip()).isEqualTo("lamp: " + message);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void run_nothing_badUsage() {
        assertThat(run()).isEqualTo(Lamp.BAD_USAGE);

        assertThat(err.toString().strip()).isEqualTo("lamp: expected a command, but was none (see lamp --help)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "train --model m|Missing required option: '--clips=DIR' (see lamp train --help)",
                "train --clips c --output o|Missing required option: '--model=PATH' (see lamp train --help)",
                "train --model m --clips c --output o --steps 0|expected 1 or more steps, but was 0 (see lamp train --help)",
                "train --model m --clips c --output o --frame-size big|expected a size like 512x320, of sides up to 99999, but was big",
                "train --model m --clips c --output o --device gpu|expected cpu, cuda:N or auto, but was gpu",
                "train --model m --clips c --output o --learning-rate-schedule linear|expected constant, warmup:STEPS, cosine:FRACTION",
                "train --model m --clips c --output o --timestep-sampling 2:400|expected a share of the timesteps from 0 to 1",
                "bench --model m --device auto --cuda-memory 0|expected a memory limit of 1 byte or more, but was 0",
                "bench --model m --rounds 0|expected 1 round or more, but was 0",
                "train --model m --clips c --output o --checkpoint p.safetensors|expected a folder for checkpoints, but was the",
                "train --model m --clips c --output o --checkpoint-every 5|expected --checkpoint DIR, where to save the run",
                "train --model m --clips c --output o --checkpoint d --checkpoint-every 0|expected 1 or more steps between",
                "train --model m --clips c --output o --resume|expected --checkpoint DIR, from which to resume, but was",
                "train --model m --clips c --output o --validate-every 5|expected --validate-images PATH, but was none",
                "train --model m --clips c --output o --validate-images i|expected --validate-every N, but was none",
                "generate --model m --motion p --prompt x --image i.png --output o.avi|expected --output to end in .mp4",
                "generate --model m --motion p --prompt x --image i.png --output o.mp4 --guidance-scale -1|expected a guidance",
                "generate --model m --motion p --prompt x --image i.png --output o.mp4 --sampler heun|expected one of the",
                "evaluate-embedded --seeds 0|expected 1 or more seeds, but was 0",
                "pretrain --output o --largest-size 46|expected sizes above 0 and up to 45, but was 14.0 to 46.0",
                "quickstart --motion sideways|Invalid value for option '--motion'",
                "inspect|Missing required parameter: 'PATH'"
            })
    void run_wrongOptions_oneLineAndExitCode2(String line, String message) {
        assertThat(run(line.split(" "))).isEqualTo(Lamp.BAD_USAGE);

        assertThat(err.toString().strip())
                .startsWith("lamp: ")
                .contains(message)
                .doesNotContain("\n");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void inspect_controlCharactersInTheFile_doNotReachTheTerminal() throws IOException {
        Path file = folder.resolve("hostile.safetensors");
        FloatBuffer value = ByteBuffer.allocateDirect(Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        StoredTensor tensor = StoredTensor.of("clear\u001b[2J\u009b2J", Shape.of(1), value);
        SafetensorsWriter.write(file, List.of(tensor), Map.of("title\u001b]0;x\u0007", "\u001b[8mhidden\u009d"));

        assertThat(run("inspect", file.toString())).isEqualTo(Lamp.OK);

        assertThat(out.toString())
                .contains("clear?[2J?2J", "title?]0;x? = ?[8mhidden?")
                .doesNotContain("\u001b", "\u0007", "\u009b", "\u009d");
    }

    @Test
    void inspect_controlCharactersInThePath_doNotReachTheTerminal() throws IOException {
        Path hostile = Files.createDirectory(folder.resolve("a\nlamp: forged\u001b[2J"));
        Path file = Files.write(hostile.resolve("pattern.safetensors"), smallFile());

        assertThat(run("inspect", file.toString())).isEqualTo(Lamp.OK);
        assertThat(run("inspect", hostile.resolve("nowhere").toString(), "--verbose"))
                .isEqualTo(Lamp.FAILED);

        String shown = folder.resolve("a lamp: forged?[2J").toString();
        assertThat(out.toString().lines()).contains(shown + "/pattern.safetensors");
        assertThat(err.toString().lines()).startsWith("lamp: no such file or folder: " + shown + "/nowhere");
        assertThat(out.toString() + err).doesNotContain("\u001b").doesNotContainPattern("(?m)^lamp: forged");
    }

    @Test
    void inspect_noSuchPath_oneLineAndExitCode1() {
        assertThat(run("inspect", "nowhere")).isEqualTo(Lamp.FAILED);

        assertThat(err.toString().strip()).isEqualTo("lamp: no such file or folder: nowhere");
    }

    @Test
    void inspect_noSuchPathVerbose_stackTraceToo() {
        assertThat(run("inspect", "nowhere", "--verbose")).isEqualTo(Lamp.FAILED);

        assertThat(err.toString()).startsWith("lamp: no such").contains("at org.lamp4j.examples.cli.InspectCommand");
    }

    @Test
    void inspect_fileOfWeights_tensorsAndCounts() throws Exception {
        Path file = Files.write(folder.resolve("pattern.safetensors"), smallFile());

        assertThat(run("inspect", file.toString())).isEqualTo(Lamp.OK);

        assertThat(out.toString().lines())
                .containsExactly(
                        file.toString(),
                        "  1 tensors {F16=1}, 4 values, 0.0 MiB",
                        "  seed = 7",
                        "    gate.bias  F16  [2, 2]",
                        "");
    }

    @Test
    void inspect_linkToAFolder_isFollowed() throws IOException {
        Files.write(Files.createDirectory(folder.resolve("real")).resolve("pattern.safetensors"), smallFile());
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("real"));

        assertThat(run("inspect", link.toString())).isEqualTo(Lamp.OK);

        assertThat(out.toString()).contains("gate.bias");
    }

    @Test
    void inspect_folderWithoutWeights_saysSo() {
        assertThat(run("inspect", folder.toString())).isEqualTo(Lamp.FAILED);

        assertThat(err.toString()).contains("expected .safetensors or .bin files, but found none");
    }

    @Test
    void makeRandomModel_likeADirectory_sameSizes() throws Exception {
        Path like = folder.resolve("like");
        Path model = folder.resolve("model");
        EmbeddedModel.copyTo(like);

        assertThat(run("make-random-model", "--like", like.toString(), "--float16", model.toString()))
                .isEqualTo(Lamp.OK);

        assertThat(out.toString()).startsWith("wrote " + model + ": ").contains(" parameters in F16");
        assertThat(BaseModelConfig.read(model)).isEqualTo(BaseModelConfig.read(like));
    }

    @Test
    void bench_embeddedModel_everyPartWithItsShareOfTheCeiling() throws Exception {
        EmbeddedModel.copyTo(folder);

        assertThat(run(
                        "bench",
                        "--model",
                        folder.toString(),
                        "--frame-size",
                        "16x16",
                        "--frame-count",
                        "2",
                        "--rounds",
                        "1"))
                .isEqualTo(Lamp.OK);

        assertThat(out.toString())
                .containsPattern("ceilings: convolution \\d+ GFLOP/s, matrix product \\d+ GFLOP/s")
                .containsPattern("UNet forward, a clip +\\d+\\.\\d+ +\\d+\\.\\d +\\d+\\.\\d +\\d+\\.\\d%")
                .containsPattern("loss and gradients / forward: \\d+\\.\\d+")
                // 759 276 trained parameters in, as many gradients out, and some latents
                .contains("a training step takes 2.9 MiB in and gives 2.9 MiB");
    }

    @Test
    void bench_profile_tenHeaviestOperators() throws Exception {
        EmbeddedModel.copyTo(folder);

        assertThat(run(
                        "bench",
                        "--model",
                        folder.toString(),
                        "--frame-size",
                        "16x16",
                        "--frame-count",
                        "2",
                        "--profile"))
                .isEqualTo(Lamp.OK);

        assertThat(out.toString())
                .contains("UNet forward, by operator and shapes: ", "training step, by operator: ")
                .containsPattern("%.*\\d  (Conv|MatMul|Gemm)")
                .doesNotContain("NaN");
    }

    @Test
    void verify_folderThatIsNoFixture_saysSo() {
        assertThat(run("verify", folder.toString())).isEqualTo(Lamp.FAILED);

        assertThat(err.toString()).contains("expected a fixture with a case.json");
    }

    @Test
    void train_noSuchModel_oneLineAndExitCode1() {
        assertThat(run("train", "--model", folder.resolve("m").toString(), "--clips", "c", "--output", "o"))
                .isEqualTo(Lamp.FAILED);

        assertThat(err.toString().strip())
                .startsWith("lamp: expected a model folder")
                .doesNotContain("\n");
    }

    private int run(String... arguments) {
        return Lamp.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    private static byte[] smallFile() {
        String header = "{\"__metadata__\":{\"seed\":\"7\"},"
                + "\"gate.bias\":{\"dtype\":\"F16\",\"shape\":[2,2],\"data_offsets\":[0,8]}}";
        byte[] file = new byte[8 + header.length() + 8];
        file[0] = (byte) header.length();
        System.arraycopy(header.getBytes(java.nio.charset.StandardCharsets.UTF_8), 0, file, 8, header.length());
        return file;
    }
}
