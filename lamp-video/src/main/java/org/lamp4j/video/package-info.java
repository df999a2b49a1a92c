/**
 * Reads and writes video, GIF and images with FFmpeg.
 *
 * <p>{@link org.lamp4j.video.FfmpegMediaFiles} is the {@link org.lamp4j.media.MediaFiles} that
 * {@link org.lamp4j.media.VideoClip} and training find by {@link java.util.ServiceLoader};
 * {@link org.lamp4j.video.MediaWriter} writes enlarged, or frame by frame, and {@link org.lamp4j.video.ContactSheet}
 * shows clips at a glance:
 *
 * <pre>{@code
 * VideoClip horse = VideoClip.read(Path.of("horse.webm"));
 * horse.write(Path.of("horse.mp4"));
 *
 * MediaWriter writer = MediaWriter.newBuilder().enlargement(4).build();
 * writer.writeClip(horse, Path.of("horse.gif"));
 * writer.writeFrames(horse, Path.of("horse-frames"));
 * writer.writeImage(ContactSheet.newBuilder().addClip(horse).frames(0, 5, 10, 15).build(), Path.of("horse.png"));
 * }</pre>
 *
 * <p><b>JavaCV.</b> {@link org.lamp4j.video.GrabbedFrames} takes clips and first frames from a camera, a stream or a
 * screen, {@link org.lamp4j.video.JavaCvFrames} hands clips to any recorder. JavaCV comes with this module, with
 * FFmpeg's binding alone; a grabber of another library (OpenCV, librealsense) needs that binding beside it.
 *
 * <p><b>The module path.</b> JavaCV's own module requires the bindings of a dozen libraries, so
 * {@code org.lamp4j.video} does not require it. A module that uses these two classes has JavaCV on the class path,
 * where Maven puts what no module requires, and gives compiler and JVM
 *
 * <pre>{@code
 * --add-reads org.lamp4j.video=ALL-UNNAMED --add-reads MODULE=ALL-UNNAMED
 * }</pre>
 *
 * <p>with its own name for MODULE. Everything else needs no options. FFmpeg's native libraries, too, lie on the class
 * path; on the module path they want {@code --add-modules}, for instance
 * {@code org.bytedeco.ffmpeg.linux.x86_64,org.bytedeco.javacpp.linux.x86_64}.
 *
 * <p><b>Platforms.</b> FFmpeg's native libraries for Linux x86-64, macOS arm64 and Windows x86-64 come with this
 * module. On another one, add them to your own dependencies, here for Linux on ARM:
 *
 * <pre>{@code
 * <dependency>
 *   <groupId>org.bytedeco</groupId>
 *   <artifactId>ffmpeg</artifactId>
 *   <version>8.1.2-1.5.14</version>
 *   <classifier>linux-arm64</classifier>
 * </dependency>
 * <dependency>
 *   <groupId>org.bytedeco</groupId>
 *   <artifactId>javacpp</artifactId>
 *   <version>1.5.14</version>
 *   <classifier>linux-arm64</classifier>
 * </dependency>
 * }</pre>
 *
 * <p>They are the LGPL build, with openh264 for H.264 and libvpx for VP9; nothing under the GPL is used. They are
 * unpacked once to {@code ~/.javacpp/cache} (system property {@code org.bytedeco.javacpp.cachedir}). Loading them turns
 * FFmpeg's own log off, for the whole process: what goes wrong is in our exceptions. To see it all the same, call
 * {@code avutil.av_log_set_level} after the first use of this package.
 */
@NullMarked
package org.lamp4j.video;

import org.jspecify.annotations.NullMarked;
