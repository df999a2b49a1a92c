package org.lamp4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.FrameGrabber;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.training.TrainingClip;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.video.GrabbedFrames;

/** A motion that is shown to a camera eight times, learned, and given to what the camera sees then. */
public final class LearnFromACamera {

    private static final int CLIPS = 8;

    /** A camera's 30 frames per second become 15, so that 16 frames last about a second. */
    private static final int STRIDE = 2;

    private LearnFromACamera() {}

    /**
     * Runs the recipe.
     *
     * @param arguments model folder, what the clips show, prompt, MP4 file to write, camera and FFmpeg's name for the
     *     system of cameras: {@code /dev/video0 video4linux2} on Linux, {@code 0 avfoundation} on macOS,
     *     {@code "video=Name" dshow} on Windows; any stream's address and format will do. On Linux FFmpeg knows cameras
     *     only where {@code libpulse.so.0} is installed ({@code apt-get install libpulse0})
     * @throws IOException if the camera or a file cannot be read, or the result not be written
     */
    public static void main(String[] arguments) throws IOException {
        TrainingOptions training = TrainingOptions.newBuilder().build();
        GenerationOptions generation = GenerationOptions.newBuilder().build();
        Arguments.require(arguments, "model", "caption", "prompt", "MP4 to write", "camera", "system of cameras");
        FFmpegFrameGrabber.tryLoad();
        try (FrameGrabber camera = new FFmpegFrameGrabber(arguments[4])) {
            camera.setFormat(arguments[5]);
            camera.start();
            run(arguments, camera, training, generation);
        }
    }

    static void run(String[] arguments, FrameGrabber camera, TrainingOptions training, GenerationOptions generation)
            throws IOException {
        String caption = arguments[1];
        GrabbedFrames frames = GrabbedFrames.of(camera);
        List<TrainingClip> clips = new ArrayList<>();
        for (int number = 1; number <= CLIPS; number++) {
            System.out.printf("clip %d of %d: show \"%s\"%n", number, CLIPS, caption);
            clips.add(TrainingClip.of(
                    "camera " + number, frames.record(training.window().frameCount(), STRIDE), caption));
        }
        RgbImage firstFrame = frames.nextImage();

        try (Backbone backbone = Backbone.load(Path.of(arguments[0]))) {
            MotionPattern pattern = MotionPattern.train(backbone, TrainingClips.of(clips), training);
            VideoClip clip = pattern.generate(arguments[2], firstFrame, generation);
            clip.write(Path.of(arguments[3]));
        }
    }
}
