package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.examples.drawing.CaptionedScene;
import org.lamp4j.examples.drawing.Look;
import org.lamp4j.examples.drawing.Motion;
import org.lamp4j.examples.drawing.MotionClips;
import org.lamp4j.examples.drawing.SceneMatcher;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.VideoClip;

/**
 * The way of real footage from end to end: video files of a swaying, flickering, noisy camera, from which a pattern is
 * trained, and an image of such a camera that a clip begins with. {@code lamp quickstart --look filmed} is the long run
 * of it.
 */
class FilmedClipsTest {

    private static final MotionClips FILMED = new MotionClips(0, Look.FILMED);

    /** Decibels that the auto-encoder, made for drawings, leaves of a blurred and noisy first frame. */
    private static final double LEAST_BACKGROUND = 18;

    @TempDir
    private Path folder;

    @Test
    void trainAndGenerate_filmedClips_clipOfTheFilmedImage() throws IOException {
        Path pattern = folder.resolve("pattern.safetensors");
        Path clip = folder.resolve("clip");
        FILMED.write(Motion.FALL, folder);
        CaptionedScene start = FILMED.heldOutStarts(Motion.FALL).get(0);
        Path image = folder.resolve("held_out/" + start.caption().replace(' ', '_') + ".png");
        CommandRun run = new CommandRun();
        List<Object> small = List.of("--model", CommandRun.model(), "--frame-size", "64x64", "--frame-count", "4");

        run.succeed(with(small, "train", "--clips", folder.resolve("clips"), "--steps", "3", "--output", pattern));
        run.succeed(with(
                small,
                "generate",
                "--motion",
                pattern,
                "--image",
                image,
                "--prompt",
                start.caption(),
                "--steps",
                "2",
                "--output",
                clip));

        VideoClip made = VideoClip.read(clip);
        assertThat(made.frameCount()).isEqualTo(4);
        assertThat(made.frameSize()).isEqualTo(new FrameSize(64, 64));
        assertThat(SceneMatcher.backgroundPsnr(made.frames().get(0), start.scene()))
                .isGreaterThan(LEAST_BACKGROUND);
        assertThat(Files.size(folder.resolve("clips/train00.mp4")))
                .as("noise takes room")
                .isGreaterThan(2 * drawnSize());
        try (Backbone backbone = Backbone.load(CommandRun.model())) {
            assertThat(MotionPattern.load(backbone, pattern).trainedSteps()).hasValue(3);
        }
    }

    private long drawnSize() throws IOException {
        Path drawn = folder.resolve("drawn");
        new MotionClips(0).write(Motion.FALL, drawn);
        return Files.size(drawn.resolve("clips/train00.mp4"));
    }

    private static Object[] with(List<Object> small, String command, Object... more) {
        List<Object> arguments = new ArrayList<>();
        arguments.add(command);
        arguments.addAll(small);
        arguments.addAll(List.of(more));
        return arguments.toArray();
    }
}
