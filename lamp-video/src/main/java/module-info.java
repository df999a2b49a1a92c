import org.lamp4j.media.MediaFiles;
import org.lamp4j.video.FfmpegMediaFiles;

/**
 * Video, GIF and images with FFmpeg: what org.lamp4j.core reads and writes files with. JavaCV is not required: its
 * module requires the bindings of a dozen libraries; see {@link org.lamp4j.video}.
 */
module org.lamp4j.video {
    requires transitive org.lamp4j.core;
    requires org.bytedeco.ffmpeg;
    requires org.bytedeco.javacpp;

    exports org.lamp4j.video;

    provides MediaFiles with
            FfmpegMediaFiles;
}
