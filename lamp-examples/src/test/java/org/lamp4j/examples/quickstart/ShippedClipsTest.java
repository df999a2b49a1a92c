package org.lamp4j.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The meter on real video files, whose objects move 1.6 pixels per frame of a 64-pixel picture. */
class ShippedClipsTest {

    private static final double TRUE_SPEED = 1.6 / 64;

    /** The mean of eight clips: what clouds and waves take away from single ones. */
    private static final double TOLERANCE = 0.1 / 64;

    @TempDir
    private Path folder;

    @Test
    void measure_heldOutClipsToTheRight_trueSpeed() throws Exception {
        Motion motion = mean(truths("right"));

        assertThat(motion.right()).isCloseTo(TRUE_SPEED, within(TOLERANCE));
        assertThat(motion.down()).isCloseTo(0, within(TOLERANCE));
    }

    @Test
    void measure_heldOutClipsThatRise_trueSpeed() throws Exception {
        Motion motion = mean(truths("rise"));

        assertThat(motion.down()).isCloseTo(-TRUE_SPEED, within(TOLERANCE));
        assertThat(motion.right()).isCloseTo(0, within(TOLERANCE));
    }

    @Test
    void measure_trainingClips_trueSpeed() throws Exception {
        for (LearnedMotion learned : LearnedMotion.values()) {
            Path clips = folder.resolve(learned.folder());
            ShippedFiles.copy(learned.folder() + "/clips", clips);

            assertThat(mean(clipsIn(clips)).speed()).as(learned.folder()).isCloseTo(TRUE_SPEED, within(TOLERANCE));
        }
    }

    private static List<Path> truths(String name) throws IOException, URISyntaxException {
        return clipsIn(
                Path.of(ShippedClipsTest.class.getResource(name + "/truth").toURI()));
    }

    private static List<Path> clipsIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".mp4"))
                    .sorted()
                    .toList();
        }
    }

    private static Motion mean(List<Path> files) throws IOException {
        assertThat(files).hasSizeGreaterThanOrEqualTo(8);
        List<Motion> motions = new ArrayList<>();
        for (Path file : files) {
            motions.add(MotionMeter.measure(Quickstart.read(file)));
        }
        return Motion.mean(motions);
    }
}
