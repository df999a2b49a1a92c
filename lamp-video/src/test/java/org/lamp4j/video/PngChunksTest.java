package org.lamp4j.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;

class PngChunksTest {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final int EXPANDED_BYTES = 1 << 29;

    /** Half of what one text would take; the decoder itself takes next to nothing for this image. */
    private static final long MOST_GROWTH_BYTES = EXPANDED_BYTES / 2;

    /** PNG's signature and the IHDR chunk. */
    private static final int HEADER_BYTES = 33;

    @TempDir
    private Path folder;

    private byte[] image;

    @BeforeEach
    void write() throws IOException {
        Path file = folder.resolve("image.png");
        MediaWriter.newBuilder().build().writeImage(Clips.scene(new FrameSize(16, 16), 4), file);
        image = Files.readAllBytes(file);
    }

    private byte[] withChunk(String type, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream output = new DataOutputStream(bytes)) {
            output.write(image, 0, HEADER_BYTES);
            output.writeInt(content.length);
            byte[] checked = concat(type.getBytes(StandardCharsets.US_ASCII), content);
            output.write(checked);
            CRC32 checksum = new CRC32();
            checksum.update(checked);
            output.writeInt((int) checksum.getValue());
            output.write(image, HEADER_BYTES, image.length - HEADER_BYTES);
        }
        return bytes.toByteArray();
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @ParameterizedTest
    @ValueSource(strings = {"zTXt", "iCCP"})
    void readImage_textThatExpandsToGigabytes_isNotExpanded(String type) throws IOException {
        assumeTrue(Files.isReadable(STATUS), "this system does not tell a process's memory in " + STATUS);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.write(new byte[] {'k', 0, 0});
        try (DeflaterOutputStream text = new DeflaterOutputStream(content, new Deflater(Deflater.BEST_SPEED))) {
            byte[] zeros = new byte[1 << 20];
            for (int written = 0; written < EXPANDED_BYTES; written += zeros.length) {
                text.write(zeros);
            }
        }
        Path file = Files.write(folder.resolve("bomb.png"), withChunk(type, content.toByteArray()));
        long before = peakBytes();

        RgbImage image = new FfmpegMediaFiles().readImage(file);

        assertThat(image.size()).isEqualTo(new FrameSize(16, 16));
        assertThat(peakBytes() - before).isLessThan(MOST_GROWTH_BYTES);
    }

    private static long peakBytes() throws IOException {
        String line = Files.readAllLines(STATUS).stream()
                .filter(entry -> entry.startsWith("VmHWM:"))
                .findFirst()
                .orElseThrow();
        return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
    }
}
