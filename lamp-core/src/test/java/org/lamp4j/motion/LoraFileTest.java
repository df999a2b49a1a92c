package org.lamp4j.motion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoraFileTest {

    @ParameterizedTest
    @CsvSource({
        "ink.safetensors=0.8, ink.safetensors, 0.8",
        "a=b=-.25, a=b, -0.25",
        "a=b, a=b, 1",
        "ink=+2., ink, 2",
        "ink=1.2.3, ink=1.2.3, 1",
        "ink, ink, 1"
    })
    void parse_weightAfterTheLastEqualsSign_isOneIfNotGiven(String text, Path file, double weight) {
        assertThat(LoraFile.parse(text)).isEqualTo(new LoraFile(file, weight));
    }

    @Test
    void lora_weightThatIsNoNumber_isRefused() {
        assertThatThrownBy(() -> new LoraFile(Path.of("ink"), Double.NaN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a finite weight of a LoRA, but was NaN");
    }
}
