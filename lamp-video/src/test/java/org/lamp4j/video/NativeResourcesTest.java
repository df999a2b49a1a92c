package org.lamp4j.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.media.FrameReader;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.VideoClip;

/** Every path that opens something native is walked many times; whatever one of them forgot would add up. */
class NativeResourcesTest {

    private static final Path OPEN_FILES = Path.of("/proc/self/fd");
    private static final int ROUNDS = 100;
    private static final int WARM_UP_ROUNDS = 10;

    /**
     * What is forgotten in each round is at least a frame of 2.7 MB, twice. Below that there must be room for the pages
     * of the Java heap that are used for the first time.
     */
    private static final long MOST_GROWTH_BYTES = 450L << 20;

    private static final FrameSize SIZE = new FrameSize(1280, 720);

    @TempDir
    private Path folder;

    @Test
    void openClip_readHalfWholeOrNotAtAll_leavesNothingOpen() throws IOException {
        Path whole = folder.resolve("clip.mp4");
        Clips.write(VideoFormat.MP4, Clips.scene(SIZE, 2, 8), whole);
        Path damaged = folder.resolve("damaged.mp4");
        byte[] content = Files.readAllBytes(whole);
        Arrays.fill(content, content.length / 2, content.length, (byte) 0x55);
        Files.write(damaged, content);
        Path text = Files.writeString(folder.resolve("text.mp4"), "a horse");

        assertNothingIsLeftOpen(() -> {
            VideoClip.read(whole);
            try (FrameReader clip = new FfmpegMediaFiles().openClip(whole)) {
                clip.next();
            }
            assertThatIOException().isThrownBy(() -> VideoClip.read(damaged));
            assertThatIOException().isThrownBy(() -> VideoClip.read(text));
        });
    }

    @Test
    void writeClip_wholeOrRefused_leavesNothingOpen() throws IOException {
        VideoClip clip = Clips.scene(SIZE, 1, 8);
        VideoFormat unknownOption =
                Clips.format("mp4", "libopenh264", "format=yuv420p", Map.of("profile", "none of these"));

        assertNothingIsLeftOpen(() -> {
            Clips.write(VideoFormat.MP4, clip, folder.resolve("clip.mp4"));
            assertThatIOException().isThrownBy(() -> Clips.write(unknownOption, clip, folder.resolve("clip.mp4")));
            assertThatIOException()
                    .isThrownBy(() -> Clips.write(VideoFormat.MP4, clip, folder.resolve("missing/clip.mp4")));
        });
    }

    @Test
    void readImage_wholeOrDamaged_leavesNothingOpen() throws IOException {
        Path whole = folder.resolve("image.png");
        MediaWriter.newBuilder().build().writeImage(Clips.scene(SIZE, 0), whole);
        byte[] content = Files.readAllBytes(whole);
        Path cut = Files.write(folder.resolve("cut.png"), Arrays.copyOf(content, content.length / 2));

        assertNothingIsLeftOpen(() -> {
            new FfmpegMediaFiles().readImage(whole);
            new FfmpegMediaFiles().readImage(whole);
            assertThatIOException().isThrownBy(() -> new FfmpegMediaFiles().readImage(cut));
        });
    }

    @FunctionalInterface
    private interface Round {
        void run() throws IOException;
    }

    private static void assertNothingIsLeftOpen(Round round) throws IOException {
        assumeTrue(Files.isDirectory(OPEN_FILES), "this system does not list open files in " + OPEN_FILES);
        for (int warmUp = 0; warmUp < WARM_UP_ROUNDS; warmUp++) {
            round.run();
        }
        List<Path> openBefore = openFiles();
        long bytesBefore = nativeBytes();
        for (int repetition = 0; repetition < ROUNDS; repetition++) {
            round.run();
        }
        assertThat(openFiles()).hasSizeLessThanOrEqualTo(openBefore.size() + 2);
        assertThat(nativeBytes() - bytesBefore).isLessThan(MOST_GROWTH_BYTES);
    }

    private static List<Path> openFiles() throws IOException {
        try (Stream<Path> files = Files.list(OPEN_FILES)) {
            return new ArrayList<>(files.toList());
        }
    }

    /** What the process holds beyond the Java heap. */
    private static long nativeBytes() {
        return Pointer.physicalBytes() - Runtime.getRuntime().totalMemory();
    }
}
