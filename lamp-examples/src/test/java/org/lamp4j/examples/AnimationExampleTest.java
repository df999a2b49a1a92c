package org.lamp4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.examples.quickstart.EmbeddedModel;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.VideoClip;

/** How a project's own test drives the library, without a download and in seconds. It stands in the README. */
class AnimationExampleTest {

    @Test
    void animate_prompt_givesSixteenFrames(@TempDir Path directory) throws IOException {
        EmbeddedModel.copyTo(directory);
        GenerationOptions options = GenerationOptions.newBuilder()
                .frameSize(new FrameSize(64, 64))
                .steps(4)
                .build();
        try (Backbone backbone = Backbone.load(directory)) {
            VideoClip clip = MotionPattern.untrained(backbone).generate("a duck", options);
            assertThat(clip.frames()).hasSize(16);
        }
    }
}
