package org.lamp4j.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.VideoClip;

/** Reads clips to learn from that another program wrote. */
class TrainingClipsTest {

    /** A pixel of the model is a square of 4 by 4; after H.264 its values differ by a few levels. */
    private static final int COMPRESSION_LEVELS = 12;

    @Test
    void openClip_trainingClips_have16FramesOf256At8PerSecond() throws IOException {
        List<Path> clips = filesEndingIn(".mp4");

        assertThat(clips).isNotEmpty();
        for (Path file : clips) {
            VideoClip clip = VideoClip.read(file);
            assertThat(clip.frameCount()).as("frames of %s", file).isEqualTo(16);
            assertThat(clip.frameSize()).as("size of %s", file).isEqualTo(new FrameSize(256, 256));
            assertThat(clip.framesPerSecond()).as("rate of %s", file).isEqualTo(8);
        }
    }

    @Test
    void openClip_truthOfHeldOutImage_beginsWithTheImage() throws IOException {
        List<Path> images = filesEndingIn(".png");

        assertThat(images).isNotEmpty();
        for (Path image : images) {
            Path truth = Path.of(image.toString().replaceAll("\\.png$", ".truth.mp4"));
            double psnr = Clips.psnr(
                    PixelGrid.enlarge(new FfmpegMediaFiles().readImage(image), 4),
                    VideoClip.read(truth).frames().get(0));
            assertThat(psnr).as("%s and its clip", image).isGreaterThan(20 * Math.log10(255.0 / COMPRESSION_LEVELS));
        }
    }

    private static List<Path> filesEndingIn(String ending) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/clips"))) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }
}
