package org.lamp4j.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

/** What lamp-core's clips and images do with files when this module is there. */
class VideoClipDoorsTest {

    private static final FrameSize SIZE = new FrameSize(32, 16);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"clip.mp4", "clip.webm", "clip.gif", "made/before/CLIP.MP4"})
    void write_anyEnding_isWhatTheWriterWritesAndReadsBack(String name) throws IOException {
        VideoClip clip = Clips.scene(SIZE, 3, 10).withProvenance(Map.of("prompt", "a square"));
        Path file = folder.resolve(name);
        Path same = folder.resolve("same-" + file.getFileName());

        clip.write(file);
        MediaWriter.newBuilder().build().writeClip(clip, same);

        assertThat(VideoClip.read(file)).isEqualTo(VideoClip.read(same));
        assertThat(VideoClip.read(file)).hasToString("VideoClip[3 frames of 32x16, 10.0 per second]");
        assertThat(Clips.psnr(
                        clip.frames().get(2), VideoClip.read(file).frames().get(2)))
                .isGreaterThan(25);
    }

    @Test
    void read_folder_givesAllFramesAndTheRate() throws IOException {
        VideoClip clip = Clips.scene(SIZE, 3, 8);
        MediaWriter.newBuilder().build().writeFrames(clip, folder.resolve("frames"));

        assertThat(VideoClip.read(folder.resolve("frames"))).isEqualTo(clip);
    }

    @Test
    void write_unknownEnding_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Clips.scene(SIZE, 1, 8).write(folder.resolve("clip.avi")))
                .withMessage("expected a file name ending in .mp4, .webm or .gif, but was clip.avi"
                        + " (MediaWriter.writeClip)");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void read_missingFile_isNamed() {
        Path file = folder.resolve("missing.mp4");

        assertThatIOException().isThrownBy(() -> VideoClip.read(file)).withMessageContaining(file.toString());
    }

    @Test
    void read_streamOfADamagedImage_saysWhereItCameFrom() throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        Clips.scene(SIZE, 3).write(whole);
        byte[] cut = Arrays.copyOf(whole.toByteArray(), whole.size() / 2);

        assertThatIOException()
                .isThrownBy(() -> RgbImage.read(new ByteArrayInputStream(cut)))
                .withMessageStartingWith("expected an image (PNG, JPEG or WebP), whole, but was")
                .withMessageEndingWith("(a stream)");
    }
}
