package org.lamp4j.examples.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lamp4j.examples.studio.StudioPage.tagged;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

/** Records the demo video: a person learns the motion of the sample clips and animates the picture beside them. */
@EnabledIfSystemProperty(
        named = "studio.demo",
        matches = ".+",
        disabledReason = "-Dstudio.demo=FILE.webm records the demo video, in some minutes")
class StudioDemoTest {

    private static final double FRAMES_PER_SECOND = 8;
    private static final long MAX_BYTES = 2_000_000;

    @TempDir
    private Path folder;

    @Test
    void journey_recorded_isShortEnoughForThePage() throws IOException {
        Path video = Path.of(System.getProperty("studio.demo"));
        StudioPage.assumeBrowser();
        Recording recording = new Recording();
        try (StudioPage page = StudioPage.open(folder)) {
            page.resize(1280, 860);
            page.ready();
            recording.hold(page, 1);
            learn(page, recording);
            animate(page, recording);
        }
        VideoClip.of(recording.frames, FRAMES_PER_SECOND).write(video);

        assertThat(Files.size(video)).isLessThanOrEqualTo(MAX_BYTES);
    }

    private static void learn(StudioPage page, Recording recording) {
        page.press("#clip-samples-button");
        page.await("sample clips", () -> page.all(tagged("clip")).size() > 1);
        recording.live(page, 2);
        page.type("#motion-name", "my first motion");
        recording.hold(page, 1);
        page.press("#learn-button");
        page.find("#learn-jobs [data-state]");
        recording.lapse(page, 2);
        page.find("#learn-jobs [data-state=\"done\"]");
        recording.live(page, 2);
    }

    private static void animate(StudioPage page, Recording recording) {
        page.press("[data-testid^=\"recent-image\"]");
        page.type("#prompt", "a red heart on the beach");
        recording.hold(page, 1);
        page.press(tagged("pattern-radio"));
        page.press("#animate-button");
        recording.lapse(page, 0.3);
        page.find(tagged("latest"));
        page.browser().executeScript("arguments[0].scrollIntoView({block: 'center'})", page.find(tagged("latest")));
        recording.live(page, 5);
    }

    /** The frames of the video. Waiting passes in it faster than it did. */
    private static final class Recording {

        private final List<RgbImage> frames = new ArrayList<>();

        /** Shows the page as it is for some seconds. */
        void hold(StudioPage page, double seconds) {
            frames.addAll(Collections.nCopies((int) (seconds * FRAMES_PER_SECOND), picture(page)));
        }

        /** Shows what moves on the page for some seconds, as fast as it is. */
        void live(StudioPage page, double seconds) {
            long start = System.nanoTime();
            int count = (int) (seconds * FRAMES_PER_SECOND);
            for (int frame = 0; frame < count; frame++) {
                RgbImage picture = picture(page);
                long late = System.nanoTime() - start - (long) (frame * 1e9 / FRAMES_PER_SECOND);
                frames.add(picture);
                sleep((long) (1e9 / FRAMES_PER_SECOND) - late);
            }
        }

        /** From now on shows a frame each so many seconds of waiting. */
        void lapse(StudioPage page, double secondsBetween) {
            long[] next = {System.nanoTime()};
            page.whileWaiting(() -> {
                if (System.nanoTime() >= next[0]) {
                    next[0] = System.nanoTime() + (long) (secondsBetween * 1e9);
                    frames.add(picture(page));
                }
            });
        }

        private static RgbImage picture(StudioPage page) {
            try {
                return RgbImage.read(new ByteArrayInputStream(page.screenshot()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void sleep(long nanos) {
            try {
                TimeUnit.NANOSECONDS.sleep(nanos);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
