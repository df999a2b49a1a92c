package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.config.BaseModelConfig;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.ClipTextConfig.Activation;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.config.VideoUNetConfig.Level;
import org.lamp4j.onnx.pretraining.RandomModel;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.text.ClipTokenizer;

class ConvertCommandTest {

    private static final BaseModelConfig SMALL = new BaseModelConfig(
            new ClipTextConfig(520, 7, 64, 96, 1, 1, 1e-5f, Activation.QUICK_GELU),
            new VaeConfig(3, 4, List.of(32, 32), 1, 32, 0.18215f),
            new VideoUNetConfig(4, 4, List.of(new Level(32, 8, true, true)), 1, 64, 32, 1e-5f, false, true, 0, 8));

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void convert_folderToFileAndBack_isTheSameModel() throws IOException {
        Path model = folder.resolve("model");
        Path file = folder.resolve("model.safetensors");
        Path back = folder.resolve("back");
        new RandomModel(SMALL, StoredPrecision.FLOAT16, 1).write(model);
        ClipTokenizer.read(model.resolve("tokenizer")).write(folder.resolve("tokenizer"));

        assertThat(convert(model, file)).isEqualTo(Lamp.OK);
        assertThat(convert(file, back, "--prediction-type", "v_prediction")).isEqualTo(Lamp.OK);

        assertThat(out.toString()).contains("wrote " + file, "wrote " + back);
        for (String weights :
                List.of("unet/diffusion_pytorch_model", "vae/diffusion_pytorch_model", "text_encoder/model")) {
            assertThat(back.resolve(weights + ".safetensors"))
                    .hasSameBinaryContentAs(model.resolve(weights + ".safetensors"));
        }
        assertThat(back.resolve("scheduler/scheduler_config.json")).content().contains("v_prediction");
    }

    @Test
    void convert_lora_isAddedTimesItsWeight() throws IOException {
        Path model = folder.resolve("model");
        Path lora = folder.resolve("ink.safetensors");
        new RandomModel(SMALL, StoredPrecision.FLOAT32, 1).write(model);
        ClipTokenizer.read(model.resolve("tokenizer")).write(folder.resolve("tokenizer"));
        float before;
        try (Checkpoint unet = Checkpoint.open(model.resolve("unet/diffusion_pytorch_model.safetensors"))) {
            StoredTensor query = unet.tensor("mid_block.attentions.0.transformer_blocks.0.attn1.to_q.weight");
            before = query.floats().get(0);
            int width = query.shape().size(0);
            String module = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_q";
            FloatTensor ones = FloatTensor.generate(Shape.of(1, width), index -> 1);
            SafetensorsWriter.write(
                    lora,
                    List.of(
                            StoredTensor.copyOf(module + ".lora_down.weight", ones),
                            StoredTensor.copyOf(module + ".lora_up.weight", ones)
                                    .as(module + ".lora_up.weight", Shape.of(width, 1))),
                    Map.of());
        }
        Path file = folder.resolve("model.safetensors");

        assertThat(convert(model, file, "--lora", lora + "=0.25"))
                .as(err.toString())
                .isEqualTo(Lamp.OK);
        try (Checkpoint single = Checkpoint.open(file)) {
            assertThat(single.tensor("model.diffusion_model.middle_block.1.transformer_blocks.0.attn1.to_q.weight")
                            .floats()
                            .get(0))
                    .isEqualTo(before + 0.25f);
        }
    }

    @Test
    void convert_folderToAFileOfAnotherEnding_isBadUsage() throws IOException {
        Files.createDirectory(folder.resolve("model"));

        assertThat(convert(folder.resolve("model"), folder.resolve("model.ckpt")))
                .isEqualTo(Lamp.BAD_USAGE);
        assertThat(err.toString())
                .startsWith("lamp: expected --output to be a .safetensors file for a model folder, but was "
                        + folder.resolve("model.ckpt"));
    }

    @Test
    void convert_outputThatIsThere_isNotReplaced() throws IOException {
        Files.createDirectory(folder.resolve("model"));
        Path file = Files.createFile(folder.resolve("model.safetensors"));

        assertThat(convert(folder.resolve("model"), file)).isEqualTo(Lamp.FAILED);
        assertThat(err.toString()).contains("expected a file that is not there yet, but was one (" + file + ")");
    }

    @Test
    void convert_predictionTypeOfNoKind_isBadUsage() {
        assertThat(convert(folder, folder.resolve("x.safetensors"), "--prediction-type", "sample"))
                .isEqualTo(Lamp.BAD_USAGE);
        assertThat(err.toString()).contains("expected epsilon or v_prediction, but was sample");
    }

    private int convert(Path model, Path output, String... more) {
        String[] arguments = new String[5 + more.length];
        System.arraycopy(
                new String[] {"convert", "--model", model.toString(), "--output", output.toString()},
                0,
                arguments,
                0,
                5);
        System.arraycopy(more, 0, arguments, 5, more.length);
        return Lamp.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }
}
