package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.lamp4j.examples.drawing.Look;
import org.lamp4j.examples.evaluate.EmbeddedModelEvaluation.Settings;
import org.lamp4j.examples.quickstart.Quickstart;
import org.lamp4j.generation.Extension;
import org.lamp4j.progress.ProgressListener;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class LearningOptionsTest {

    @Command
    private static final class Options {
        @Mixin
        private LearningOptions learning;
    }

    private static Settings settings(String... arguments) {
        Options options = new Options();
        new CommandLine(options).parseArgs(arguments);
        return options.learning.applyTo(
                Quickstart.settings(0, Look.DRAWN, ProgressListener.none(), ProgressListener.none()));
    }

    @Test
    void window_ofTheWholeClip_needsNoExtension() {
        Settings settings = settings("--window", "15");

        assertThat(settings.training().window().frameCount()).isEqualTo(15);
        assertThat(settings.generation().frameCount()).isEqualTo(15);
        assertThat(settings.extension()).isEmpty();
    }

    @Test
    void window_ofFewerFrames_goesOnToTheSameLength() {
        Settings settings = settings("--window", "5");

        assertThat(settings.extension()).contains(new Extension(10, 1, 1));
        assertThat(settings.frameCount()).isEqualTo(settings().frameCount());
    }

    @Test
    void window_longerThanAClip_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings("--window", "16"))
                .withMessage("expected a window of 3 to 15 frames, but was 16 (--window)");
    }
}
