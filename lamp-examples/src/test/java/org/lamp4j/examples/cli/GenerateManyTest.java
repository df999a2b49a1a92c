package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.generation.GenerationBatch;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.video.MediaWriter;
import picocli.CommandLine;

/** Batches, reports and editing, with an untrained pattern of the small model that ships with the quickstart. */
class GenerateManyTest {

    /** What the command line adds where it was used wrongly. */
    private static final String SEE_HELP = " (see lamp generate --help)";

    private static final MediaWriter WRITER = MediaWriter.newBuilder().build();
    private static final FrameSize SIZE = new FrameSize(32, 32);

    @TempDir
    private static Path shared;

    private final CommandRun lamp = new CommandRun();

    @TempDir
    private Path folder;

    private Path images;
    private Path clips;

    @BeforeAll
    static void savePattern() throws IOException {
        try (Backbone backbone = Backbone.load(CommandRun.model())) {
            MotionPattern.untrained(backbone).save(shared.resolve("pattern.safetensors"));
        }
    }

    @BeforeEach
    void drawImages() throws IOException {
        images = folder.resolve("images");
        clips = folder.resolve("clips");
        WRITER.writeImage(image(40), images.resolve("a_red_ball.png"));
        WRITER.writeImage(image(200), images.resolve("a_blue_ball.png"));
    }

    private static RgbImage image(int grey) {
        byte[] rgb = new byte[3 * SIZE.width() * SIZE.height()];
        Arrays.fill(rgb, (byte) grey);
        return RgbImage.of(SIZE, rgb);
    }

    private int generate(Object... more) {
        return lamp.run(small(more));
    }

    private static Object[] small(Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("generate", "--model", CommandRun.model()));
        arguments.addAll(
                List.of("--motion", shared.resolve("pattern.safetensors"), "--frame-size", SIZE, "--frame-count", 2));
        arguments.addAll(List.of("--steps", 1, "--guidance-scale", 1));
        arguments.addAll(List.of(more));
        return arguments.toArray();
    }

    @Test
    void generate_folderWithADamagedImage_makesTheOthersAndListsIt() throws IOException {
        Path damaged = Files.writeString(images.resolve("a_damaged_one.png"), "no image");
        Path report = folder.resolve("report.html");

        assertThat(generate("--batch", images, "--output", clips, "--format", "gif", "--report", report))
                .isEqualTo(Lamp.FAILED);

        assertThat(clips.toFile().list()).containsExactlyInAnyOrder("a_blue_ball.gif", "a_red_ball.gif");
        assertThat(lamp.out().lines())
                .containsExactly(
                        "wrote " + clips.resolve("a_blue_ball.gif"), "wrote " + clips.resolve("a_red_ball.gif"));
        assertThat(lamp.err())
                .contains("lamp: 1 of 3 clips failed:\n  expected an image")
                .containsOnlyOnce("expected an image")
                .containsOnlyOnce(damaged.toString());
        assertThat(report)
                .content()
                .contains("<h1>2 generated clips</h1>", "<p>Failed: expected an image", damaged.toString())
                .contains("<figcaption>a red ball, seed 0</figcaption>", "<td>guidance_scale</td><td>1.0</td>")
                .containsPattern("src=\"data:video/mp4;base64,\\w{100,}");
    }

    @Test
    void generate_table_outputsSeedsAndWhatIsThere() throws IOException {
        Path table = Files.writeString(folder.resolve("batch.csv"), """
                image,prompt,output,seed
                images/a_red_ball.png,"a ball, red",x/seven.gif,7
                images/a_red_ball.png,"a ball, red",x/eight,8
                images/a_blue_ball.png,a ball,,
                """);
        Files.createDirectories(clips.resolve("x"));
        Files.writeString(clips.resolve("a_blue_ball.gif"), "there already");

        assertThat(generate("--batch", table, "--output", clips, "--format", "gif", "--skip-existing"))
                .as(lamp.err())
                .isEqualTo(Lamp.OK);

        assertThat(lamp.out().lines())
                .contains("kept " + clips.resolve("a_blue_ball.gif"))
                .hasSize(3);
        assertThat(clips.resolve("a_blue_ball.gif")).hasContent("there already");
        assertThat(Files.mismatch(clips.resolve("x/seven.gif"), clips.resolve("x/eight.gif")))
                .isNotNegative();
    }

    @Test
    void generate_outputOutsideOfTheFolder_isRefused() throws IOException {
        Path table = Files.writeString(
                folder.resolve("batch.csv"), "image,prompt,output\nimages/a_red_ball.png,x,../../elsewhere\n");

        assertThat(generate("--batch", table, "--output", clips)).isEqualTo(Lamp.BAD_USAGE);

        assertThat(lamp.err().strip())
                .isEqualTo("lamp: expected an output within " + clips + ", but was ../../elsewhere.mp4" + SEE_HELP);
    }

    private Path table(String rows) throws IOException {
        return Files.writeString(folder.resolve("batch.csv"), "image,prompt,output\n" + rows);
    }

    @Test
    void generate_outputOverALinkOutOfTheFolder_isRefusedBeforeTheWork() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.createDirectory(clips);
        Files.createSymbolicLink(clips.resolve("link"), elsewhere);
        Path table = table("images/a_red_ball.png,x,fine\nimages/a_red_ball.png,x,link/new/clip\n");

        assertThat(generate("--batch", table, "--output", clips, "--overwrite")).isEqualTo(Lamp.BAD_USAGE);

        assertThat(lamp.err().strip())
                .isEqualTo("lamp: expected an output within " + clips
                        + ", but was link/new/clip.mp4, which a link leads to "
                        + elsewhere.toRealPath().resolve("new") + SEE_HELP);
        assertThat(elsewhere).isEmptyDirectory();
        assertThat(clips.resolve("fine.mp4")).doesNotExist();
    }

    @Test
    void generate_outputOverALinkWithinTheFolder_isWritten() throws IOException {
        Files.createDirectories(clips.resolve("real"));
        Files.createSymbolicLink(clips.resolve("link"), Path.of("real"));

        lamp.succeed(small("--batch", table("images/a_red_ball.png,x,link/clip.gif\n"), "--output", clips));

        assertThat(clips.resolve("real/clip.gif")).isNotEmptyFile();
    }

    /** While a clip is generated, another program may put a link in the way of the next. */
    @Test
    void run_linkThatAppearsDuringTheWork_leadsNowhere() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.createDirectory(clips);
        VideoClip clip = VideoClip.of(List.of(image(0), image(9)), 8);
        GenerationBatch batch = GenerationBatch.read(table("images/a_red_ball.png,x,sub/clip\n"));
        BatchRun run = new BatchRun(
                batch, outputTo(clips), GenerationOptions.newBuilder().build(), ".gif", false, BatchShard.WHOLE);

        run.run(
                item -> {
                    Files.createSymbolicLink(clips.resolve("sub"), elsewhere);
                    return clip;
                },
                new PrintWriter(new StringWriter()));

        assertThat(run.failures())
                .singleElement()
                .asString()
                .isEqualTo(clips.resolve("sub/clip.gif") + ": expected an output within " + clips
                        + ", but was sub/clip.gif, which a link leads to " + elsewhere.toRealPath());
        assertThat(elsewhere).isEmptyDirectory();
    }

    private static VideoOutput outputTo(Path folder) {
        VideoOutput output = new VideoOutput();
        new CommandLine(output).parseArgs("--output", folder.toString());
        return output;
    }

    @Test
    void generate_clipThatIsThere_isRefusedBeforeTheWorkOrReplacedAtWish() throws IOException {
        Path blue = Files.writeString(Files.createDirectory(clips).resolve("a_blue_ball.gif"), "there already");

        assertThat(generate("--batch", images, "--output", clips, "--format", "gif"))
                .isEqualTo(Lamp.FAILED);
        assertThat(lamp.err().strip())
                .isEqualTo("lamp: expected a file that is not there yet, but was one (" + blue
                        + "); give --overwrite to replace it or --skip-existing to keep it");
        assertThat(clips.toFile().list()).containsExactly("a_blue_ball.gif");

        lamp.succeed(small("--batch", images, "--output", clips, "--format", "gif", "--overwrite"));
        assertThat(Files.size(blue)).isGreaterThan("there already".length());
        assertThat(clips.toFile().list()).hasSize(2);
    }

    @Test
    void generate_linkInTheClipsPlace_isReplacedAndNotFollowed() throws IOException {
        Path mine = Files.writeString(folder.resolve("mine.gif"), "mine");
        Path link = Files.createSymbolicLink(Files.createDirectory(clips).resolve("a_red_ball.gif"), mine);
        Path table = table("images/a_red_ball.png,x,a_red_ball.gif\n");

        assertThat(generate("--batch", table, "--output", clips)).isEqualTo(Lamp.FAILED);
        assertThat(lamp.err()).contains("but was one (" + link + ")");

        lamp.succeed(small("--batch", table, "--output", clips, "--overwrite"));
        assertThat(mine).hasContent("mine");
        assertThat(Files.isSymbolicLink(link)).isFalse();
    }

    @Test
    void generate_twoNamesOfOneFile_areRefused() throws IOException {
        Path table = table("images/a_red_ball.png,x,ball\nimages/a_blue_ball.png,x,./ball.mp4\n");

        assertThat(generate("--batch", table, "--output", clips)).isEqualTo(Lamp.FAILED);

        assertThat(lamp.err().strip())
                .isEqualTo("lamp: expected outputs of different files, but was " + clips.resolve("./ball.mp4")
                        + " for ball and for ./ball.mp4");
    }

    @Test
    void generate_shardsOneAfterTheOther_makeEachClipOnce() throws IOException {
        StringBuilder rows = new StringBuilder("image,prompt,output\n");
        for (int index = 0; index < 6; index++) {
            rows.append("images/a_red_ball.png,a ball,clip-").append(index).append("\n");
        }
        Path table = Files.writeString(folder.resolve("batch.csv"), rows);
        List<String> made = new ArrayList<>();

        for (int shard = 1; shard <= 3; shard++) {
            CommandRun part = new CommandRun();
            // without --overwrite: a clip that another shard has made would be refused
            part.succeed(small("--batch", table, "--output", clips, "--format", "gif", "--shard", shard + "/3"));
            List<String> wrote = part.out().lines().toList();
            assertThat(wrote).hasSizeLessThan(6);
            made.addAll(wrote);
        }

        assertThat(made)
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 6)
                        .mapToObj(index -> "wrote " + clips.resolve("clip-" + index + ".gif"))
                        .toList());
    }

    @Test
    void generate_sameFileInTwoShards_isRefusedInEach() throws IOException {
        Path table = Files.writeString(
                folder.resolve("batch.csv"),
                "image,prompt,output\nimages/a_red_ball.png,a,ball\nimages/a_red_ball.png,b,./ball\n");

        for (int shard = 1; shard <= 2; shard++) {
            CommandRun part = new CommandRun();
            assertThat(part.run(small("--batch", table, "--output", clips, "--shard", shard + "/2")))
                    .isEqualTo(Lamp.FAILED);
            assertThat(part.err()).contains("expected outputs of different files", "for ball and for ./ball");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0/3, 'expected a shard from 1/3 to 3/3, but was 0/3'",
        "4/3, 'expected a shard from 1/3 to 3/3, but was 4/3'",
        "1/0, 'expected a shard like 3/16, but was 1/0'",
        "one, 'expected a shard like 3/16, but was one'"
    })
    void generate_shardThatIsNone_isRefused(String shard, String message) {
        assertThat(generate("--batch", images, "--output", clips, "--shard", shard))
                .isEqualTo(Lamp.BAD_USAGE);

        assertThat(lamp.err()).contains(message);
    }

    @Test
    void generate_overwriteAndSkipExisting_isRefused() {
        assertThat(generate("--batch", images, "--output", clips, "--overwrite", "--skip-existing"))
                .isEqualTo(Lamp.BAD_USAGE);

        assertThat(lamp.err().strip())
                .isEqualTo("lamp: expected either --overwrite or --skip-existing, but was both" + SEE_HELP);
    }

    @Test
    void generate_batchAndPrompt_isRefused() {
        assertThat(generate("--batch", images, "--prompt", "x", "--output", clips))
                .isEqualTo(Lamp.BAD_USAGE);

        assertThat(lamp.err().strip())
                .isEqualTo("lamp: expected either --batch or --image and --prompt, but was both" + SEE_HELP);
    }

    @Test
    void generate_promptAlone_drawsTheFirstFrame() {
        Path report = folder.resolve("report.html");

        assertThat(generate("--prompt", "a <red> ball", "--output", folder.resolve("clip.gif"), "--report", report))
                .as(lamp.err())
                .isEqualTo(Lamp.OK);

        assertThat(folder.resolve("clip.gif")).isNotEmptyFile();
        assertThat(report)
                .content()
                .contains("<h1>“a &lt;red&gt; ball”</h1>", "<h2>All frames</h2>", "<td>seed</td><td>0</td>")
                .contains("generated from the prompt");
    }

    @Test
    void edit_everySecondFrame_keepsLengthAndTempo() throws IOException {
        Path video = folder.resolve("video.mp4");
        WRITER.writeClip(
                VideoClip.of(
                        IntStream.range(0, 3)
                                .mapToObj(frame -> image(60 * frame))
                                .toList(),
                        12),
                video);
        List<Object> arguments = new ArrayList<>(List.of("edit", "--model", CommandRun.model(), "--video", video));
        arguments.addAll(List.of("--caption", "a ball", "--prompt", "a blue ball"));
        arguments.addAll(
                List.of("--image", images.resolve("a_blue_ball.png"), "--frame-size", SIZE, "--frame-count", 2));
        arguments.addAll(List.of("--frame-stride", 2));
        arguments.addAll(List.of("--training-steps", 1, "--steps", 1, "--guidance-scale", 1));
        arguments.addAll(List.of("--output", folder.resolve("edited.mp4")));

        lamp.succeed(arguments.toArray());

        VideoClip edited = VideoClip.read(folder.resolve("edited.mp4"));
        assertThat(edited.frameCount()).isEqualTo(2);
        assertThat(edited.framesPerSecond()).isEqualTo(6);
        assertThat(lamp.err()).contains("training 1/1", "inverting 1/1", "denoising 1/1");
    }
}
