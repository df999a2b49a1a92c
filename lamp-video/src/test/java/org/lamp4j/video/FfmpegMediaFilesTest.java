package org.lamp4j.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.media.FrameReader;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.MediaFiles;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

class FfmpegMediaFilesTest {

    private static final Map<String, String> BEST = Map.of("qmin", "2", "qmax", "2");

    /** Encoders at their best settings; a wrong matrix or range, or rows read at the wrong place, stay below 30 dB. */
    private static final double LOSSY_PSNR = 36;

    private static final double RATE_TOLERANCE = 1e-6;

    private final MediaFiles reader = new FfmpegMediaFiles();

    @TempDir
    private Path folder;

    static Stream<Arguments> formats() {
        String tv = "scale=out_color_matrix=bt709:out_range=limited,format=";
        // VP8 knows no other matrix.
        String sd = "scale=out_color_matrix=bt601:out_range=limited,format=";
        return Stream.of(
                Arguments.of("mp4", VideoFormat.MP4),
                Arguments.of("webm", VideoFormat.WEBM),
                Arguments.of("gif", VideoFormat.GIF),
                Arguments.of("vp8.webm", Clips.format("webm", "libvpx", sd + "yuv420p", Map.of("b", "9000000"))),
                Arguments.of("mkv", Clips.format("matroska", "ffv1", tv + "yuv444p", Map.of())),
                Arguments.of("10-bit.mkv", Clips.format("matroska", "ffv1", tv + "yuv420p10", Map.of())),
                Arguments.of(
                        "full-range.mkv",
                        Clips.format(
                                "matroska",
                                "ffv1",
                                "scale=out_color_matrix=bt601:out_range=full,format=yuv444p",
                                Map.of())),
                Arguments.of("rgb.mkv", Clips.format("matroska", "ffv1", "format=bgr0", Map.of())),
                Arguments.of("10-bit.mov", Clips.format("mov", "prores_ks", tv + "yuv422p10", Map.of())),
                Arguments.of("mov", Clips.format("mov", "mpeg4", "format=yuv420p", BEST)),
                Arguments.of("avi", Clips.format("avi", "mpeg4", "format=yuv420p", BEST)),
                Arguments.of("mjpeg.avi", Clips.format("avi", "mjpeg", "format=yuvj420p", BEST)));
    }

    @ParameterizedTest
    @MethodSource("formats")
    void openClip_anyContainer_givesFramesRateAndColours(String ending, VideoFormat format) throws IOException {
        VideoClip clip = Clips.scene(new FrameSize(80, 48), 12, 8);
        Path file = folder.resolve("clip." + ending);
        Clips.write(format, clip, file);

        VideoClip back = VideoClip.read(file);

        assertThat(back.frameCount()).isEqualTo(12);
        assertThat(back.framesPerSecond()).isCloseTo(8, within(RATE_TOLERANCE));
        assertThat(Clips.psnr(clip, back)).isGreaterThan(LOSSY_PSNR);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 5", "33, 17", "101, 67"})
    void openClip_oddSize_readsRowsAtTheirPlace(int width, int height) throws IOException {
        VideoClip clip = Clips.scene(new FrameSize(width, height), 2, 8);
        Path file = folder.resolve("clip.mkv");
        Clips.write(Clips.format("matroska", "ffv1", "format=bgr0", Map.of()), clip, file);

        VideoClip back = VideoClip.read(file);

        assertThat(back.frames().get(1).toRgbBytes())
                .isEqualTo(clip.frames().get(1).toRgbBytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mp4", "mkv"})
    void openClip_variableRate_givesEveryFrameOnceAndTheMeanRate(String ending) throws IOException {
        VideoClip clip = Clips.scene(new FrameSize(32, 32), 5, 8);
        Path file = folder.resolve("clip." + ending);
        // The last frame is shown for a tick of the clock: 5 frames in 1.001 seconds.
        long[] times = {0, 100, 200, 800, 1000};
        VideoFormat format =
                ending.equals("mp4") ? VideoFormat.MP4 : Clips.format("matroska", "ffv1", "format=bgr0", Map.of());
        Clips.write(format, clip, times, file);

        VideoClip back = VideoClip.read(file);

        assertThat(back.frameCount()).isEqualTo(5);
        assertThat(Clips.psnr(clip, back)).isGreaterThan(LOSSY_PSNR);
        assertThat(back.framesPerSecond()).isCloseTo(5 / 1.001, within(0.01));
    }

    @ParameterizedTest
    @CsvSource({"90, 24, 40", "180, 40, 24", "270, 24, 40"})
    void openClip_rotated_isUpright(int degrees, int width, int height) throws IOException {
        RgbImage stored = Clips.scene(new FrameSize(40, 24), 3);
        Path file = folder.resolve("clip.mp4");
        Clips.write(VideoFormat.MP4, VideoClip.of(List.of(stored, stored), 8), file);
        rotateTrack(file, degrees);

        RgbImage upright = VideoClip.read(file).frames().get(1);

        assertThat(upright.size()).isEqualTo(new FrameSize(width, height));
        assertThat(Clips.psnr(turnedClockwise(stored, degrees / 90), upright)).isGreaterThan(LOSSY_PSNR);
    }

    /** Writes the matrix that a phone writes when it is held so: the image is to be turned clockwise. */
    private static void rotateTrack(Path file, int degreesClockwise) throws IOException {
        byte[] content = Files.readAllBytes(file);
        int header = new String(content, StandardCharsets.ISO_8859_1).indexOf("tkhd");
        int cos = (int) Math.round(Math.cos(Math.toRadians(degreesClockwise)));
        int sin = (int) Math.round(Math.sin(Math.toRadians(degreesClockwise)));
        // Version 0 of the track header (ISO/IEC 14496-12, 8.3.2): the matrix begins 40 bytes after version and flags.
        ByteBuffer matrix = ByteBuffer.wrap(content, header + 4 + 40, 36);
        for (int entry : new int[] {cos << 16, sin << 16, 0, -sin << 16, cos << 16, 0, 0, 0, 1 << 30}) {
            matrix.putInt(entry);
        }
        Files.write(file, content);
    }

    private static RgbImage turnedClockwise(RgbImage image, int quarters) {
        RgbImage turned = image;
        for (int quarter = 0; quarter < quarters; quarter++) {
            FrameSize size = new FrameSize(turned.size().height(), turned.size().width());
            byte[] rgb = new byte[size.width() * size.height() * 3];
            for (int y = 0; y < size.height(); y++) {
                for (int x = 0; x < size.width(); x++) {
                    for (int channel = 0; channel < 3; channel++) {
                        rgb[(y * size.width() + x) * 3 + channel] =
                                (byte) turned.valueAt(y, size.width() - 1 - x, channel);
                    }
                }
            }
            turned = RgbImage.of(size, rgb);
        }
        return turned;
    }

    @ParameterizedTest
    @CsvSource({"libvpx-vp9, webm, bt709", "libvpx, webm, bt601", "ffv1, matroska, bt709"})
    void openClip_transparent_isLaidOverBlack(String encoder, String container, String matrix) throws IOException {
        VideoClip clip = VideoClip.of(Collections.nCopies(3, Clips.plain(new FrameSize(32, 32), 200, 120, 240)), 8);
        Path file = folder.resolve("clip.webm");
        String half = "format=rgba,colorchannelmixer=aa=0.5,scale=out_color_matrix=" + matrix
                + ":out_range=limited,format=yuva420p";
        VideoFormat format = new VideoFormat(
                container,
                encoder,
                half,
                VideoFormat.Limits.NONE,
                encoder.equals("ffv1") ? Map.of() : Map.of("b", "2000000", "auto-alt-ref", "0"),
                Map.of());
        Clips.write(format, clip, file);

        RgbImage frame = VideoClip.read(file).frames().get(2);

        assertThat(frame.valueAt(16, 16, 0)).isCloseTo(100, within(4));
        assertThat(frame.valueAt(16, 16, 1)).isCloseTo(60, within(4));
        assertThat(frame.valueAt(16, 16, 2)).isCloseTo(120, within(4));
    }

    @Test
    void openClip_gifWithTransparentPixels_showsBlackThere() throws IOException {
        Path file = folder.resolve("clip.gif");
        VideoClip clip = VideoClip.of(Collections.nCopies(2, Clips.scene(new FrameSize(32, 32), 4)), 8);
        Clips.write(
                Clips.format(
                        "gif",
                        "gif",
                        "format=rgba,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='255*gt(X,15)',"
                                + "split[a][b];[a]palettegen=reserve_transparent=1[p];[b][p]paletteuse=alpha_threshold=128",
                        Map.of()),
                clip,
                file);

        RgbImage frame = VideoClip.read(file).frames().get(1);

        assertThat(new int[] {frame.valueAt(5, 20, 0), frame.valueAt(5, 20, 1), frame.valueAt(5, 20, 2)})
                .containsOnly(0);
        assertThat(frame.valueAt(25, 20, 1)).isCloseTo(clip.frames().get(0).valueAt(25, 20, 1), within(8));
    }

    @Test
    void openClip_folderOfImages_ordersByNumber() throws IOException {
        MediaWriter writer = MediaWriter.newBuilder().build();
        FrameSize size = new FrameSize(8, 6);
        writer.writeImage(Clips.plain(size, 10, 0, 0), folder.resolve("frame10.png"));
        writer.writeImage(Clips.plain(size, 2, 0, 0), folder.resolve("frame2.png"));
        writer.writeImage(Clips.plain(size, 1, 0, 0), folder.resolve("frame1.png"));
        Files.writeString(folder.resolve("caption.txt"), "a horse");

        VideoClip clip = VideoClip.read(folder);

        assertThat(clip.frames()).extracting(frame -> frame.valueAt(0, 0, 0)).containsExactly(1, 2, 10);
        assertThat(clip.framesPerSecond()).isEqualTo(8);
    }

    @Test
    void openClip_folderWithImageOfOtherSize_namesIt() throws IOException {
        MediaWriter writer = MediaWriter.newBuilder().build();
        writer.writeImage(Clips.plain(new FrameSize(8, 6), 0, 0, 0), folder.resolve("frame1.png"));
        writer.writeImage(Clips.plain(new FrameSize(6, 8), 0, 0, 0), folder.resolve("frame2.png"));

        assertThatIOException()
                .isThrownBy(() -> VideoClip.read(folder))
                .withMessage(
                        "expected an image of 8x6 like frame1.png, but was 6x8 (" + folder.resolve("frame2.png") + ")");
    }

    @Test
    void openClip_folderWithOneBadImage_namesIt() throws IOException {
        MediaWriter.newBuilder().build().writeFrames(Clips.noise(new FrameSize(8, 8), 3, 1), folder);
        Files.writeString(folder.resolve("frame0001.png"), "not an image");

        assertThatIOException()
                .isThrownBy(() -> VideoClip.read(folder))
                .withMessage("expected an image (PNG, JPEG or WebP), but was a file of 12 bytes that begins otherwise"
                        + " (" + folder.resolve("frame0001.png") + ")");
    }

    @Test
    void openClip_folderWithoutImages_saysSo() {
        assertThatIOException()
                .isThrownBy(() -> reader.openClip(folder))
                .withMessage("expected a folder of PNG, JPEG or WebP images, but was one without (" + folder + ")");
    }

    @Test
    void openClip_emptyFile_saysSo() throws IOException {
        Path file = Files.createFile(folder.resolve("clip.mp4"));

        assertThatIOException()
                .isThrownBy(() -> reader.openClip(file))
                .withMessage("expected a video of at least 1 frame, but was a file of 0 bytes (" + file + ")");
    }

    @Test
    void openClip_missingFile_saysSo() {
        Path file = folder.resolve("clip.mp4");

        assertThatIOException()
                .isThrownBy(() -> reader.openClip(file))
                .withMessage("expected a video file, but was nothing of that name (" + file + ")");
    }

    @ParameterizedTest
    @ValueSource(strings = {"clip.mp4", "clip.gif", "clip.webm", "clip.avi"})
    void openClip_textUnderVideoName_saysSo(String name) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "a horse gallops over the sea\n".repeat(100));

        assertThatIOException()
                .isThrownBy(() -> reader.openClip(file))
                .withMessageMatching(
                        "expected a video \\(mp4, mov, webm, mkv, avi or gif\\), but was: .+ \\(" + file + "\\)");
    }

    @Test
    void openClip_scriptUnderVideoName_opensNoOtherFile() throws IOException {
        Clips.write(VideoFormat.MP4, Clips.scene(new FrameSize(16, 16), 2, 8), folder.resolve("other.mp4"));
        Path file = Files.writeString(folder.resolve("clip.mp4"), "ffconcat version 1.0\nfile other.mp4\n");

        assertThatIOException()
                .isThrownBy(() -> reader.openClip(file))
                .withMessageStartingWith("expected a video (mp4, mov, webm, mkv, avi or gif), but was: ");
    }

    @ParameterizedTest
    @MethodSource("formats")
    void openClip_cutOff_saysSo(String ending, VideoFormat format) throws IOException {
        Path file = folder.resolve("clip." + ending);
        Clips.write(format, Clips.scene(new FrameSize(80, 48), 12, 8), file);
        byte[] content = Files.readAllBytes(file);
        for (int percent : new int[] {2, 30, 60, 99}) {
            int length = content.length * percent / 100;
            Files.write(file, Arrays.copyOf(content, length));

            assertThatIOException()
                    .as("%d %% of %s", percent, ending)
                    .isThrownBy(() -> VideoClip.read(file))
                    .withMessageMatching("expected a video of at least \\d+ bytes, as its own header says,"
                            + " but was one cut off after " + length + " \\(" + file + "\\)"
                            + "|expected a video \\(mp4, mov, webm, mkv, avi or gif\\), but was: .+ \\(" + file
                            + "\\)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mp4", "mkv", "gif", "webm"})
    void next_damagedInTheMiddle_namesFileAndPlace(String ending) throws IOException {
        VideoFormat format = formats()
                .filter(arguments -> arguments.get()[0].equals(ending))
                .map(arguments -> (VideoFormat) arguments.get()[1])
                .findFirst()
                .orElseThrow();
        Path file = folder.resolve("clip." + ending);
        // Openh264 gives up on noise; in the others it makes the frames so large that several are hit.
        FrameSize size = new FrameSize(96, 96);
        Clips.write(format, ending.equals("mp4") ? Clips.scene(size, 12, 8) : Clips.noise(size, 12, 5), file);
        byte[] content = Files.readAllBytes(file);
        for (int index = content.length / 2; index < content.length * 6 / 10; index++) {
            content[index] = (byte) (index * 31);
        }
        Files.write(file, content);

        assertThatIOException()
                .isThrownBy(() -> VideoClip.read(file))
                .withMessageMatching("expected .*(frame|GIF|WebM).*, but was.*\\(" + file + "\\)");
    }

    @Test
    void openClip_soundOnly_saysSo() throws IOException {
        Path file = folder.resolve("clip.avi");
        Clips.write(
                Clips.format("avi", "mjpeg", "format=yuvj420p", BEST), Clips.scene(new FrameSize(32, 32), 3, 8), file);
        byte[] content = Files.readAllBytes(file);
        // The stream header names the kind of stream: "vids" for images, "auds" for sound.
        int kind = new String(content, StandardCharsets.ISO_8859_1).indexOf("vids");
        System.arraycopy("auds".getBytes(StandardCharsets.US_ASCII), 0, content, kind, 4);
        Files.write(file, content);

        assertThatIOException()
                .isThrownBy(() -> reader.openClip(file))
                .withMessage("expected a video stream, but was 1 streams without one (" + file + ")");
    }

    @Test
    void openClip_brokenFile_leavesFfmpegSilent() throws IOException {
        Path file = Files.writeString(folder.resolve("clip.mp4"), "ftyp".repeat(50));

        assertThatIOException().isThrownBy(() -> reader.openClip(file));

        assertThat(avutil.av_log_get_level()).isEqualTo(avutil.AV_LOG_QUIET);
    }

    @Test
    void next_afterTheLast_staysEmpty() throws IOException {
        Path file = folder.resolve("clip.mp4");
        Clips.write(VideoFormat.MP4, Clips.scene(new FrameSize(16, 16), 1, 8), file);
        try (FrameReader clip = reader.openClip(file)) {
            assertThat(clip.next()).isPresent();
            assertThat(clip.next()).isEmpty();
            assertThat(clip.next()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"3, 2, 0 2 4", "9, 3, 0 3 6", "1, 5, 0", "8, 1, 0 1 2 3 4 5 6"})
    void next_everySoManyFrames_areThoseUntilTheEnd(int count, int stride, String expected) throws IOException {
        VideoClip clip = Clips.scene(new FrameSize(16, 8), 7, 8);
        MediaWriter.newBuilder().build().writeFrames(clip, folder.resolve("frames"));

        try (FrameReader open = reader.openClip(folder.resolve("frames"))) {
            assertThat(pixels(open.next(count, stride)))
                    .isEqualTo(pixels(Stream.of(expected.split(" "))
                            .map(index -> clip.frames().get(Integer.parseInt(index)))
                            .toList()));
        }
    }

    @Test
    void next_noFrames_isRefused() throws IOException {
        MediaWriter.newBuilder().build().writeFrames(Clips.scene(new FrameSize(16, 8), 1, 8), folder.resolve("frames"));

        try (FrameReader open = reader.openClip(folder.resolve("frames"))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> open.next(0, 1))
                    .withMessage("expected 1 or more frames at a stride of 1 or more, but was 0 at a stride of 1"
                            + " (FrameReader.next)");
        }
    }

    private static List<ByteBuffer> pixels(List<RgbImage> frames) {
        return frames.stream().map(frame -> ByteBuffer.wrap(frame.toRgbBytes())).toList();
    }

    @Test
    void openClip_severalThreads_eachReadsItsOwn() throws IOException {
        for (int clip = 1; clip <= 8; clip++) {
            Clips.write(VideoFormat.MP4, Clips.scene(new FrameSize(32, 32), clip, 8), folder.resolve(clip + ".mp4"));
        }

        List<Integer> frameCounts = IntStream.rangeClosed(1, 8)
                .parallel()
                .mapToObj(clip -> {
                    try {
                        return VideoClip.read(folder.resolve(clip + ".mp4")).frameCount();
                    } catch (IOException failure) {
                        throw new UncheckedIOException(failure);
                    }
                })
                .toList();

        assertThat(frameCounts).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    }

    @ParameterizedTest
    @CsvSource({
        "a.mp4, true",
        "a.MOV, true",
        "a.webm, true",
        "a.mkv, true",
        "a.avi, true",
        "a.gif, true",
        "a.png, false",
        "a.txt, false",
        ".a.mp4, false",
        "mp4, false"
    })
    void isClip_file_goesByItsEnding(String name, boolean expected) {
        assertThat(reader.isClip(folder.resolve(name))).isEqualTo(expected);
    }

    @Test
    void isClip_folder_goesByWhetherItHoldsImages() throws IOException {
        assertThat(reader.isClip(folder)).isFalse();

        Files.createFile(folder.resolve("frame1.png"));

        assertThat(reader.isClip(folder)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"a.png, true", "a.JPG, true", "a.jpeg, true", "a.webp, true", "a.gif, false", ".a.png, false"})
    void isImage_file_goesByItsEnding(String name, boolean expected) {
        assertThat(reader.isImage(folder.resolve(name))).isEqualTo(expected);
    }

    @Test
    void serviceLoader_mediaReader_isThisOne() {
        assertThat(ServiceLoader.load(MediaFiles.class)).hasExactlyElementsOfTypes(FfmpegMediaFiles.class);
    }
}
