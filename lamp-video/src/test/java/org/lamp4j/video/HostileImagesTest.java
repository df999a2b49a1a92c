package org.lamp4j.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

/**
 * Reads {@link HostileImages} in a process of its own with a heap of 256 MiB: each is read or refused with a documented
 * exception, and the process stays small. {@code -Dhostile.files=20000} reads that many.
 */
class HostileImagesTest {

    private static final System.Logger LOG = System.getLogger(HostileImagesTest.class.getName());

    private static final int FILES = Integer.getInteger("hostile.files", 90);

    private static final int PATIENCE_MINUTES = 5 + FILES / 100;

    private static final Path STATUS = Path.of("/proc/self/status");

    /** The heap, what a small file may make a decoder take, and as much for the JVM and FFmpeg's libraries. */
    private static final long MOST_RESIDENT_KIBIBYTES = (256 + 256 + 256) << 10;

    @TempDir
    private Path folder;

    /** Reads all images. */
    static final class Program {

        private Program() {}

        /**
         * Runs in the other process.
         *
         * @param arguments a folder that holds whole images, how many hostile ones to read
         * @throws IOException if a file cannot be written; no hostile file may end this
         */
        public static void main(String[] arguments) throws IOException {
            Path folder = Path.of(arguments[0]);
            HostileImages images = new HostileImages(
                    Files.readAllBytes(folder.resolve("whole.png")),
                    Files.readAllBytes(folder.resolve("whole.jpg")),
                    Files.readAllBytes(folder.resolve("whole.webp")));
            Map<String, int[]> counts = new TreeMap<>();
            for (int number = 0; number < Integer.parseInt(arguments[1]); number++) {
                HostileImages.Case hostile = images.get(number);
                Path file = Files.write(folder.resolve(hostile.name()), hostile.content());
                System.out.println("file " + number);
                int[] count = counts.computeIfAbsent(hostile.kind(), kind -> new int[2]);
                count[isRead(file) ? 0 : 1]++;
            }
            counts.forEach((kind, count) ->
                    System.out.println("kind " + kind + ": " + count[0] + " read, " + count[1] + " refused"));
            System.out.println("peak " + peakKibibytes());
        }

        private static boolean isRead(Path file) {
            try {
                RgbImage.read(file);
                return true;
            } catch (IOException refusal) {
                if (!refusal.getMessage().startsWith("expected ")
                        || !refusal.getMessage().contains(file.toString())) {
                    throw new AssertionError(refusal);
                }
                return false;
            }
        }

        private static long peakKibibytes() throws IOException {
            return !Files.isReadable(STATUS)
                    ? 0
                    : Files.readAllLines(STATUS).stream()
                            .filter(line -> line.startsWith("VmHWM:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum();
        }
    }

    @Test
    void read_hostileImages_areReadOrRefusedInLittleMemory() throws IOException, InterruptedException {
        writeWholeImages();
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-XX:ErrorFile=" + folder.resolve("hs_err.log"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        folder.toString(),
                        Integer.toString(FILES))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
        process.destroyForcibly();

        List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
        assertThat(ended).as("ended in time, after %s", lines).isTrue();
        assertThat(process.waitFor()).as(() -> String.join("\n", lines)).isZero();
        List<String> kinds = startingWith(lines, "kind ");
        long peak = Long.parseLong(startingWith(lines, "peak ").get(0));
        LOG.log(
                System.Logger.Level.INFO,
                "hostile images: {0}, at most {1} MiB resident: {2}",
                Integer.toString(FILES),
                peak >> 10,
                String.join("; ", kinds));
        assertThat(kinds).hasSize(Math.min(FILES, images().kinds()));
        assertThat(kinds).as("a kind whose attacks reach the decoder").anyMatch(kind -> !kind.contains(": 0 read"));
        assertThat(peak).isLessThan(MOST_RESIDENT_KIBIBYTES);
    }

    private static HostileImages images() {
        return new HostileImages(new byte[0], new byte[0], new byte[0]);
    }

    private static List<String> startingWith(List<String> lines, String start) {
        return lines.stream()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()))
                .toList();
    }

    private void writeWholeImages() throws IOException {
        RgbImage image = Clips.scene(new FrameSize(32, 16), 4);
        MediaWriter.newBuilder().build().writeImage(image, folder.resolve("whole.png"));
        Files.write(folder.resolve("whole.jpg"), ImageDecoderTest.jpeg(image));
        Clips.write(
                Clips.format("image2pipe", "libwebp", "format=bgra", Map.of("lossless", "1")),
                VideoClip.of(List.of(image), 1),
                folder.resolve("whole.webp"));
    }
}
