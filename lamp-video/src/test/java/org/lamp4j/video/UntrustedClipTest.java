package org.lamp4j.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.MediaFormat;
import org.lamp4j.media.VideoClip;

class UntrustedClipTest {

    private static final Path IO = Path.of("/proc/self/io");
    private static final int TINY_BLOCKS = 100_000;

    @TempDir
    private Path folder;

    /** A frame of PNG may carry texts that expand to gigabytes. */
    @ParameterizedTest
    @ValueSource(strings = {"png", "zlib"})
    void openClip_codecOfNoClips_isRefused(String codec) throws IOException {
        Path file = folder.resolve("clip.mkv");
        VideoFormat format =
                Clips.format("matroska", codec, "format=" + (codec.equals("png") ? "rgb24" : "bgr24"), Map.of());
        Clips.write(format, Clips.scene(new FrameSize(16, 16), 2, 8), file);

        assertThatIOException()
                .isThrownBy(() -> new FfmpegMediaFiles().openClip(file))
                .withMessage(
                        "expected a codec of clips, such as H.264, VP9 or GIF, but was " + codec + " (" + file + ")");
    }

    @Test
    void openClip_hundredsOfMegapixels_areRefusedBeforeMemoryIsReserved() throws IOException {
        Path file = folder.resolve("clip.gif");
        Files.write(file, gif(11_000, 11_000));

        assertThatIOException()
                .isThrownBy(() -> new FfmpegMediaFiles().openClip(file))
                .withMessage("expected frames of at most 33554432 pixels, but was 11000x11000 (" + file + ")");
    }

    static Stream<Arguments> othersContainers() {
        byte[] stream = new byte[MediaFormat.START_BYTES];
        for (int packet = 0; packet < stream.length; packet += 188) {
            stream[packet] = 'G';
        }
        return Stream.of(
                Arguments.of("clip.ts", stream, "an MPEG transport stream (.ts); convert it to .mp4"),
                Arguments.of("clip.mpg", latin1("\0\0\1\u00ba"), "an MPEG program stream (.mpg); convert it to .mp4"),
                Arguments.of("clip.flv", latin1("FLV\1\1"), "a Flash video (.flv); convert it to .mp4"),
                Arguments.of("clip.ogv", latin1("OggS\0"), "an Ogg video (.ogv); convert it to .mp4"),
                Arguments.of(
                        "clip.wmv",
                        latin1("0&\u00b2u\u008ef\u00cf\21"),
                        "a Windows Media video (.wmv); convert it to .mp4"),
                Arguments.of(
                        "clip.webp",
                        latin1("RIFF\22\0\0\0WEBPVP8X\n\0\0\0\2\0\0\0"),
                        "an animated WebP; convert it to .mp4"),
                Arguments.of(
                        "clip.png", latin1("\u0089PNG\r\n\32\n\0\0\0\10acTL"), "an animated PNG; convert it to .mp4"),
                Arguments.of("clip.mp4", latin1("\u0089PNG\r\n\32\n"), "a PNG image"),
                Arguments.of("clip.mov", latin1("\0\0\0\30ftypheic"), "an HEIC image"));
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("othersContainers")
    void openClip_containerThatIsNotRead_isNamedWithWhatToDo(String name, byte[] content, String found)
            throws IOException {
        Path file = Files.write(folder.resolve(name), content);

        assertThatIOException()
                .isThrownBy(() -> new FfmpegMediaFiles().openClip(file))
                .withMessage(
                        "expected a video (mp4, mov, webm, mkv, avi or gif), but was " + found + " (" + file + ")");
    }

    /** Training would begin without them and not say so. */
    @ParameterizedTest
    @ValueSource(strings = {"clip.ts", "clip.MTS", "clip.mpg", "clip.flv", "clip.ogv", "clip.wmv"})
    void isClip_containerThatIsNotRead_isNotPassedOver(String name) {
        assertThat(new FfmpegMediaFiles().isClip(folder.resolve(name))).isTrue();
    }

    @Test
    void openClip_pipe_isNotWaitedFor() throws Exception {
        Path pipe = folder.resolve("clip.mp4");
        Path frames = Files.createDirectory(folder.resolve("frames"));
        Path frame = frames.resolve("frame1.png");
        makePipe(pipe);
        makePipe(frame);

        assertTimeoutPreemptively(Duration.ofMinutes(2), () -> {
            assertThatIOException()
                    .isThrownBy(() -> new FfmpegMediaFiles().openClip(pipe))
                    .withMessage("expected a video file, but was a pipe (" + pipe + ")");
            assertThatIOException()
                    .isThrownBy(() -> new FfmpegMediaFiles().openClip(frames))
                    .withMessage("expected an image (PNG, JPEG or WebP), but was a pipe (" + frame + ")");
        });
    }

    private static void makePipe(Path pipe) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "this system has no mkfifo");
        new ProcessBuilder("/usr/bin/mkfifo", pipe.toString()).start().waitFor();
    }

    @Test
    void openClip_barelyAboveTheLimitOfPixels_isRefusedInWords() throws IOException {
        Path file = Files.write(folder.resolve("clip.gif"), gif(5793, 5793));

        assertThatIOException()
                .isThrownBy(() -> new FfmpegMediaFiles().openClip(file))
                .withMessage("expected frames of at most 33554432 pixels, but was 5793x5793 (" + file + ")");
    }

    /** Blocks of one byte each: a read for each would be millions of calls to the system. */
    @Test
    void require_gifOfTinyBlocks_isReadInLargePieces() throws IOException {
        assumeTrue(Files.isReadable(IO), "this system does not count a process's reads in " + IO);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(latin1("GIF89a\1\0\1\0\0\0\0!\u00fe"));
        for (int block = 0; block < TINY_BLOCKS; block++) {
            content.write(1);
            content.write(0);
        }
        content.writeBytes(latin1("\0;"));
        Path file = Files.write(folder.resolve("clip.gif"), content.toByteArray());
        long before = readCalls();

        DeclaredLength.require(file);

        assertThat(readCalls() - before).isLessThan(TINY_BLOCKS / 10);
    }

    private static long readCalls() throws IOException {
        return Files.readAllLines(IO).stream()
                .filter(line -> line.startsWith("syscr:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    @ParameterizedTest
    @ValueSource(doubles = {4.9e-4, 16384})
    void openClip_rateThatNoClipHas_isRefused(double rate) throws IOException {
        Path file = folder.resolve("clip.mp4");
        VideoClip clip = Clips.scene(new FrameSize(16, 16), 3, rate);
        Clips.write(VideoFormat.MP4, clip, file);

        assertThatIOException()
                .isThrownBy(() -> new FfmpegMediaFiles().openClip(file))
                .withMessage("expected a video of 0.01 to 1000 frames per second, but was " + rate + " (" + file + ")");
    }

    /** Two frames of one pixel each on a canvas of any size. */
    private static byte[] gif(int width, int height) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes("GIF89a".getBytes(StandardCharsets.US_ASCII));
        content.writeBytes(new byte[] {(byte) width, (byte) (width >> 8), (byte) height, (byte) (height >> 8)});
        content.writeBytes(new byte[] {(byte) 0x80, 0, 0, 0, 0, 0, -1, -1, -1});
        for (int frame = 0; frame < 2; frame++) {
            content.writeBytes(new byte[] {0x21, (byte) 0xf9, 4, 8, 10, 0, 0, 0});
            content.writeBytes(new byte[] {0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0});
        }
        content.write(0x3b);
        return content.toByteArray();
    }
}
