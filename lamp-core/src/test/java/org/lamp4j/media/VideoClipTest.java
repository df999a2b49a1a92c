package org.lamp4j.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.testing.FakeMediaFiles;

class VideoClipTest {

    private static RgbImage image(int width) {
        return RgbImage.of(new FrameSize(width, 1), new byte[3 * width]);
    }

    @Test
    void of_frames_areCopied() {
        List<RgbImage> frames = new ArrayList<>(List.of(image(2), image(2)));
        VideoClip clip = VideoClip.of(frames, 8);
        frames.clear();

        assertThat(clip.frameCount()).isEqualTo(2);
        assertThat(clip.frameSize()).isEqualTo(new FrameSize(2, 1));
        assertThat(clip.provenance()).isEmpty();
    }

    @Test
    void withProvenance_clip_keepsItsFrames() {
        VideoClip clip = VideoClip.of(List.of(image(2)), 8).withProvenance(Map.of("seed", "1"));

        assertThat(clip.provenance()).containsEntry("seed", "1");
        assertThat(clip.frames()).hasSize(1);
        assertThat(clip.framesPerSecond()).isEqualTo(8);
    }

    @Test
    void of_noFrames_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VideoClip.of(List.of(), 8))
                .withMessage("expected a clip of at least 1 frame, but was 0");
    }

    @Test
    void of_framesOfTwoSizes_namesTheFrame() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VideoClip.of(List.of(image(2), image(3)), 8))
                .withMessage("expected all frames of a clip to be 2x1, but frame 1 was 3x1");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -8, Double.NaN, Double.POSITIVE_INFINITY})
    void of_badRate_isRefused(double rate) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VideoClip.of(List.of(image(2)), rate))
                .withMessage("expected a rate above 0 frames per second, but was " + rate);
    }

    @Test
    void read_writtenClip_isEqual(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("two.clip");
        VideoClip clip = FakeMediaFiles.clip(0, 2, new FrameSize(8, 4));

        clip.write(file);

        assertThat(VideoClip.read(file)).isEqualTo(clip);
    }

    @Test
    void read_longerThanMemoryAllows_isRefused(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("three.clip"), "3");
        long bytes = 3 * 8 * 4 * 3;

        assertThat(VideoClip.read(file, bytes).frameCount()).isEqualTo(3);
        assertThatIOException()
                .isThrownBy(() -> VideoClip.read(file, bytes - 1))
                .withMessage("expected a clip whose frames take at most " + (bytes - 1)
                        + " bytes, but was more than 2 frames of 8x4 (" + file + ")");
    }

    @Test
    void equals_sameFramesAndRate_whateverTheProvenance() {
        VideoClip clip = VideoClip.of(List.of(image(2), image(2)), 8);

        assertThat(VideoClip.of(List.of(image(2), image(2)), 8).withProvenance(Map.of("seed", "1")))
                .isEqualTo(clip)
                .hasSameHashCodeAs(clip);
        assertThat(VideoClip.of(List.of(image(2), image(2)), 9)).isNotEqualTo(clip);
        assertThat(VideoClip.of(List.of(image(2)), 8)).isNotEqualTo(clip);
        assertThat(clip).isNotEqualTo(clip.frames()).hasToString("VideoClip[2 frames of 2x1, 8.0 per second]");
    }
}
