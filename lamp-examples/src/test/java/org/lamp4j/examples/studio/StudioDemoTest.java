package org.lamp4j.examples.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lamp4j.examples.studio.StudioPage.tagged;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.examples.drawing.CaptionedScene;
import org.lamp4j.examples.drawing.Motion;
import org.lamp4j.examples.drawing.MotionClips;

/**
 * Records the demo video: a person drops clips, has their motion learned, and animates a picture that is not among
 * them.
 */
@EnabledIfSystemProperty(
        named = "studio.demo",
        matches = ".+",
        disabledReason = "-Dstudio.demo=docs/studio.webm records the demo video, in some minutes")
class StudioDemoTest {

    private static final Motion MOTION = Motion.FALL;
    private static final Path ROOT = Path.of("..");

    /** Fewer are for a rehearsal, whose motion is not learned. */
    private static final Optional<String> STEPS = Optional.ofNullable(System.getProperty("studio.demo.steps"));

    private static final long MAX_BYTES = 2_000_000;

    /** The motion is learned to the end, which takes two minutes on a machine that does nothing else. */
    private static final Duration PATIENCE = Duration.ofHours(1);

    @TempDir
    private Path folder;

    @Test
    void journey_recorded_isShortEnoughForThePage() throws IOException {
        Path video = ROOT.resolve(System.getProperty("studio.demo"));
        StudioPage.assumeBrowser();
        try (StudioPage page = StudioPage.open(folder)) {
            page.waitUpTo(PATIENCE);
            page.resize(1280, 900);
            page.ready();
            DemoRecording recording = new DemoRecording(page);
            MotionClips drawn = new MotionClips(0);
            drop(page, recording, drawn);
            learn(page, recording);
            CaptionedScene start = drawn.heldOutStarts(MOTION).get(5);
            animate(page, recording, start);
            recording.clip().write(video);
        }
        assertThat(Files.size(video)).isLessThanOrEqualTo(MAX_BYTES);
    }

    private void drop(StudioPage page, DemoRecording recording, MotionClips drawn) throws IOException {
        List<Path> files = new ArrayList<>();
        for (CaptionedScene start : drawn.trainingStarts(MOTION)) {
            // what a file is called is the caption that the studio proposes
            Path file = Files.createDirectories(folder.resolve("clip" + files.size()))
                    .resolve(start.caption() + ".mp4");
            drawn.clip(MOTION, start.scene()).write(file);
            files.add(file);
        }
        recording.title("1 · Drop a few clips of one motion");
        page.drag("#clip-drop", files);
        recording.carry(files.size() + " clips", "#clip-drop");
        recording.letGo();
        page.drop("#clip-drop");
        page.await("all clips", () -> page.all(tagged("clip")).size() == files.size());
        recording.live(3);
    }

    private static void learn(StudioPage page, DemoRecording recording) {
        recording.title("2 · Let it learn the motion");
        recording.type("#motion-name", MOTION.phrase());
        STEPS.ifPresent(steps -> page.set("learn-steps", steps));
        recording.press("#learn-button");
        page.find("#learn-jobs [data-state]");
        page.show("#learn-jobs");
        recording.title("2 · Let it learn the motion (time lapse)");
        recording.lapse("#learn-jobs progress", 50);
        page.find("#learn-jobs [data-state=\"done\"]");
        recording.endLapse();
        recording.live(1);
    }

    private void animate(StudioPage page, DemoRecording recording, CaptionedScene start) throws IOException {
        Path picture = folder.resolve("picture.png");
        start.scene().image().write(picture);
        recording.title("3 · Drop a picture and say what it shows");
        page.drag("#picture-drop", List.of(picture));
        recording.carry("picture", "#picture-drop");
        recording.letGo();
        page.drop("#picture-drop");
        page.await("the picture", () -> page.find("#picture").isDisplayed());
        recording.live(1);
        recording.type("#prompt", start.caption());
        page.press(tagged("pattern-radio"));
        recording.press("#animate-button");
        page.find("#animate-jobs [data-state]");
        page.show("#animate-jobs");
        recording.title("The picture learns to move (time lapse)");
        recording.lapse("#animate-jobs progress", 20);
        page.find(tagged("latest"));
        recording.endLapse();
        page.show("#latest-result");
        recording.title("Your picture, moving");
        recording.live(6);
    }
}
