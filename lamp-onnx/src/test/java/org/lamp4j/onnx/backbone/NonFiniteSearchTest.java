package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.errors.NonFiniteException;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

class NonFiniteSearchTest {

    private static final MotionWeights NONE = MotionWeights.of(List.of());

    @TempDir
    Path folder;

    @Test
    void findNonFinite_soundModelAndPattern_isNothing() throws IOException {
        try (BackboneModel model = TinyModel.in(folder).open()) {
            assertThat(model.findNonFinite(TinyModel.motion(model, List.of("conv1d"))))
                    .isEmpty();
        }
    }

    @Test
    void findNonFinite_weightOfTheModel_isNamedWithItsFile() throws IOException {
        TinyModel damaged = TinyModel.in(folder).set(TinyModel.UNET, "conv_in.bias", 3, Float.NEGATIVE_INFINITY);
        try (BackboneModel model = damaged.open()) {
            assertThat(model.findNonFinite(NONE))
                    .contains("tensor conv_in.bias of " + folder.resolve(TinyModel.UNET)
                            + ", whose element 3 is -Infinity");
        }
    }

    @Test
    void findNonFinite_weightOfThePattern_isNamed() throws IOException {
        try (BackboneModel model = TinyModel.in(folder).open()) {
            FloatBuffer values = ByteBuffer.allocateDirect(2 * Float.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer()
                    .put(1, Float.NaN);
            Parameter damaged = new Parameter("conv_in.conv1d.bias", Shape.of(2), values);

            assertThatThrownBy(() -> model.requireFinite(
                            FloatTensor.of(Shape.of(2), 0, Float.NaN),
                            "latents after step 1",
                            MotionWeights.of(List.of(damaged))))
                    .isInstanceOf(NonFiniteException.class)
                    .hasMessage("expected finite latents after step 1, but was NaN; the cause is parameter"
                            + " conv_in.conv1d.bias of the pattern, whose element 1 is NaN");
        }
    }

    /** Opening reads no weights; the first use of a damaged one does not go unnoticed. */
    @Test
    void encode_weightIsNaN_isNoticedAtItsFirstUse() throws IOException {
        String file = "vae/diffusion_pytorch_model.safetensors";
        TinyModel damaged = TinyModel.in(folder).set(file, "encoder.conv_in.bias", 0, Float.NaN);
        try (BackboneModel model = damaged.open()) {
            FloatTensor latents = model.latentCodec()
                    .encode(FloatTensor.zeros(Shape.of(1, 3, 4, 4)))
                    .mean();

            assertThatThrownBy(() -> model.requireFinite(latents, "latents", NONE))
                    .isInstanceOf(NonFiniteException.class)
                    .hasMessage("expected finite latents, but was NaN; the cause is tensor encoder.conv_in.bias of "
                            + folder.resolve(file) + ", whose element 0 is NaN");
        }
    }
}
