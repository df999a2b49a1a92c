package org.lamp4j.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.generation.pipeline.FrozenModel;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.testing.FakeBackboneModel;
import org.lamp4j.testing.FakeMediaFiles;
import org.lamp4j.testing.Fixture;
import org.lamp4j.training.CountedClips;
import org.lamp4j.training.TrainingClip;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingOptionsBuilder;

class VideoWalkTest {

    private static final FrameSize SIZE = new FrameSize(8, 4);
    private static final long FRAME_BYTES = 3 * 8 * 4;

    private final CountedClips clips = new CountedClips();

    private NoiseSchedule schedule;

    @BeforeEach
    void readSchedule() throws IOException {
        schedule = NoiseSchedule.read(Fixture.open("sd14-mini").model("scheduler"));
    }

    private static TrainingOptionsBuilder options() {
        return TrainingOptions.newBuilder().frameSize(SIZE).frameCount(3).steps(1);
    }

    @Test
    void run_clipThatFitsIntoMemory_isOpenedAndHashedOnce() throws IOException {
        FakeBackboneModel model = new FakeBackboneModel();
        TrainingClip clip = clips.of(FakeMediaFiles.clip(1, 6, SIZE));

        new MotionTraining(new FrozenModel(model, schedule, prompt -> FloatTensor.zeros(Shape.of(1, 1, 1))))
                .run(TrainingClips.of(List.of(clip)), options().build());

        assertThat(clips.opened()).isEqualTo(1);
        assertThat(clips.hashed()).isEqualTo(1);
        assertThat(model.fakeCodec().encodedImages()).isEqualTo(6);
    }

    @Test
    void read_framesBeyondTheMemory_areNotKept() throws IOException {
        VideoWalk walk = new VideoWalk(options().build(), 10 * FRAME_BYTES);

        ReadClip first = walk.read(clips.of(FakeMediaFiles.clip(1, 6, SIZE)), Optional.empty());
        ReadClip second = walk.read(clips.of(FakeMediaFiles.clip(2, 5, SIZE)), Optional.empty());
        ReadClip third = walk.read(clips.of(FakeMediaFiles.clip(3, 4, SIZE)), Optional.empty());

        assertThat(first.frames().orElseThrow()).hasSize(6);
        assertThat(second.frames()).isEmpty();
        assertThat(third.frames().orElseThrow()).hasSize(4);
        assertThat(walk.frameCount()).isEqualTo(15);
    }

    @Test
    void read_keptFrames_areThoseThatAreEncodedWhenReadOnceMore() throws IOException {
        VideoClip content = FakeMediaFiles.clip(4, 5, new FrameSize(20, 6));

        List<RgbImage> kept = new VideoWalk(options().build())
                .read(clips.of(content), Optional.empty())
                .frames()
                .orElseThrow();

        assertThat(kept)
                .extracting(RgbImage::toRgbBytes)
                .containsExactlyElementsOf(content.frames().stream()
                        .map(frame -> frame.coverCrop(SIZE).toRgbBytes())
                        .toList());
    }

    @Test
    void read_firstWindow_isTheClipsOwn() throws IOException {
        TrainingClip clip = clips.of(FakeMediaFiles.clip(4, 7, new FrameSize(20, 6)));

        ReadClip read = new VideoWalk(options().frameStride(2).build()).read(clip, Optional.of(3));

        assertThat(read.firstWindow()).contains(clip.firstWindow(3, 2));
    }

    @Test
    void read_firstWindowLongerThanTheClip_isRefused() {
        TrainingClip clip = clips.of(FakeMediaFiles.clip(4, 5, SIZE));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new VideoWalk(options().build()).read(clip, Optional.of(9)))
                .withMessage("expected 9 frames at stride 1, but was 5 (clip clip)");
    }
}
