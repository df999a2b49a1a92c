package org.lamp4j.onnx.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SharedFixturesTest {

    @Test
    void floats_everyTensorOfEveryFile_areFiniteAndAsManyAsTheShapeSays() throws IOException {
        for (Path file : SharedFixtures.weightFiles()) {
            Checkpoint checkpoint = Checkpoint.open(file);
            assertThat(checkpoint.names()).as(file.toString()).isNotEmpty();
            for (String name : checkpoint.names()) {
                FloatBuffer floats = checkpoint.tensor(name).floats();
                assertThat(floats.remaining()).as(name).isEqualTo((int)
                        checkpoint.tensor(name).shape().elementCount());
                assertThat(allFinite(floats)).as(name + " is finite").isTrue();
            }
        }
    }

    private static boolean allFinite(FloatBuffer floats) {
        while (floats.hasRemaining()) {
            if (!Float.isFinite(floats.get())) {
                return false;
            }
        }
        return true;
    }
}
