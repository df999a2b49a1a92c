package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.video.MediaWriter;

/** What commands say of input that does not fit, and that they say it before the work begins. */
class WrongInputTest {

    private static final FrameSize SIZE = new FrameSize(32, 32);

    @TempDir
    private static Path inputs;

    private final CommandRun lamp = new CommandRun();

    @TempDir
    private Path folder;

    @BeforeAll
    static void writeInputs() throws IOException {
        RgbImage frame = RgbImage.of(SIZE, new byte[3 * SIZE.width() * SIZE.height()]);
        MediaWriter writer = MediaWriter.newBuilder().build();
        writer.writeFrames(VideoClip.of(List.of(frame, frame, frame, frame, frame), 8), inputs.resolve("clip"));
        writer.writeFrames(VideoClip.of(List.of(frame, frame, frame, frame), 8), inputs.resolve("learn/clip"));
        writer.writeFrames(VideoClip.of(List.of(frame), 8), inputs.resolve("still"));
        writer.writeImage(frame, inputs.resolve("first.png"));
        Files.writeString(inputs.resolve("text.mp4"), "a horse gallops over the sea");
        Files.createDirectory(inputs.resolve("nothing"));
        Files.createDirectory(inputs.resolve("pages.html"));
        Files.createDirectory(inputs.resolve("folder.mp4"));
        try (Backbone backbone = Backbone.load(CommandRun.model())) {
            MotionPattern.untrained(backbone).save(inputs.resolve("pattern.safetensors"));
        }
    }

    /** Nothing is begun: no line of progress, and no file. */
    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(lamp.out()).isEmpty();
        assertThat(lamp.err()).hasLineCount(1);
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files).containsExactly(folder);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "extend --by 0|2|expected 1 or more frames to add, but was 0 (see lamp extend --help)",
                "extend --by two|2|Invalid value for option '--by': expected a whole number of up to 18 digits, but was two (see lamp extend --help)",
                "extend|2|Missing required option: '--by=N' (see lamp extend --help)",
                "extend --by 2 --overlap 0|2|expected an overlap of 1 frame or more, but was 0 (see lamp extend --help)",
                "extend --by 2 --overlap 4|2|expected an overlap below the window's 4 frames, but was 4 (extend) (see lamp extend --help)",
                "extend --by 2 --overlap 3 --video IN/still|2|expected a clip of at least the 3 frames of the overlap, but was 1 (extend) (see lamp extend --help)",
                "extend --by 2 --overlap 1 --video IN/text.mp4|1|expected a video (mp4, mov, webm, mkv, avi or gif), but was: Invalid data found when processing input (IN/text.mp4)",
                "extend --by 2 --overlap 1 --video IN/nothing|1|expected a folder of PNG, JPEG or WebP images, but was one without (IN/nothing)",
                "extend --by 2 --overlap 1 --model IN/none|1|expected a model folder or file, but IN/none does not exist",
                "smooth --strength 0|2|expected a strength above 0 and up to 1, but was 0.0 (doubleFrameRate) (see lamp smooth --help)",
                "smooth --strength 1.5|2|expected a strength above 0 and up to 1, but was 1.5 (doubleFrameRate) (see lamp smooth --help)",
                "smooth --strength NaN|2|expected a strength above 0 and up to 1, but was NaN (doubleFrameRate) (see lamp smooth --help)",
                "smooth --frame-count 2|2|expected a clip of at least 2 frames and windows of at least 3, but was 5 and 2 (doubleFrameRate) (see lamp smooth --help)",
                "smooth --video IN/still|2|expected a clip of at least 2 frames and windows of at least 3, but was 1 and 4 (doubleFrameRate) (see lamp smooth --help)",
                "smooth --steps 1001|2|expected 1 to 1000 sampling steps, but was 1001 (see lamp smooth --help)",
                "smooth --video IN/gone.mp4|1|expected a video file, but was nothing of that name (IN/gone.mp4)",
                "smooth --output OUT/clip.avi|2|expected --output to end in .mp4, .webm or .gif, or to be a folder, but was OUT/clip.avi (see lamp smooth --help)",
                "smooth --output IN/folder.mp4|1|expected a file to write to, but was a folder (IN/folder.mp4)",
                "smooth --output IN/text.mp4/clip|1|expected a folder that may be written to, but was a file: IN/text.mp4 (IN/text.mp4/clip)",
                "smooth --output IN/text.mp4|1|expected a file that is not there yet, but was one (IN/text.mp4); give --overwrite to replace it",
                "extend --by 2 --output IN/still|1|expected a new or an empty folder, but was one that holds something (IN/still); give --overwrite to write into it",
                "smooth --motion IN/first.png|1|expected a safetensors or PyTorch file, but was one that begins as neither does (IN/first.png)"
            })
    void remake_wrongInput_oneLineAndItsExitCode(String line, int exitCode, String message) {
        assertRefused(
                exitCode,
                message,
                line,
                "--model",
                CommandRun.model().toString(),
                "--motion",
                "IN/pattern.safetensors",
                "--video",
                "IN/clip",
                "--prompt",
                "x",
                "--output",
                "OUT/made.mp4",
                "--frame-count",
                "4",
                "--steps",
                "2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "edit --frame-size 30x32|2|expected a frame size whose sides are multiples of 4, such as 28x32 or 32x32, but was 30x32 (see lamp edit --help)",
                "edit --steps 1000|2|expected sampling steps whose first timestep is at most 999, but 1000 steps begin at timestep 1000 (see lamp edit --help)",
                "edit --steps 0|2|expected 1 or more steps, but was 0 (see lamp edit --help)",
                "edit --frame-count 1|2|expected 2 or more frames, but was 1 (see lamp edit --help)",
                "edit --frame-count 6|1|expected 6 frames at a stride of 1, but IN/clip has 5",
                "edit --frame-stride 2|1|expected 4 frames at a stride of 2, but IN/clip has 3",
                "edit --image IN/nothing|1|expected an image (PNG, JPEG or WebP), but was a folder (IN/nothing)",
                "edit --image IN/gone.png|1|expected an image (PNG, JPEG or WebP), but was nothing of that name (IN/gone.png)",
                "edit --video IN/text.mp4|1|expected a video (mp4, mov, webm, mkv, avi or gif), but was: Invalid data found when processing input (IN/text.mp4)",
                "edit --output IN/folder.mp4|1|expected a file to write to, but was a folder (IN/folder.mp4)",
                "edit --output IN/text.mp4|1|expected a file that is not there yet, but was one (IN/text.mp4); give --overwrite to replace it"
            })
    void edit_wrongInput_isRefusedBeforeTrainingBegins(String line, int exitCode, String message) {
        assertRefused(
                exitCode,
                message,
                line,
                "--model",
                CommandRun.model().toString(),
                "--video",
                "IN/clip",
                "--image",
                "IN/first.png",
                "--caption",
                "x",
                "--prompt",
                "y",
                "--output",
                "OUT/made.mp4",
                "--frame-size",
                "32x32",
                "--frame-count",
                "4",
                "--frame-stride",
                "1",
                "--training-steps",
                "1",
                "--steps",
                "2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "train --output IN/folder.mp4|expected a file to write to, but was a folder (IN/folder.mp4)",
                "train --output IN/text.mp4/p.safetensors|expected a folder that may be written to, but was a file: IN/text.mp4 (IN/text.mp4/p.safetensors)",
                "train --output IN/pattern.safetensors|expected a file that is not there yet, but was one (IN/pattern.safetensors); give --overwrite to replace it",
                "train --output OUT/same --checkpoint OUT/same|expected a folder for checkpoints beside the pattern, but was the pattern's own path (OUT/same)",
                "train --report IN/pages.html|expected a file to write to, but was a folder (IN/pages.html)",
                "train --clips IN/learn --trainable-modules conv1d,nosuch|expected suffixes of module names, but none of 519 parameters is in a module that ends with \"nosuch\""
            })
    void train_wrongInput_isRefusedBeforeAnythingIsEncoded(String line, String message) {
        assertRefused(
                Lamp.FAILED,
                message,
                line,
                "--model",
                CommandRun.model().toString(),
                "--clips",
                "IN",
                "--frame-size",
                "32x32",
                "--frame-count",
                "4",
                "--steps",
                "1",
                "--output",
                "OUT/pattern.safetensors");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "generate --model none --motion none --prompt x --output IN/text.mp4|expected a file that is not there yet, but was one (IN/text.mp4); give --overwrite to replace it",
                "blend --model none --motion none=1 --output IN/pattern.safetensors|expected a file that is not there yet, but was one (IN/pattern.safetensors); give --overwrite to replace it",
                "export --model none --output IN/learn|expected a new or an empty folder, but was one that holds something (IN/learn); give --overwrite to write into it"
            })
    void result_thatIsThere_isRefusedBeforeTheModelIsOpened(String line, String message) {
        assertRefused(Lamp.FAILED, message, line);
    }

    private void assertRefused(int exitCode, String message, String line, String... options) {
        assertThat(lamp.run(with(line, options))).as(lamp.err()).isEqualTo(exitCode);

        assertThat(lamp.err().strip()).isEqualTo("lamp: " + placed(message));
    }

    /** Returns the line, and those of the options that it does not give. */
    private Object[] with(String line, String... options) {
        List<String> given = Arrays.asList(line.split(" "));
        Stream.Builder<String> all = Stream.builder();
        given.forEach(all);
        for (int index = 0; index < options.length; index += 2) {
            if (!given.contains(options[index])) {
                all.add(options[index]).add(options[index + 1]);
            }
        }
        return all.build().map(this::placed).toArray();
    }

    private String placed(String text) {
        return text.replace("IN", inputs.toString()).replace("OUT", folder.toString());
    }
}
