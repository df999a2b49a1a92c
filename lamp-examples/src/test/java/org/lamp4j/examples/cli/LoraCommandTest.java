package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.motion.LoraFile;
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
    void lora_weightAfterTheLastEqualsSign_isOneIfNotGiven() throws IOException {
        Path named = folder.resolve("a=b");
        assertThat(OptionTypes.lora(named + "=-0.25")).isEqualTo(new LoraFile(named, -0.25));
        assertThat(OptionTypes.lora(named.toString())).isEqualTo(new LoraFile(named, 1));
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
            "--adain-start",
            "1",
            "--no-adain"
        };
        Object[] arguments = Arrays.copyOf(usual, usual.length + more.length);
        System.arraycopy(more, 0, arguments, usual.length, more.length);
        return lamp.run(arguments);
    }
}
