package org.lamp4j.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

class GrabbedFramesTest {

    /** A rounding in microseconds. */
    private static final double RATE_TOLERANCE = 1e-3;

    private static final FrameSize SIZE = new FrameSize(3, 2);

    @TempDir
    private Path folder;

    /** Else the grabber lists its streams on the tests' output. */
    @BeforeAll
    static void silenceFfmpeg() {
        Ffmpeg.load();
    }

    /** Frames made in Java, as a camera delivers them: at times of its own, sound between them. */
    private static final class FakeCamera extends FrameGrabber {

        private final Deque<Frame> frames = new ArrayDeque<>();

        @Override
        public String toString() {
            return "a fake camera";
        }

        FakeCamera add(RgbImage image, long microseconds) {
            Frame frame = JavaCvFrames.toFrame(image);
            frame.timestamp = microseconds;
            frames.add(frame);
            return this;
        }

        FakeCamera add(Frame frame) {
            frames.add(frame);
            return this;
        }

        FakeCamera addSound() {
            frames.add(new Frame());
            return this;
        }

        @Override
        public void start() {}

        @Override
        public void stop() {}

        @Override
        public void trigger() {}

        @Override
        public Frame grab() {
            return frames.poll();
        }

        @Override
        public void release() {}
    }

    /** Returns a started grabber of a file of rows of pixels without any header, at ten frames a second. */
    private FrameGrabber started(FrameGrabber.ImageMode mode, RgbImage... frames) throws IOException {
        Path file = folder.resolve("frames.rgb");
        try (OutputStream rows = Files.newOutputStream(file)) {
            for (RgbImage frame : frames) {
                rows.write(frame.toRgbBytes());
            }
        }
        FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(file.toFile());
        grabber.setFormat("rawvideo");
        grabber.setOption("pixel_format", "rgb24");
        grabber.setImageWidth(frames[0].size().width());
        grabber.setImageHeight(frames[0].size().height());
        grabber.setFrameRate(10);
        grabber.setImageMode(mode);
        grabber.start();
        return grabber;
    }

    /** Returns pixels of {@code (x, y, x + y + more)}. */
    private static RgbImage ramp(FrameSize size, int more) {
        return RgbImage.ofRows(size, y -> {
            byte[] row = new byte[3 * size.width()];
            for (int x = 0; x < size.width(); x++) {
                row[3 * x] = (byte) x;
                row[3 * x + 1] = (byte) y;
                row[3 * x + 2] = (byte) (x + y + more);
            }
            return row;
        });
    }

    private static RgbImage plain(int level) {
        return RgbImage.ofRows(
                SIZE, y -> new byte[] {(byte) level, 1, 2, (byte) level, 3, 4, (byte) level, (byte) (5 + y), 6});
    }

    @Test
    void record_file_clipThatMovesAtTheRateOfItsStride() throws IOException {
        FrameSize size = new FrameSize(64, 48);
        RgbImage[] ramps =
                IntStream.range(0, 30).mapToObj(more -> ramp(size, more)).toArray(RgbImage[]::new);
        try (FrameGrabber grabber = started(FrameGrabber.ImageMode.COLOR, ramps)) {
            VideoClip clip = GrabbedFrames.of(grabber).record(12, 2);

            assertThat(clip.frames()).hasSize(12).first().isEqualTo(ramps[0]);
            assertThat(clip.frames()).last().isEqualTo(ramps[22]);
            assertThat(clip.framesPerSecond()).isCloseTo(5, within(RATE_TOLERANCE));
        }
    }

    @Test
    void record_cameraThatSlowsDown_measuredRateAndNoSound() throws IOException {
        FakeCamera camera = new FakeCamera()
                .addSound()
                .add(plain(0), 7_000_000)
                .add(plain(1), 7_100_000)
                .addSound()
                .add(plain(2), 7_500_000);
        camera.setFrameRate(30);

        VideoClip clip = GrabbedFrames.of(camera).record(3, 1);

        assertThat(clip.frames()).containsExactly(plain(0), plain(1), plain(2));
        assertThat(clip.framesPerSecond()).isCloseTo(4, within(RATE_TOLERANCE));
    }

    @Test
    void record_noClock_declaredRate() throws IOException {
        FakeCamera camera = new FakeCamera().add(plain(0), 0).add(plain(1), 0).add(plain(2), 0);
        camera.setFrameRate(30);

        assertThat(GrabbedFrames.of(camera).record(2, 2).framesPerSecond()).isEqualTo(15);
    }

    @Test
    void record_neitherClockNorRate_isRefused() {
        FakeCamera camera = new FakeCamera().add(plain(0), 0).add(plain(1), 0);

        assertThatIllegalStateException()
                .isThrownBy(() -> GrabbedFrames.of(camera).record(2, 1))
                .withMessage(
                        "expected a grabber that knows its rate, but was 0.0 frames per second (set it with setFrameRate"
                                + " before start)");
    }

    @Test
    void record_grabberEnds_saysAfterHowManyFrames() {
        FakeCamera camera = new FakeCamera().add(plain(0), 0).add(plain(1), 1);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> GrabbedFrames.of(camera).record(3, 1))
                .withMessageStartingWith("expected 3 frames at stride 1, but the grabber ended after 2 (");
    }

    @Test
    void next_anotherSize_isRefused() throws IOException {
        FakeCamera camera = new FakeCamera().add(plain(0), 0).add(RgbImage.of(new FrameSize(1, 1), new byte[3]), 1);
        GrabbedFrames frames = GrabbedFrames.of(camera);
        frames.next();

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(frames::next)
                .withMessageStartingWith("expected a frame of 3x2, but was 1x1 (");
    }

    @Test
    void next_deepPixels_areRefusedWithTheGrabber() {
        try (Frame deep = new Frame(1, 1, Frame.DEPTH_USHORT, 3)) {
            FakeCamera camera = new FakeCamera().add(deep).add(deep).add(deep);
            GrabbedFrames frames = GrabbedFrames.of(camera);
            String message = "expected a frame of 1, 3 or 4 channels of 8 bits, but was 3 channels of depth 16"
                    + " (JavaCvFrames.toImage) (" + camera + ")";

            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(frames::next)
                    .withMessage(message);
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(frames::nextImage)
                    .withMessage(message);
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> frames.record(1, 1))
                    .withMessage(message);
        }
    }

    @Test
    void next_closed_isRefusedAndTheGrabberGoesOn() throws IOException {
        FakeCamera camera = new FakeCamera().add(plain(0), 0);
        GrabbedFrames frames = GrabbedFrames.of(camera);
        frames.close();

        assertThatIllegalStateException().isThrownBy(frames::next);
        assertThat(GrabbedFrames.of(camera).nextImage()).isEqualTo(plain(0));
    }

    @Test
    void nextImage_grabberHasNoMore_isRefused() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> GrabbedFrames.of(new FakeCamera()).nextImage())
                .withMessageStartingWith("expected an image, but the grabber has no more (");
    }

    /** JavaCV takes a padded row for one of more channels: 16 pixels for 12 of them, 40 pixels for 4. */
    @ParameterizedTest
    @ValueSource(ints = {16, 40, 64, 100})
    void nextImage_anyWidth_pixelsInTheirPlaces(int width) throws IOException {
        RgbImage image = ramp(new FrameSize(width, 4), 0);

        try (FrameGrabber grabber = started(FrameGrabber.ImageMode.COLOR, image)) {
            assertThat(GrabbedFrames.of(grabber).nextImage()).isEqualTo(image);
        }
    }

    @Test
    void nextImage_pixelsAsTheyAreStored_sameImage() throws IOException {
        RgbImage image = ramp(new FrameSize(40, 48), 0);

        try (FrameGrabber raw = started(FrameGrabber.ImageMode.RAW, image)) {
            assertThat(GrabbedFrames.of(raw).nextImage()).isEqualTo(image);
        }
    }

    @Test
    void toImage_ofToFrame_sameImage() throws IOException {
        RgbImage image = plain(200);

        try (Frame frame = JavaCvFrames.toFrame(image)) {
            assertThat(JavaCvFrames.toImage(frame)).isEqualTo(image);
        }
    }

    @Test
    void toImage_grayAndTransparent_grayAndOverBlack() throws IOException {
        try (Frame gray = new Frame(1, 1, Frame.DEPTH_UBYTE, 1);
                Frame transparent = new Frame(1, 1, Frame.DEPTH_UBYTE, 4)) {
            ((ByteBuffer) gray.image[0]).put(0, (byte) 77);
            ((ByteBuffer) transparent.image[0]).put(0, new byte[] {10, 20, (byte) 200, 51});

            assertThat(JavaCvFrames.toImage(gray).toRgbBytes()).containsExactly(77, 77, 77);
            assertThat(JavaCvFrames.toImage(transparent).toRgbBytes()).containsExactly(40, 4, 2);
        }
    }

    @Test
    void toImage_soundOrDeepPixels_isRefused() {
        try (Frame deep = new Frame(1, 1, Frame.DEPTH_USHORT, 3)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> JavaCvFrames.toImage(deep))
                    .withMessage("expected a frame of 1, 3 or 4 channels of 8 bits, but was 3 channels of depth 16"
                            + " (JavaCvFrames.toImage)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> JavaCvFrames.toImage(new Frame()))
                    .withMessageContaining("but was one without pixels");
        }
    }

    @Test
    void record_recorderOfAnotherFormat_fileThatReadsBack() throws IOException {
        RgbImage image = RgbImage.ofRows(new FrameSize(32, 32), y -> new byte[96]);
        Path file = folder.resolve("recorded.mkv");
        try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), 32, 32)) {
            recorder.setVideoCodec(avcodec.AV_CODEC_ID_FFV1);
            recorder.setFrameRate(8);
            recorder.start();

            JavaCvFrames.record(VideoClip.of(List.of(image, image, image), 8), recorder);
        }

        VideoClip read = VideoClip.read(file);
        assertThat(read.frameCount()).isEqualTo(3);
        assertThat(read.frames().get(2)).isEqualTo(image);
    }
}
