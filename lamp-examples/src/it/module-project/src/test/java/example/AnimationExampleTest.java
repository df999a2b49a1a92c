package example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.VideoClip;
import org.lamp4j.testing.DrawnClips;
import org.lamp4j.testing.EmbeddedModel;
import org.lamp4j.testing.WithEmbeddedModel;

/** How a project's own test drives the library, without a download and in seconds. */
@WithEmbeddedModel
class AnimationExampleTest {

    @Test
    void generate_firstFrame_givesSixteenFrames(Backbone backbone) {
        GenerationOptions options = GenerationOptions.newBuilder()
                .frameSize(EmbeddedModel.FRAME_SIZE)
                .steps(4)
                .build();
        VideoClip clip = MotionPattern.untrained(backbone).generate("a green ball", DrawnClips.firstFrame(), options);
        assertEquals(16, clip.frameCount());
    }
}
