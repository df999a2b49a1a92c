package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.testing.EmbeddedModel;
import org.lamp4j.video.MediaWriter;

/**
 * The README's command lines work, on the embedded model and with little work; options that its text names are there.
 */
class ReadmeCommandsTest {

    /** Options whose values are paths, which here lie in a folder of the test's. */
    private static final Set<String> PATHS = Set.of(
            "inspect",
            "--benchmark",
            "--checkpoint",
            "--clip-model",
            "--clips",
            "--image",
            "--json",
            "--model",
            "--motion",
            "--output",
            "--video");

    /** What makes each command's work little. */
    private static final Map<String, String> SHORT = Map.of(
            "train", "--frame-size 32x32 --frame-count 8 --steps 1",
            "generate", "--frame-size 32x32 --frame-count 8 --steps 1",
            "export", "--frame-size 32x32 --frame-count 8",
            "inspect", "--summary",
            "edit", "--frame-size 32x32 --frame-count 4 --training-steps 1 --steps 1",
            "evaluate", "--report lamp-report.html",
            "blend", "--float16",
            "extend", "--frame-count 8 --steps 1",
            "smooth", "--frame-count 8 --steps 1",
            "enlarge", "--frame-count 8 --steps 1");

    /** A size that only a GPU makes soon. */
    private static final Map<String, String> SMALLER = Map.of("1024x640", "64x64");

    private static final FrameSize SIZE = new FrameSize(32, 32);

    @TempDir
    private static Path folder;

    private static String readme;

    @BeforeAll
    static void writeInputs() throws IOException {
        readme = Files.readString(Path.of("../README.md"));
        MediaWriter writer = MediaWriter.newBuilder().build();
        VideoClip clip = VideoClip.of(
                IntStream.range(0, 8).mapToObj(ReadmeCommandsTest::frame).toList(), 8);
        writer.writeFrames(clip, folder.resolve("horse_run/clip"));
        clip.write(folder.resolve("dance.mp4"));
        clip.write(folder.resolve("results/rain/it_rains.gif"));
        for (String image : List.of("horse.png", "robot.png", "benchmark/rain/it_rains.png")) {
            writer.writeImage(frame(0), folder.resolve(image));
        }
        Path model = folder.resolve("stable-diffusion-v1-4");
        EmbeddedModel.copyTo(model);
        try (Backbone backbone = Backbone.load(model)) {
            MotionPattern.untrained(backbone).save(folder.resolve("rain.safetensors"));
        }
        new CommandRun()
                .succeed("make-random-model", "--like", "clip-vit-b-32", folder.resolve("clip-vit-large-patch14"));
    }

    private static RgbImage frame(int index) {
        byte[] rgb = new byte[3 * SIZE.width() * SIZE.height()];
        for (int pixel = 0; pixel < rgb.length; pixel++) {
            rgb[pixel] = (byte) (pixel / 3 % SIZE.width() / 4 == index ? 200 : pixel % 90);
        }
        return RgbImage.of(SIZE, rgb);
    }

    private static List<String> commandLines() {
        return Pattern.compile("(?m)^lamp (?:.*\\\\\\R)*.*$")
                .matcher(readme)
                .results()
                .map(MatchResult::group)
                .map(line -> line.replaceAll("\\\\\\R\\s*", " "))
                .toList();
    }

    private static Object[] arguments(String line) {
        List<String> words = Pattern.compile("\"([^\"]*)\"|(\\S+)")
                .matcher(line)
                .results()
                .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
                .toList();
        List<String> arguments = new ArrayList<>();
        for (int index = 1; index < words.size(); index++) {
            String word = SMALLER.getOrDefault(words.get(index), words.get(index));
            arguments.add(
                    PATHS.contains(words.get(index - 1)) ? folder.resolve(word).toString() : word);
        }
        String more = SHORT.get(words.get(1))
                .replace("lamp-report.html", folder.resolve("report.html").toString());
        arguments.addAll(Arrays.asList(more.split(" ")));
        return arguments.toArray();
    }

    @Test
    void readme_commandLines_workInTheirOrder() {
        List<String> lines = commandLines();
        assertThat(lines).hasSizeGreaterThanOrEqualTo(SHORT.size());
        assertThat(lines).extracting(line -> line.split(" ", -1)[1]).containsAll(SHORT.keySet());
        for (String line : lines) {
            CommandRun lamp = new CommandRun();

            lamp.succeed(arguments(line));

            assertThat(lamp.out()).as(line).isNotBlank();
        }
        assertThat(folder.resolve("longer.mp4")).isNotEmptyFile();
        assertThat(folder.resolve("both.safetensors")).isNotEmptyFile();
    }

    /** Code in the text: of the command that it begins with, or of any. */
    @ParameterizedTest
    @ValueSource(strings = {"../README.md", "../docs/command-line.md", "../docs/tutorial.md"})
    void page_optionsInTheText_areThere(String page) throws IOException {
        CommandRun all = new CommandRun();
        all.run("--help");
        List<String> commands = Pattern.compile("(?m)^  ([a-z][a-z-]+)  ")
                .matcher(all.out())
                .results()
                .map(name -> name.group(1))
                .toList();
        assertThat(commands).contains("train", "make-random-model");
        Map<String, String> helps =
                commands.stream().collect(Collectors.toMap(Function.identity(), ReadmeCommandsTest::help));
        List<String> codes = Pattern.compile("`([^`\\n]*--[^`\\n]*)`")
                .matcher(Files.readString(Path.of(page)))
                .results()
                .map(code -> code.group(1))
                .toList();
        assertThat(codes).hasSizeGreaterThanOrEqualTo(4);
        for (String code : codes) {
            String first = code.replaceFirst("^lamp ", "").split(" ", -1)[0];
            String help = helps.getOrDefault(first, String.join("", helps.values()));
            Pattern.compile("--[a-z][a-z0-9-]+")
                    .matcher(code)
                    .results()
                    .forEach(option -> assertThat(Pattern.compile(option.group() + "(?![a-z0-9-])")
                                    .matcher(help)
                                    .find())
                            .as(code)
                            .isTrue());
        }
    }

    private static String help(String command) {
        CommandRun lamp = new CommandRun();
        lamp.run(command, "--help");
        return lamp.out();
    }
}
