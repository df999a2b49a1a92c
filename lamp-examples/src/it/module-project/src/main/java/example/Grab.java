package example;

import java.io.IOException;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.lamp4j.video.GrabbedFrames;

/** Frames of a grabber of JavaCV, here one that reads a file. */
public final class Grab {

    private Grab() {}

    /** Takes the file. */
    public static void main(String[] arguments) throws IOException {
        FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(arguments[0]);
        grabber.start();
        try (GrabbedFrames frames = GrabbedFrames.of(grabber)) {
            System.out.println(frames.nextImage().size() + " by " + GrabbedFrames.class.getModule());
        }
    }
}
