package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.onnx.export.ModelConversion;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

class LoraCommandTest {

    private static final String WEIGHTS = "unet/diffusion_pytorch_model.safetensors";
    private static final String QUERY = "mid_block.attentions.0.transformer_blocks.0.attn1.to_q.weight";

    @TempDir
    private Path folder;

    private final CommandRun lamp = new CommandRun();
    private Path lora;
    private Path pattern;
    private Path finetune;

    @BeforeEach
    void write() throws IOException {
        Shape query = weight(CommandRun.model()).shape();
        String module = "lora_unet_" + QUERY.replace(".weight", "").replace('.', '_');
        lora = folder.resolve("ink.safetensors");
        SafetensorsWriter.write(
                lora,
                List.of(
                        StoredTensor.copyOf(module + ".lora_down.weight", ones(Shape.of(1, query.size(1)))),
                        StoredTensor.copyOf(module + ".lora_up.weight", ones(Shape.of(query.size(0), 1)))),
                Map.of());
        pattern = folder.resolve("pattern.safetensors");
        try (Backbone backbone = Backbone.load(CommandRun.model())) {
            MotionPattern.untrained(backbone).save(pattern);
        }
        finetune = folder.resolve("finetune");
        try (Backbone backbone = Backbone.load(CommandRun.model()).withLora(lora, 0.25)) {
            ModelConversion.toFolder(backbone, finetune);
        }
    }

    private static FloatTensor ones(Shape shape) {
        return FloatTensor.generate(shape, index -> 1);
    }

    private static StoredTensor weight(Path model) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(model.resolve(WEIGHTS))) {
            return checkpoint.tensor(QUERY);
        }
    }

    @Test
    void generate_lorasAndAnyBase_takeThePatternAndSayIt() throws IOException {
        NoiseImage.of(1, 0, 0).write(folder.resolve("image.png"));

        assertThat(generate(CommandRun.model(), "--lora", lora + "=0.5", "--lora", lora))
                .isEqualTo(Lamp.OK);
        assertThat(generate(finetune)).isEqualTo(Lamp.FAILED);
        assertThat(lamp.err()).contains("expected a pattern of the base model ");
        assertThat(generate(finetune, "--any-base")).isEqualTo(Lamp.OK);
        assertThat(generate(CommandRun.model(), "--lora", folder.resolve("image.png")))
                .isEqualTo(Lamp.FAILED);
    }

    @Test
    void export_lora_isInTheUNet() throws IOException {
        export(CommandRun.model(), "of-sum", "--lora", lora + "=0.25");
        export(finetune, "of-finetune");
        export(CommandRun.model(), "of-base");

        assertThat(folder.resolve("of-sum/unet/model.onnx.data"))
                .hasSameBinaryContentAs(folder.resolve("of-finetune/unet/model.onnx.data"));
        assertThat(Files.mismatch(
                        folder.resolve("of-sum/unet/model.onnx.data"), folder.resolve("of-base/unet/model.onnx.data")))
                .isNotNegative();
    }

    @Test
    void distil_lora_learnsForTheSum() throws IOException {
        try (Checkpoint ofSum = distil(CommandRun.model(), "of-sum", "--lora", lora + "=0.25");
                Checkpoint ofFinetune = distil(finetune, "of-finetune")) {
            assertThat(factors(ofSum)).isEqualTo(factors(ofFinetune));
            assertThat(ofSum.metadata())
                    .hasEntrySatisfying(
                            "lamp4j_base_loras",
                            loras -> assertThat(loras).startsWith("0.25 x ink.safetensors (sha256:"));
        }
    }

    private Checkpoint distil(Path model, String output, Object... more) throws IOException {
        Path file = folder.resolve(output + ".safetensors");
        Object[] usual = {
            "distil",
            "--model",
            model,
            "--output",
            file,
            "--scenes",
            1,
            "--steps",
            1,
            "--rank",
            1,
            "--guidance-scale",
            1
        };
        Object[] arguments = Arrays.copyOf(usual, usual.length + more.length);
        System.arraycopy(more, 0, arguments, usual.length, more.length);
        lamp.succeed(arguments);
        return Checkpoint.open(file);
    }

    /** All that a LoRA adds, as text, which is compared at once. */
    private static String factors(Checkpoint lora) {
        StringBuilder all = new StringBuilder();
        for (String name : lora.names()) {
            StoredTensor tensor = lora.tensor(name);
            all.append(name)
                    .append(' ')
                    .append(Arrays.toString(tensor.toTensor().toArray()))
                    .append('\n');
        }
        return all.toString();
    }

    private void export(Path model, String output, Object... more) {
        Object[] usual = {"export", "--model", model, "--output", folder.resolve(output), "--frame-count", "2"};
        Object[] arguments = Arrays.copyOf(usual, usual.length + more.length);
        System.arraycopy(more, 0, arguments, usual.length, more.length);
        lamp.succeed(arguments);
    }

    @Test
    void blend_anyBase_takesAPatternOfAnotherModel() {
        Path blend = folder.resolve("blend.safetensors");
        Object[] refused = {"blend", "--model", finetune, "--motion", pattern + "=0.5", "--output", blend};
        Object[] taken = Arrays.copyOf(refused, refused.length + 1);
        taken[refused.length] = "--any-base";

        assertThat(lamp.run(refused)).isEqualTo(Lamp.FAILED);
        assertThat(lamp.err()).contains("expected a pattern of the base model ");
        lamp.succeed(taken);
        assertThat(blend).isRegularFile();
    }

    @Test
    void bench_profileOfAModelWithAFileThatIsNoLora_isRefused() {
        assertThat(lamp.run("bench", "--model", CommandRun.model(), "--profile", "--lora", pattern))
                .isEqualTo(Lamp.FAILED);
        assertThat(lamp.err()).contains("expected updates of this model's layers alone, but was ");
    }

    private int generate(Path model, Object... more) {
        Object[] usual = {
            "generate",
            "--model",
            model,
            "--motion",
            pattern,
            "--prompt",
            "a duck",
            "--image",
            folder.resolve("image.png"),
            "--output",
            folder.resolve("clip.gif"),
            "--overwrite",
            "--steps",
            "1",
            "--frame-count",
            "2",
            "--frame-size",
            "32x32",
            "--no-adain"
        };
        Object[] arguments = Arrays.copyOf(usual, usual.length + more.length);
        System.arraycopy(more, 0, arguments, usual.length, more.length);
        return lamp.run(arguments);
    }
}
