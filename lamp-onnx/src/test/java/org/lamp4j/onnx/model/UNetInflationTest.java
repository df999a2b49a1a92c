package org.lamp4j.onnx.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

class UNetInflationTest {

    private static final String BLOCK = "mid_block.attentions.0.transformer_blocks.0.";

    private Checkpoint image;
    private UNetInflation inflation;

    @BeforeEach
    void open() throws IOException {
        image = Checkpoint.inFolder(Path.of("../fixtures/sd14-mini/model/unet"), "diffusion_pytorch_model");
        inflation = new UNetInflation(image, 3);
    }

    @AfterEach
    void close() {
        image.close();
    }

    @ParameterizedTest
    @CsvSource({
        "conv_in.conv2d.weight, conv_in.weight",
        "down_blocks.0.resnets.0.conv1.conv2d.bias, down_blocks.0.resnets.0.conv1.bias",
        "mid_block.attentions.0.proj_in.weight, mid_block.attentions.0.proj_in.weight",
        "time_embedding.linear_1.weight, time_embedding.linear_1.weight"
    })
    void parameterOfTheImageUNet_isCopied(String videoKey, String imageKey) {
        Shape shape = image.tensor(imageKey).shape();

        assertThat(UNetInflation.imageKey(videoKey)).isEqualTo(imageKey);
        assertThat(inflation.isCopied(videoKey)).isTrue();
        assertThat(inflation.initialValues(videoKey, shape))
                .isEqualTo(image.tensor(imageKey).floats());
        assertThat(inflation.copied(videoKey, shape).name()).isEqualTo(imageKey);
    }

    @ParameterizedTest
    @CsvSource({
        "conv_in.conv1d.weight, 0",
        "conv_in.conv1d.bias, 0",
        "conv_in.conv_gate.weight, 0",
        "conv_in.conv_gate.bias, 0",
        BLOCK + "norm_temp.weight, 1",
        BLOCK + "norm_temp.bias, 0",
        BLOCK + "attn_temp.to_out.0.weight, 0",
        BLOCK + "attn_temp.to_out.0.bias, 0"
    })
    void parameterThatInflationAdds_beginsAtItsNumber(String key, float number) {
        FloatBuffer values = inflation.initialValues(key, Shape.of(4, 4));

        assertThat(inflation.isCopied(key)).isFalse();
        assertThat(values.remaining()).isEqualTo(16);
        while (values.hasRemaining()) {
            assertThat(values.get()).isEqualTo(number);
        }
    }

    @Test
    void temporalProjections_areRandomByKeyAndSeed() {
        Shape shape = Shape.of(16, 16);
        FloatBuffer query = inflation.initialValues(BLOCK + "attn_temp.to_q.weight", shape);

        assertThat(inflation.initialValues(BLOCK + "attn_temp.to_q.weight", shape))
                .isEqualTo(query);
        assertThat(inflation.initialValues(BLOCK + "attn_temp.to_k.weight", shape))
                .isNotEqualTo(query);
        assertThat(new UNetInflation(image, 4).initialValues(BLOCK + "attn_temp.to_q.weight", shape))
                .isNotEqualTo(query);
    }

    @ParameterizedTest
    @ValueSource(strings = {"conv_inn.conv2d.weight", "conv_inn.weight"})
    void keyThatNeitherHas_isRefusedWithTheNearest(String key) {
        String message = "expected tensor conv_inn.weight, but was no such key, the nearest is conv_in.weight ("
                + image.file() + ")";

        assertThatThrownBy(() -> inflation.initialValues(key, Shape.of(8, 4, 3, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> inflation.check(key, Shape.of(8, 4, 3, 3)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(message);
    }

    @Test
    void copyOfAnotherShape_isRefusedWithBothAndTheFile() {
        assertThatThrownBy(() -> inflation.copied("conv_in.conv2d.weight", Shape.of(8, 4, 1, 1)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected conv_in.weight [8, 4, 1, 1], but was [8, 4, 3, 3] (" + image.file() + ")");
    }

    /** Pinned: files of low-rank updates leave these matrices out, so they must be the same in every release. */
    @Test
    void temporalProjection_ofSeed0_isTheSameInEveryRelease() {
        FloatBuffer values =
                new UNetInflation(image, 0).initialValues(BLOCK + "attn_temp.to_q.weight", Shape.of(16, 16));

        assertThat(new float[] {values.get(0), values.get(1), values.get(255)})
                .containsExactly(-0.16316217f, 0.19756785f, -0.21593106f);
    }

    @Test
    void beginsAtZero_onlyWhatInflationAddsWithoutScaleOrChance() {
        assertThat(inflation.beginsAtZero("conv_in.conv1d.weight")).isTrue();
        assertThat(inflation.beginsAtZero(BLOCK + "attn_temp.to_out.0.weight")).isTrue();
        assertThat(inflation.beginsAtZero(BLOCK + "attn_temp.to_v.weight")).isFalse();
        assertThat(inflation.beginsAtZero(BLOCK + "norm_temp.weight")).isFalse();
        assertThat(inflation.beginsAtZero("conv_in.conv2d.weight")).isFalse();
    }
}
