package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.testing.EmbeddedModel;

/** The commands and the program of docs/tutorial.md work, on the small scale that its last table describes. */
class TutorialTest {

    /** Options whose values are paths, which here lie in a folder of the test's. */
    private static final Set<String> PATHS = Set.of(
            "inspect",
            "--batch",
            "--checkpoint",
            "--clips",
            "--image",
            "--model",
            "--motion",
            "--output",
            "--preview",
            "--report",
            "--validate-images",
            "--validate-output",
            "--video");

    private static final List<String> RESULTS = List.of(
            "horse_run.safetensors",
            "horse.mp4",
            "smooth.mp4",
            "large.mp4",
            "checkpoints",
            "validation",
            "horse_run/captions.csv");

    /** Enough that the tutorial can cut a second off the start of a clip and keep what the small scale takes. */
    private static final int PHONE_FRAMES = 46;

    private static final FrameSize SIZE = new FrameSize(48, 32);

    private static String tutorial;
    private static Map<String, String> smallScale;

    @TempDir
    private Path folder;

    @BeforeAll
    static void readPage() throws IOException {
        tutorial = Files.readString(Path.of("../docs/tutorial.md"));
        smallScale = new LinkedHashMap<>();
        Pattern.compile("(?m)^\\| `([^`|]+)` \\| `([^`|]+)` \\|$")
                .matcher(tutorial)
                .results()
                .forEach(row -> smallScale.put(row.group(1), row.group(2)));
    }

    @BeforeEach
    void writeInputs() throws IOException {
        VideoClip clip = VideoClip.of(
                IntStream.range(0, PHONE_FRAMES).mapToObj(TutorialTest::frame).toList(), 30);
        clip.write(folder.resolve("phone/01.mp4"));
        for (int number = 2; number <= 10; number++) {
            Files.copy(folder.resolve("phone/01.mp4"), folder.resolve("phone/%02d.mp4".formatted(number)));
        }
        Files.createDirectories(folder.resolve("first_frames"));
        frame(0).write(folder.resolve("first_frames/a_horse_runs_on_the_beach.png"));
        EmbeddedModel.copyTo(folder.resolve("lamp-quickstart/model"));
        Files.createDirectories(folder.resolve("horse_run"));
        for (MatchResult table : blocks("csv").toList()) {
            boolean captions = table.group(1).startsWith("file,");
            Files.writeString(folder.resolve(captions ? "horse_run/captions.csv" : "seeds.csv"), table.group(1));
        }
    }

    private static RgbImage frame(int index) {
        byte[] rgb = new byte[3 * SIZE.width() * SIZE.height()];
        for (int pixel = 0; pixel < rgb.length; pixel++) {
            rgb[pixel] = (byte) (pixel / 3 % SIZE.width() == index / 2 ? 200 : pixel % 90);
        }
        return RgbImage.of(SIZE, rgb);
    }

    private static Stream<MatchResult> blocks(String language) {
        return Pattern.compile("(?s)```" + language + "\\R(.*?)```")
                .matcher(tutorial)
                .results();
    }

    private static String small(String text) {
        String result = text;
        for (Map.Entry<String, String> row : smallScale.entrySet()) {
            result = result.replace(row.getKey(), row.getValue());
        }
        return result;
    }

    private void assertResultsAreThere() {
        for (String result : RESULTS) {
            assertThat(folder.resolve(result)).exists();
        }
        assertThat(folder.resolve("validation")).isNotEmptyDirectory();
    }

    @Test
    void smallScale_eachRow_replacesSomethingOfTheCommandsOrPrograms() {
        String code = Stream.concat(blocks("sh"), blocks("java"))
                .map(block -> block.group(1))
                .collect(Collectors.joining());

        assertThat(smallScale).hasSizeGreaterThan(10);
        assertThat(smallScale.keySet()).allSatisfy(row -> assertThat(code).contains(row));
    }

    @Test
    void commands_onTheSmallScale_workInTheirOrder() throws IOException {
        for (int number = 1; number <= 10; number++) {
            String name = "%02d.mp4".formatted(number);
            Files.copy(
                    folder.resolve("phone").resolve(name),
                    folder.resolve("horse_run").resolve(name));
        }
        List<String> lines = commandLines();
        assertThat(lines).hasSizeGreaterThan(6);
        for (String line : lines) {
            CommandRun lamp = new CommandRun();

            lamp.succeed(arguments(line));

            assertThat(lamp.out()).as(line).isNotBlank();
        }
        assertResultsAreThere();
        assertThat(folder.resolve("seeds")).isDirectoryContaining(file -> file.endsWith("seed-2.mp4"));
        assertThat(folder.resolve("training.html")).isNotEmptyFile();
    }

    private static List<String> commandLines() {
        List<String> lines = new ArrayList<>();
        blocks("sh")
                .forEach(block -> block.group(1)
                        .replaceAll("\\\\\\R\\s*", " ")
                        .lines()
                        .filter(line -> !line.startsWith("ffmpeg "))
                        .forEach(lines::add));
        assertThat(lines).allMatch(line -> line.startsWith("lamp "));
        return lines.stream().map(TutorialTest::small).toList();
    }

    private Object[] arguments(String line) {
        List<String> words = Pattern.compile("\"([^\"]*)\"|(\\S+)")
                .matcher(line)
                .results()
                .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
                .toList();
        return IntStream.range(1, words.size())
                .mapToObj(index -> PATHS.contains(words.get(index - 1))
                        ? folder.resolve(words.get(index)).toString()
                        : words.get(index))
                .toArray();
    }

    @Test
    void program_onTheSmallScale_compilesAndWorks() throws Exception {
        Path classes = folder.resolve("classes");
        compile(program(), Files.createDirectories(classes));

        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
            loader.loadClass("Tutorial").getMethod("run").invoke(null);
        }

        assertResultsAreThere();
        assertThat(folder.resolve("seeds.png")).isNotEmptyFile();
        assertThat(folder.resolve("frames")).isNotEmptyDirectory();
    }

    /** The snippets one after another: the first holds the imports, the others stand in a method. */
    private String program() {
        List<String> snippets = blocks("java").map(block -> block.group(1)).toList();
        String body = small(String.join("", snippets.subList(1, snippets.size())));
        String placed = Pattern.compile("Path\\.of\\(\"")
                .matcher(body)
                .replaceAll(Matcher.quoteReplacement(
                        "Path.of(\"" + folder.toString().replace("\\", "\\\\") + "/"));
        return snippets.get(0) + "public class Tutorial { public static void run() throws Exception {" + placed + "}}";
    }

    private static void compile(String source, Path classes) {
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///Tutorial.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        StringWriter messages = new StringWriter();
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        boolean compiled = ToolProvider.getSystemJavaCompiler()
                .getTask(
                        messages,
                        null,
                        null,
                        List.of("-proc:none", "-Xlint:all", "-Werror", "-cp", classPath, "-d", classes.toString()),
                        null,
                        List.of(file))
                .call();
        assertThat(compiled).as(messages.toString()).isTrue();
    }
}
