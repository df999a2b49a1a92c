package org.lamp4j.onnx.pretraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.device.Device;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.clip.ClipModel;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.ClipVisionConfig;
import org.lamp4j.tensor.Shape;

class RandomClipModelTest {

    /** It is copied along with dry runs. */
    private static final long MOST_BYTES = 4L << 20;

    @TempDir
    private Path folder;

    private static RgbImage image(int grey) {
        byte[] rgb = new byte[3 * 40 * 30];
        Arrays.fill(rgb, (byte) grey);
        return RgbImage.of(new FrameSize(40, 30), rgb);
    }

    @Test
    void write_smallVitB32_opensAndTellsImagesAndPromptsApart() throws IOException {
        RandomClipModel model = RandomClipModel.smallVitB32(StoredPrecision.FLOAT32, 1);

        model.write(folder.resolve("clip"));

        try (ClipModel clip = ClipModel.open(folder.resolve("clip"), Device.cpu())) {
            assertThat(clip.variant()).isEqualTo("ViT-48/32");
            assertThat(clip.embed("a red car").shape()).isEqualTo(Shape.of(32));
            assertThat(clip.embed("a red car").toArray())
                    .isNotEqualTo(clip.embed("a blue boat").toArray())
                    .doesNotContain(Float.NaN);
            assertThat(clip.embed(image(10)).toArray())
                    .isNotEqualTo(clip.embed(image(200)).toArray())
                    .doesNotContain(Float.NaN);
        }
        assertThat(Files.size(folder.resolve("clip/model.safetensors")))
                .isBetween(4 * model.parameterCount(), MOST_BYTES);
    }

    @Test
    void write_smallVitB32_configurationIsThatOfItsTowers() throws IOException {
        RandomClipModel model = RandomClipModel.smallVitB32(StoredPrecision.FLOAT16, 1);

        model.write(folder.resolve("clip"));

        Path config = folder.resolve("clip/config.json");
        assertThat(ClipVisionConfig.read(config)).isEqualTo(model.vision());
        assertThat(ClipTextConfig.read(config)).isEqualTo(model.text());
        assertThat(model.vision().layers()).isEqualTo(12);
        assertThat(model.vision().heads()).isEqualTo(12);
        assertThat(model.text().positions()).isEqualTo(77);
    }

    @Test
    void write_sameSeed_sameFiles() throws IOException {
        RandomClipModel.smallVitB32(StoredPrecision.FLOAT16, 1).write(folder.resolve("a"));
        RandomClipModel.smallVitB32(StoredPrecision.FLOAT16, 1).write(folder.resolve("b"));
        RandomClipModel.smallVitB32(StoredPrecision.FLOAT16, 2).write(folder.resolve("c"));

        assertThat(folder.resolve("b/model.safetensors")).hasSameBinaryContentAs(folder.resolve("a/model.safetensors"));
        assertThat(Files.mismatch(folder.resolve("a/model.safetensors"), folder.resolve("c/model.safetensors")))
                .isNotNegative();
    }

    @Test
    void write_directoryThatHoldsSomething_isRefused() throws IOException {
        Files.writeString(folder.resolve("note.txt"), "mine");

        assertThatThrownBy(() ->
                        RandomClipModel.smallVitB32(StoredPrecision.FLOAT16, 1).write(folder))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessage(folder + ": expected a new or an empty folder for a model");
    }
}
