package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.device.Device;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/** What the heap holds may still be far more than networks can take: that is refused from shapes alone. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ExtremeShapesTest {

    private static final List<String> MODULES = List.of("attn1.to_q");

    @TempDir
    private static Path folder;

    private static BackboneModel model;

    @BeforeAll
    static void openModel() throws IOException {
        Device device = Device.cpu().withMemoryBudget(MemoryBudget.ofBytes(64 << 20));
        model = new OnnxBackboneProvider().open(TinyModel.in(folder).folder(), device);
    }

    @AfterAll
    static void closeModel() {
        model.close();
    }

    @ParameterizedTest
    @CsvSource({
        "2, 2147483646, 2, 2",
        "1073741824, 2, 2, 2",
        "2147483647, 2147483647, 2, 2",
        "1, 2, 1073741824, 1073741824"
    })
    void network_latentsBeyondMemory_areRefusedFromTheirShape(int clips, int frames, int height, int width) {
        Shape latents = Shape.of(clips, 4, frames, height, width);
        MotionWeights motion = model.freshMotion(MODULES, 0);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.noisePredictor(motion, latents))
                .withMessageStartingWith("expected ");
        for (GradientCheckpointing checkpointing : GradientCheckpointing.values()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> model.motionTrainer(motion, MODULES, latents, checkpointing))
                    .withMessageStartingWith("expected ");
        }
    }

    @Test
    void codec_imagesBeyondTheBudget_areRefusedBeforeTheyAreEncoded() {
        FloatTensor pixels = FloatTensor.zeros(Shape.of(1, 3, 2048, 2048));
        FloatTensor latents = FloatTensor.zeros(Shape.of(1, 4, 1024, 1024));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.latentCodec().encode(pixels))
                .withMessage("expected images that the auto-encoder takes within 0.1 GiB of memory, but was"
                        + " [1, 3, 2048, 2048], which takes 0.2 GiB");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.latentCodec().decode(latents))
                .withMessage("expected images that the auto-encoder takes within 0.1 GiB of memory, but was"
                        + " [1, 4, 1024, 1024], which takes 0.2 GiB");
    }
}
