package org.lamp4j.video;

import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.media.FrameSize;

class UntrustedClipTest {

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
                .isThrownBy(() -> new FfmpegMediaReader().openClip(file))
                .withMessage(
                        "expected a codec of clips, such as H.264, VP9 or GIF, but was " + codec + " (" + file + ")");
    }

    @Test
    void openClip_hundredsOfMegapixels_areRefusedBeforeMemoryIsReserved() throws IOException {
        Path file = folder.resolve("clip.gif");
        Files.write(file, gif(11_000, 11_000));

        assertThatIOException()
                .isThrownBy(() -> new FfmpegMediaReader().openClip(file))
                .withMessage("expected frames of at most 33554432 pixels, but was 11000x11000 (" + file + ")");
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
