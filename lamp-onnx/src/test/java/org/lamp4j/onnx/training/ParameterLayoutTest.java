package org.lamp4j.onnx.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lamp4j.tensor.Shape;

class ParameterLayoutTest {

    @Test
    void slice_severalParameters_liesOneAfterAnotherWithoutGaps() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        shapes.put("matrix", Shape.of(2, 3));
        shapes.put("scalar", Shape.of());
        shapes.put("vector", Shape.of(4));
        ParameterLayout layout = new ParameterLayout(shapes, 1);
        List<FloatBuffer> buffers = layout.allocate();
        float next = 0;
        for (String name : layout.names()) {
            FloatBuffer slice = layout.slice(buffers, name);
            while (slice.hasRemaining()) {
                slice.put(next++);
            }
        }
        assertThat(layout.names()).containsExactly("matrix", "scalar", "vector");
        assertThat(layout.shape("matrix")).isEqualTo(Shape.of(2, 3));
        assertThat(buffers).hasSize(1);
        assertThat(FilledBuffers.toArray(buffers.get(0))).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    }

    @Test
    void allocate_alignedPlaces_leavesGapsUpToTheNextMultiple() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        shapes.put("matrix", Shape.of(2, 3));
        shapes.put("vector", Shape.of(4));
        shapes.put("scalar", Shape.of());
        ParameterLayout layout = new ParameterLayout(shapes, 4);
        List<FloatBuffer> buffers = layout.allocate();
        for (String name : layout.names()) {
            FloatBuffer slice = layout.slice(buffers, name);
            while (slice.hasRemaining()) {
                slice.put(slice.position() + 1);
            }
        }
        assertThat(layout.bufferSizes()).containsExactly(16);
        assertThat(FilledBuffers.toArray(buffers.get(0)))
                .containsExactly(1, 2, 3, 4, 5, 6, 0, 0, 1, 2, 3, 4, 1, 0, 0, 0);
    }
}
