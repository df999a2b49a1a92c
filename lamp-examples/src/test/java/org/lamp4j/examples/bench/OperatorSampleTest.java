package org.lamp4j.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lamp4j.tensor.Shape;

class OperatorSampleTest {

    @Test
    void all_gradients_haveTheShapeOfTheirInput() {
        List<OperatorSample> all = OperatorSample.all();

        assertThat(all).extracting(OperatorSample::name).doesNotHaveDuplicates();
        assertThat(result(all, "conv 3x3, 8 images of 40x64, d/dW")).isEqualTo(Shape.of(320, 320, 3, 3));
        assertThat(result(all, "conv 3x3, 4 images of 2x2, d/dx")).isEqualTo(Shape.of(4, 1280, 2, 2));
        assertThat(result(all, "conv over 4 frames of 4x4, d/dW")).isEqualTo(Shape.of(1280, 1280, 3, 1));
        assertThat(result(all, "linear, 4096 tokens, d/dx")).isEqualTo(Shape.of(4096, 1280));
        assertThat(result(all, "attention, 2560 to 2560, d/dx")).isEqualTo(Shape.of(1, 2560, 320));
        assertThat(result(all, "LayerNorm, 2560 tokens, d/dx")).isEqualTo(Shape.of(2560, 320));
    }

    private static Shape result(List<OperatorSample> all, String name) {
        OperatorSample sample = all.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
        return sample.graph().outputs().values().iterator().next().shape();
    }
}
