package org.lamp4j.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.errors.BackendMissingException;

class MissingNativesTest {

    @TempDir
    private Path folder;

    /** Tries to read a file on a platform that has no natives. */
    static final class Program {

        private Program() {}

        /** Runs in a process of its own, whose platform is another. */
        public static void main(String[] arguments) throws IOException {
            for (int attempt = 0; attempt < 2; attempt++) {
                try {
                    new FfmpegMediaFiles().openClip(Path.of(arguments[0]));
                } catch (BackendMissingException failure) {
                    System.out.println(failure.getMessage());
                }
            }
        }
    }

    @Test
    void openClip_platformWithoutNatives_saysWhatToAdd() throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("clip.mp4"), "a horse");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Dorg.bytedeco.javacpp.platform=linux-ppc64le",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();

        String message = "expected FFmpeg's native libraries for linux-ppc64le, but was none that loads (add"
                + " org.bytedeco:ffmpeg and org.bytedeco:javacpp with the classifier linux-ppc64le to the class path)";
        assertThat(output.lines()).containsExactly(message, message);
    }
}
