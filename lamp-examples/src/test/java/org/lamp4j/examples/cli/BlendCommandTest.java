package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.testing.EmbeddedModel;

class BlendCommandTest {

    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int run(String... arguments) {
        return Lamp.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true), arguments);
    }

    @Test
    void blend_oneFileTwice_addsBothShares() throws IOException {
        Path model = folder.resolve("model");
        EmbeddedModel.copyTo(model);
        Path pattern = folder.resolve("a=b.safetensors");
        Path blend = folder.resolve("blend.safetensors");
        try (Backbone backbone = Backbone.load(model)) {
            MotionPattern.untrained(backbone).save(pattern);

            assertThat(run(
                            "blend",
                            "--model",
                            model.toString(),
                            "--motion",
                            pattern + "=0.5",
                            "--motion",
                            pattern + "=0.25",
                            "--output",
                            blend.toString()))
                    .as(err.toString())
                    .isEqualTo(Lamp.OK);

            assertThat(MotionPattern.load(backbone, blend).provenance().get("blend"))
                    .contains("0.5 x ", "0.25 x ");
        }
    }

    @Test
    void motion_withoutAWeight_isRefused() {
        assertThat(run("blend", "--model", "model", "--motion", "horse.safetensors", "--output", "blend.safetensors"))
                .isEqualTo(Lamp.BAD_USAGE);

        assertThat(err.toString())
                .startsWith("lamp: expected a pattern and its weight, such as horse.safetensors=0.5, for --motion, but"
                        + " was horse.safetensors");
    }
}
