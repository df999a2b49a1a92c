package org.lamp4j.video;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.media.FrameReader;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.MediaFiles;

class ClosedClipTest {

    private static final FrameSize SIZE = new FrameSize(64, 64);

    /** Some dozen, because what is freed under a decoder does not crash every time. */
    private static final int CLOSING_ROUNDS = 40;

    private final MediaFiles reader = new FfmpegMediaFiles();

    @TempDir
    private Path folder;

    @Test
    void next_afterClose_isRefused() throws IOException {
        Path file = folder.resolve("clip.mp4");
        Clips.write(VideoFormat.MP4, Clips.scene(SIZE, 2, 8), file);
        FrameReader clip = reader.openClip(file);
        clip.close();
        clip.close();

        assertThatIllegalStateException()
                .isThrownBy(clip::next)
                .withMessage("expected an open clip, but it was closed (" + file + ")");
    }

    @Test
    void next_afterClosingAFolder_isRefused() throws IOException {
        MediaWriter.newBuilder().build().writeImage(Clips.scene(SIZE, 0), folder.resolve("0.png"));
        FrameReader clip = reader.openClip(folder);
        clip.close();
        clip.close();

        assertThatIllegalStateException()
                .isThrownBy(clip::next)
                .withMessage("expected an open clip, but it was closed (" + folder + ")");
    }

    @Test
    void close_whileAnotherThreadReads_endsItsReadingWithAnError() throws Exception {
        Path file = folder.resolve("clip.mp4");
        Clips.write(VideoFormat.MP4, Clips.scene(SIZE, 64, 8), file);
        for (int round = 0; round < CLOSING_ROUNDS; round++) {
            FrameReader clip = reader.openClip(file);
            CountDownLatch reading = new CountDownLatch(1);
            FutureTask<Void> frames = new FutureTask<>(() -> {
                while (true) {
                    clip.next();
                    reading.countDown();
                }
            });
            new Thread(frames).start();
            reading.await();
            clip.close();

            assertThatThrownBy(() -> frames.get(1, TimeUnit.MINUTES))
                    .hasRootCauseMessage("expected an open clip, but it was closed (" + file + ")");
        }
    }
}
