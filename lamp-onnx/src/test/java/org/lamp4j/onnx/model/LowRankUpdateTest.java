package org.lamp4j.onnx.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.onnx.weights.StoredType;
import org.lamp4j.tensor.Shape;

class LowRankUpdateTest {

    private static final int RANK = 16;

    private static final UNetKeys SD14 = UNetKeys.of(VideoUNetConfig.stableDiffusion14());

    private static final List<String> LAMP = List.of("conv1d", "conv_gate", "attn_temp", "attn1.to_q");

    @Test
    void of_matrix_hasTwoFactorsOfItsSides() {
        LowRankUpdate update = LowRankUpdate.of("mid.attn1.to_q.weight", Shape.of(1280, 640), RANK)
                .orElseThrow();

        assertThat(update.aName()).isEqualTo("mid.attn1.to_q.lora_A.weight");
        assertThat(update.aShape()).isEqualTo(Shape.of(16, 640));
        assertThat(update.bName()).isEqualTo("mid.attn1.to_q.lora_B.weight");
        assertThat(update.bShape()).isEqualTo(Shape.of(1280, 16));
        assertThat(LowRankUpdate.keyOf(update.aName())).isEqualTo(update.key());
        assertThat(LowRankUpdate.keyOf(update.bName())).isEqualTo(update.key());
    }

    @Test
    void of_convolutionOverTime_isTheMatrixOfItsTaps() {
        LowRankUpdate update = LowRankUpdate.of("conv_in.conv1d.weight", Shape.of(320, 320, 3), RANK)
                .orElseThrow();

        assertThat(update.aShape()).isEqualTo(Shape.of(16, 960));
        assertThat(update.bShape()).isEqualTo(Shape.of(320, 16));
    }

    @Test
    void of_whatIsNoLargerThanItsFactors_isEmpty() {
        assertThat(LowRankUpdate.of("conv_in.conv1d.bias", Shape.of(320), 1)).isEmpty();
        assertThat(LowRankUpdate.of("conv_in.conv_gate.weight", Shape.of(1, 320, 3, 3), 1))
                .isEmpty();
        assertThat(LowRankUpdate.of("conv_out.conv1d.weight", Shape.of(4, 4, 3), 3))
                .isEmpty();
        assertThat(LowRankUpdate.of("conv_out.conv1d.weight", Shape.of(4, 4, 3), 2))
                .isPresent();
    }

    /** 25.4 MB in float32, so nothing need be rounded; the file is written, header and all. */
    @Test
    void of_stableDiffusion14AtRank16_makesAFileOfAtMost30Megabytes(@TempDir Path folder) throws IOException {
        List<StoredTensor> tensors = new ArrayList<>();
        int updates = 0;
        for (String key : SD14.ofModules(LAMP)) {
            Shape shape = SD14.shapes().get(key);
            Optional<LowRankUpdate> update = LowRankUpdate.of(key, shape, RANK);
            if (update.isPresent()) {
                tensors.add(zeros(update.get().aName(), update.get().aShape()));
                tensors.add(zeros(update.get().bName(), update.get().bShape()));
                updates++;
            } else {
                tensors.add(zeros(key, shape));
            }
        }
        Path file = folder.resolve("pattern.safetensors");
        SafetensorsWriter.write(file, tensors, Map.of());

        assertThat(updates)
                .as("all conv1d but conv_out's, attn_temp's four, to_q")
                .isEqualTo(65 + 4 * 16 + 16);
        assertThat(Files.size(file)).isBetween(25_000_000L, 30_000_000L);
    }

    private static StoredTensor zeros(String name, Shape shape) {
        ByteBuffer data = ByteBuffer.allocateDirect(Math.toIntExact(shape.elementCount() * Float.BYTES));
        return StoredTensor.of(name, shape, StoredType.F32, data);
    }
}
