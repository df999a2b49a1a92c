package org.lamp4j.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

class MediaWriterTest {

    /** Quantisers of 12 to 16 leave 39 dB or more on the scene, VP9 44; a wrong matrix or range leaves less than 30. */
    private static final double LOSSY_PSNR = 37;

    /** Colours that 256 palette entries cannot tell apart are an eighth of a level away from each other here. */
    private static final double PALETTE_PSNR = 36;

    /** Steps of one level in each channel: rounding in the palette and in its search. */
    private static final int PALETTE_ROUNDING = 3;

    private static final double EXACT_RATE = 1e-9;

    private final MediaWriter writer = MediaWriter.newBuilder().build();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"mp4, " + LOSSY_PSNR, "webm, " + LOSSY_PSNR, "gif, " + PALETTE_PSNR})
    void writeClip_scene_comesBack(String ending, double leastPsnr) throws IOException {
        VideoClip clip = Clips.scene(new FrameSize(96, 64), 16, 8);
        Path file = folder.resolve("clip." + ending);

        writer.writeClip(clip, file);

        VideoClip back = VideoClip.read(file);
        assertThat(back.frameCount()).isEqualTo(16);
        assertThat(back.frameSize()).isEqualTo(clip.frameSize());
        assertThat(back.framesPerSecond()).isCloseTo(8, within(EXACT_RATE));
        assertThat(Clips.psnr(clip, back)).isGreaterThan(leastPsnr);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mp4", "webm", "gif"})
    void writeClip_singleFrame_comesBack(String ending) throws IOException {
        VideoClip clip = Clips.scene(new FrameSize(32, 32), 1, 8);
        Path file = folder.resolve("clip." + ending);

        writer.writeClip(clip, file);

        assertThat(VideoClip.read(file).frameCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mp4", "webm"})
    void writeClip_oddSize_repeatsLastColumnAndRow(String ending) throws IOException {
        VideoClip clip = Clips.scene(new FrameSize(33, 17), 2, 8);
        Path file = folder.resolve("clip." + ending);

        writer.writeClip(clip, file);

        VideoClip back = VideoClip.read(file);
        assertThat(back.frameSize()).isEqualTo(new FrameSize(34, 18));
        assertThat(Clips.psnr(
                        PixelGrid.padToMultiple(clip.frames().get(0), 2),
                        back.frames().get(0)))
                .isGreaterThan(LOSSY_PSNR);
    }

    @Test
    void writeClip_gifOfOddSize_keepsSize() throws IOException {
        Path file = folder.resolve("clip.gif");

        writer.writeClip(Clips.scene(new FrameSize(33, 17), 2, 8), file);

        assertThat(VideoClip.read(file).frameSize()).isEqualTo(new FrameSize(33, 17));
    }

    @Test
    void writeClip_gifOfColoursBetweenWebColours_hasPaletteOfTheClip() throws IOException {
        Random random = new Random(7);
        FrameSize size = new FrameSize(16, 12);
        byte[] rgb = new byte[16 * 12 * 3];
        for (int index = 0; index < rgb.length; index++) {
            // Half way between two steps of the web palette, which are 51 apart.
            rgb[index] = (byte) (25 + 51 * random.nextInt(5));
        }
        RgbImage image = RgbImage.of(size, rgb);
        Path file = folder.resolve("clip.gif");

        writer.writeClip(VideoClip.of(List.of(image, image), 8), file);

        byte[] back = VideoClip.read(file).frames().get(0).toRgbBytes();
        for (int index = 0; index < rgb.length; index++) {
            assertThat(back[index] & 0xff).isCloseTo(rgb[index] & 0xff, within(PALETTE_ROUNDING));
        }
    }

    @Test
    void writeClip_gif_loopsForever() throws IOException {
        Path file = folder.resolve("clip.gif");

        writer.writeClip(Clips.scene(new FrameSize(16, 16), 3, 8), file);

        String content = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(content).contains("NETSCAPE2.0\u0003\u0001\u0000\u0000\u0000");
    }

    @Test
    void writeClip_gifFasterThanPlayersKeepTo_isSlowedDown() throws IOException {
        Path file = folder.resolve("clip.gif");

        writer.writeClip(Clips.scene(new FrameSize(16, 16), 10, 60), file);

        VideoClip back = VideoClip.read(file);
        assertThat(back.frameCount()).isEqualTo(10);
        assertThat(back.framesPerSecond()).isCloseTo(50, within(EXACT_RATE));
    }

    @Test
    void writeClip_mp4_playsInBrowsers() throws IOException {
        Path file = folder.resolve("clip.mp4");

        writer.writeClip(Clips.scene(new FrameSize(64, 64), 16, 8), file);

        String content = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(content.indexOf("moov")).isPositive().isLessThan(content.indexOf("mdat"));
        assertThat(content).contains("avc1");
        try (Demuxer demuxer = new Demuxer(file)) {
            AVCodecParameters parameters = demuxer.stream().codecpar();
            assertThat(parameters.codec_id()).isEqualTo(avcodec.AV_CODEC_ID_H264);
            assertThat(parameters.format()).isEqualTo(avutil.AV_PIX_FMT_YUV420P);
            assertThat(parameters.color_range()).isEqualTo(avutil.AVCOL_RANGE_MPEG);
            assertThat(parameters.color_space()).isEqualTo(avutil.AVCOL_SPC_BT709);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mp4", "webm"})
    void writeClip_rateOfNtsc_staysExact(String ending) throws IOException {
        Path file = folder.resolve("clip." + ending);
        double ntsc = 30000 / 1001.0;

        writer.writeClip(Clips.scene(new FrameSize(32, 32), 24, ntsc), file);

        assertThat(VideoClip.read(file).framesPerSecond()).isCloseTo(ntsc, within(1e-2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mp4", "webm", "gif"})
    void writeClip_noise_isWrittenWhole(String ending) throws IOException {
        VideoClip clip = Clips.noise(new FrameSize(64, 64), 3, 1);
        Path file = folder.resolve("clip." + ending);

        writer.writeClip(clip, file);

        assertThat(VideoClip.read(file).frameCount()).isEqualTo(3);
    }

    @Test
    void writeClip_provenance_isTheComment() throws IOException {
        Path file = folder.resolve("clip.mp4");
        Map<String, String> provenance = Map.of("prompt", "a horse – galloping");

        writer.writeClip(Clips.scene(new FrameSize(16, 16), 2, 8).withProvenance(provenance), file);

        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                .contains(new String(
                        "prompt: a horse – galloping".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"100%d.gif", "file:x.mp4", "a?b#c.webm", "übung – 日本.mp4"})
    void writeClip_nameWithSpecialCharacters_isTakenLiterally(String name) throws IOException {
        Path file = folder.resolve(name);

        writer.writeClip(Clips.scene(new FrameSize(16, 16), 2, 8), file);

        assertThat(VideoClip.read(file).frameCount()).isEqualTo(2);
    }

    @Test
    void writeClip_fileIsThere_isReplaced() throws IOException {
        Path file = Files.writeString(folder.resolve("clip.mp4"), "old");

        writer.writeClip(Clips.scene(new FrameSize(16, 16), 2, 8), file);

        assertThat(VideoClip.read(file).frameCount()).isEqualTo(2);
        assertThat(filesIn(folder)).containsExactly("clip.mp4");
    }

    @Test
    void writeClip_folderIsMissing_isMade() throws IOException {
        Path file = folder.resolve("a/b/clip.gif");

        writer.writeClip(Clips.scene(new FrameSize(16, 16), 2, 8), file);

        assertThat(file).exists();
    }

    @Test
    void writeClip_encoderRefuses_leavesOldFileAndNothingElse() throws IOException {
        Path file = Files.writeString(folder.resolve("clip.mp4"), "old");
        VideoClip large = Clips.scene(new FrameSize(4096, 2400), 1, 8);

        assertThatIOException()
                .isThrownBy(() -> writer.writeClip(large, file))
                .withMessageMatching(
                        "expected frames of 4096x2400 that libopenh264 takes," + " but was: .* \\(" + file + "\\)");

        assertThat(file).hasContent("old");
        assertThat(filesIn(folder)).containsExactly("clip.mp4");
    }

    @Test
    void writeClip_smallerThanH264Takes_isRefusedBySize() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer.writeClip(Clips.scene(new FrameSize(8, 8), 1, 8), folder.resolve("clip.mp4")))
                .withMessage("expected frames of at least 16x16 pixels, but was 8x8 (MediaWriter.writeClip, mp4)");
        assertThat(filesIn(folder)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"clip.avi", "clip"})
    void writeClip_unknownEnding_isRefused(String name) {
        VideoClip clip = Clips.scene(new FrameSize(16, 16), 1, 8);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer.writeClip(clip, folder.resolve(name)))
                .withMessage("expected a file name ending in .mp4, .webm or .gif, but was " + name
                        + " (MediaWriter.writeClip)");
    }

    @ParameterizedTest
    @ValueSource(doubles = {4.9e-4, 0.0099, 1000.1, 16384})
    void writeClip_rateThatNoClipHas_isRefused(double rate) {
        VideoClip clip = Clips.scene(new FrameSize(16, 16), 2, rate);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> MediaWriter.newBuilder().build().writeClip(clip, folder.resolve("clip.mp4")))
                .withMessage("expected a rate of 0.01 to 1000 frames per second, but was " + rate
                        + " (MediaWriter.writeClip)");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void writeClip_enlargedBeyondWhatAFrameMayHave_isRefused() {
        VideoClip clip = Clips.scene(new FrameSize(512, 320), 1, 8);
        MediaWriter writer = MediaWriter.newBuilder().enlargement(64).build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer.writeClip(clip, folder.resolve("clip.mp4")))
                .withMessage("expected a frame of at most 134217728 pixels, but was 32768x20480");
    }

    @Test
    void writeClip_enlarged_showsEachPixelAsSquare() throws IOException {
        VideoClip clip = Clips.scene(new FrameSize(16, 12), 2, 8);
        Path file = folder.resolve("clip.mp4");

        MediaWriter.newBuilder().enlargement(4).build().writeClip(clip, file);

        VideoClip back = VideoClip.read(file);
        assertThat(back.frameSize()).isEqualTo(new FrameSize(64, 48));
        assertThat(Clips.psnr(
                        PixelGrid.enlarge(clip.frames().get(1), 4),
                        back.frames().get(1)))
                .isGreaterThan(LOSSY_PSNR);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 65})
    void enlargement_outsideOfRange_isRefused(int factor) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MediaWriter.newBuilder().enlargement(factor))
                .withMessage(
                        "expected an enlargement of 1 to 64, but was " + factor + " (MediaWriter.Builder.enlargement)");
    }

    @Test
    void writeImage_image_comesBackExactly() throws IOException {
        RgbImage image = Clips.noise(new FrameSize(37, 21), 1, 3).frames().get(0);
        Path file = folder.resolve("image.PNG");

        writer.writeImage(image, file);

        RgbImage back = new FfmpegMediaFiles().readImage(file);
        assertThat(back.size()).isEqualTo(image.size());
        assertThat(back.toRgbBytes()).isEqualTo(image.toRgbBytes());
    }

    @Test
    void writeImage_otherEnding_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer.writeImage(Clips.scene(new FrameSize(4, 4), 0), folder.resolve("image.jpg")))
                .withMessage("expected a file name ending in .png, but was image.jpg (MediaWriter.writeImage)");
    }

    @Test
    void writeFrames_shorterThanTheClipBefore_leavesNoOldFrames() throws IOException {
        Files.writeString(folder.resolve("caption.txt"), "a horse");
        writer.writeFrames(Clips.noise(new FrameSize(8, 8), 5, 1), folder);
        VideoClip clip = Clips.noise(new FrameSize(8, 8), 2, 2);

        writer.writeFrames(clip, folder);

        assertThat(filesIn(folder)).containsExactly("caption.txt", "frame0000.png", "frame0001.png");
        VideoClip back = VideoClip.read(folder);
        assertThat(back.frames().get(1).toRgbBytes())
                .isEqualTo(clip.frames().get(1).toRgbBytes());
    }

    @Test
    void writeFrames_filesAndFoldersOfOtherNames_stay() throws IOException {
        Files.writeString(folder.resolve("frame0001_mask.png"), "mask");
        Files.writeString(folder.resolve("frame00001.png"), "of another program");
        Files.createDirectory(folder.resolve("frame0002.png"));
        Files.writeString(folder.resolve("frame0003.png"), "old");
        Files.writeString(folder.resolve("frame10000.png"), "old");

        writer.writeFrames(Clips.noise(new FrameSize(8, 8), 1, 1), folder);

        assertThat(filesIn(folder))
                .containsExactly("frame0000.png", "frame00001.png", "frame0001_mask.png", "frame0002.png");
    }

    @Test
    void writeFramesAndWriteImage_enlargedBeyondWhatAFrameMayHave_areRefusedAndMakeNothing() {
        VideoClip clip = Clips.scene(new FrameSize(512, 320), 1, 8);
        MediaWriter writer = MediaWriter.newBuilder().enlargement(64).build();
        String message = "expected a frame of at most 134217728 pixels, but was 32768x20480";

        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer.writeFrames(clip, folder.resolve("a/frames")))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer.writeImage(clip.frames().get(0), folder.resolve("b/image.png")))
                .withMessage(message);
        assertThat(folder).isEmptyDirectory();
    }

    /** The example of the package's Javadoc, line by line. */
    @Test
    void packageExample_webm_becomesMp4GifFramesAndSheet() throws IOException {
        writer.writeClip(Clips.scene(new FrameSize(24, 16), 16, 8), folder.resolve("horse.webm"));

        VideoClip horse = VideoClip.read(folder.resolve("horse.webm"));
        horse.write(folder.resolve("horse.mp4"));

        MediaWriter writer = MediaWriter.newBuilder().enlargement(4).build();
        writer.writeClip(horse, folder.resolve("horse.gif"));
        writer.writeFrames(horse, folder.resolve("horse-frames"));
        writer.writeImage(
                ContactSheet.newBuilder().addClip(horse).frames(0, 5, 10, 15).build(), folder.resolve("horse.png"));

        assertThat(filesIn(folder))
                .containsExactly("horse-frames", "horse.gif", "horse.mp4", "horse.png", "horse.webm");
        assertThat(VideoClip.read(folder.resolve("horse-frames")).frameSize()).isEqualTo(new FrameSize(96, 64));
        assertThat(new FfmpegMediaFiles().readImage(folder.resolve("horse.png")).size())
                .isEqualTo(new FrameSize(4 * (2 + 4 * 26), 4 * (2 + 18)));
    }

    private static List<String> filesIn(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return new ArrayList<>(
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }
}
