package example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.testing.DrawnClips;
import org.lamp4j.testing.EmbeddedModel;

/** The program on the module path, in a process of its own; JavaCV and native libraries on the class path. */
class ModulePathTest {

    private static final List<String> WHOLE_PATH =
            Arrays.asList(System.getProperty("java.class.path").split(File.pathSeparator));

    @TempDir
    private Path folder;

    @BeforeEach
    void writeModelAndImage() throws IOException {
        EmbeddedModel.copyTo(folder.resolve("model"));
        DrawnClips.firstFrame().write(folder.resolve("first.png"));
    }

    private static boolean isOnClassPath(String entry) {
        return entry.matches(".*(javacv-[^/\\\\]*|-x86_64|-arm64)\\.jar");
    }

    private static boolean isForTests(String entry) {
        return entry.matches(".*(test-classes|(junit|surefire|opentest4j|apiguardian|lamp-testing)[^/\\\\]*\\.jar)");
    }

    private static String path(Predicate<String> wanted) {
        return WHOLE_PATH.stream().filter(wanted).collect(Collectors.joining(File.pathSeparator));
    }

    private String run(List<String> options, String... program) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("--module-path", path(entry -> !isOnClassPath(entry) && !isForTests(entry))));
        command.addAll(List.of("--class-path", path(ModulePathTest::isOnClassPath), "--module"));
        command.addAll(List.of(program));
        Path errors = folder.resolve("errors.txt");
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String output = new String(process.getInputStream().readAllBytes()).strip();
        assertEquals(0, process.waitFor(), () -> text(errors));
        return output;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private String animated() throws IOException, InterruptedException {
        return run(
                List.of(),
                "com.example.animation/example.Animate",
                folder.resolve("model").toString(),
                folder.resolve("first.png").toString(),
                folder.resolve("clip.mp4").toString());
    }

    @Test
    void animate_onTheModulePath_findsBackboneAndMedia() throws IOException, InterruptedException {
        assertEquals("16 frames by module org.lamp4j.onnx for module com.example.animation", animated());
    }

    @Test
    void grab_javaCvOnTheClassPath_isReadByTheModuleOfVideo() throws IOException, InterruptedException {
        animated();

        String output = run(
                List.of(
                        "--add-reads",
                        "org.lamp4j.video=ALL-UNNAMED",
                        "--add-reads",
                        "com.example.animation=ALL-UNNAMED"),
                "com.example.animation/example.Grab",
                folder.resolve("clip.mp4").toString());

        assertEquals("64x64 by module org.lamp4j.video", output);
    }
}
