package org.lamp4j.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
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

        FakeCamera add(RgbImage image, long microseconds) {
            Frame frame = JavaCvFrames.toFrame(image);
            frame.timestamp = microseconds;
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

    private static FFmpegFrameGrabber started(String filter) throws IOException {
        FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(filter);
        grabber.setFormat("lavfi");
        grabber.start();
        return grabber;
    }

    private static RgbImage plain(int level) {
        return RgbImage.ofRows(
                SIZE, y -> new byte[] {(byte) level, 1, 2, (byte) level, 3, 4, (byte) level, (byte) (5 + y), 6});
    }

    @Test
    void record_testPattern_clipThatMovesAtTheRateOfItsStride() throws IOException {
        try (FrameGrabber grabber = started("testsrc=size=64x48:rate=10:duration=3")) {
            VideoClip clip = GrabbedFrames.of(grabber).record(12, 2);

            assertThat(clip.frameCount()).isEqualTo(12);
            assertThat(clip.frameSize()).isEqualTo(new FrameSize(64, 48));
            assertThat(clip.framesPerSecond()).isCloseTo(5, within(RATE_TOLERANCE));
            assertThat(clip.frames().get(0)).isNotEqualTo(clip.frames().get(11));
        }
    }

    @Test
    void nextImage_red_isRed() throws IOException {
        try (FrameGrabber red = started("color=color=red:size=16x16:rate=1,format=rgb24")) {
            assertThat(GrabbedFrames.of(red).nextImage().toRgbBytes()).startsWith(255, 0, 0);
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
        try (FrameGrabber grabber = started("color=size=" + width + "x4:rate=1,format=rgb24,geq=r=X:g=Y:b=X+Y")) {
            assertThat(GrabbedFrames.of(grabber).nextImage()).isEqualTo(RgbImage.ofRows(new FrameSize(width, 4), y -> {
                byte[] row = new byte[3 * width];
                for (int x = 0; x < width; x++) {
                    row[3 * x] = (byte) x;
                    row[3 * x + 1] = (byte) y;
                    row[3 * x + 2] = (byte) (x + y);
                }
                return row;
            }));
        }
    }

    @Test
    void nextImage_pixelsAsTheyAreStored_sameImage() throws IOException {
        try (FFmpegFrameGrabber raw = new FFmpegFrameGrabber("testsrc=size=40x48:rate=1");
                FrameGrabber color = started("testsrc=size=40x48:rate=1")) {
            raw.setFormat("lavfi");
            raw.setImageMode(FrameGrabber.ImageMode.RAW);
            raw.start();

            assertThat(GrabbedFrames.of(raw).nextImage())
                    .isEqualTo(GrabbedFrames.of(color).nextImage());
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
