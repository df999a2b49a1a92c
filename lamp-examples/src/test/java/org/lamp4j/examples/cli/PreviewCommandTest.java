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
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.generation.GenerationProgress.Decoding;
import org.lamp4j.generation.GenerationProgress.Denoising;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.progress.Decision;

/** Previews and enlarging, as the command line has them, on the embedded model. */
class PreviewCommandTest {

    private static final RgbImage GREY = RgbImage.of(new FrameSize(8, 4), new byte[3 * 8 * 4]);

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private final CommandRun lamp = new CommandRun();

    @BeforeAll
    static void savePattern() throws IOException {
        try (Backbone backbone = Backbone.load(CommandRun.model())) {
            MotionPattern.untrained(backbone).save(shared.resolve("pattern.safetensors"));
        }
        RgbImage.of(new FrameSize(32, 32), new byte[3 * 32 * 32]).write(shared.resolve("first.png"));
    }

    private Object[] generate(String output, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("generate", "--model", CommandRun.model()));
        arguments.addAll(List.of("--motion", shared.resolve("pattern.safetensors"), "--prompt", "a cat"));
        arguments.addAll(List.of("--image", shared.resolve("first.png"), "--output", folder.resolve(output)));
        arguments.addAll(List.of("--frame-size", "32x32", "--frame-count", "3", "--steps", "3", "--adain-start", "1"));
        arguments.addAll(Arrays.asList(more));
        return arguments.toArray();
    }

    @Test
    void generate_preview_isWrittenAndShownInTheReportAndChangesNothing() throws IOException {
        Path png = folder.resolve("preview.png");
        Path report = folder.resolve("report.html");

        lamp.succeed(generate("a.gif", "--preview", png, "--preview-every", "2", "--report", report));
        lamp.succeed(generate("b.gif", "--preview", folder.resolve("preview.gif")));
        lamp.succeed(generate("c.gif"));

        RgbImage sheet = RgbImage.read(png);
        assertThat(sheet.size().width()).isGreaterThan(3 * 256);
        assertThat(VideoClip.read(folder.resolve("preview.gif")).frameCount()).isEqualTo(3);
        assertThat(Files.readString(report))
                .contains("Previews over the steps", "step 2 of 3", "step 3 of 3")
                .doesNotContain("step 1 of 3");
        assertThat(Files.mismatch(folder.resolve("a.gif"), folder.resolve("c.gif")))
                .isEqualTo(-1);
        assertThat(Files.mismatch(folder.resolve("b.gif"), folder.resolve("c.gif")))
                .isEqualTo(-1);
    }

    @Test
    void preview_wrongOptions_areRefusedBeforeTheWork() {
        assertThat(lamp.run(generate("a.gif", "--preview", folder.resolve("preview.jpg"))))
                .isEqualTo(Lamp.BAD_USAGE);
        assertThat(lamp.err()).contains("expected --preview to end in .png or .gif, but was ");
        Path preview = folder.resolve("preview.png");
        assertThat(lamp.run(generate("a.gif", "--preview", preview, "--preview-every", "0")))
                .isEqualTo(Lamp.BAD_USAGE);
        assertThat(lamp.err()).contains("expected --preview-every of 1 step or more, but was 0");
        assertThat(lamp.run(generate(
                        "a.gif", "--preview", preview, "--preview-decoder", shared.resolve("pattern.safetensors"))))
                .isEqualTo(Lamp.FAILED);
        assertThat(lamp.err()).contains("expected the decoder of TAESD");
        assertThat(lamp.run(
                        "train",
                        "--model",
                        CommandRun.model(),
                        "--clips",
                        shared,
                        "--output",
                        folder.resolve("p.safetensors"),
                        "--preview",
                        preview))
                .isEqualTo(Lamp.BAD_USAGE);
        assertThat(lamp.err()).contains("expected --validate-every N with --preview");
    }

    @Test
    void previewFile_thatCannotBeWritten_isOneWarningAndTheWorkGoesOn() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        StringWriter err = new StringWriter();
        List<Integer> heard = new ArrayList<>();
        PreviewFile preview = new PreviewFile(
                Optional.of(file.resolve("preview.png")),
                1,
                progress -> {
                    heard.add(progress.step());
                    return Decision.CONTINUE;
                },
                new PrintWriter(err, true));

        for (int step = 1; step <= 2; step++) {
            assertThat(preview.onProgress(new Denoising(step, 2, () -> List.of(GREY, GREY))))
                    .isEqualTo(Decision.CONTINUE);
        }

        assertThat(heard).containsExactly(1, 2);
        assertThat(err.toString()).startsWith("lamp: warning: no preview: ").hasLineCount(1);
        assertThat(preview.figures()).isEmpty();
    }

    @Test
    void previewFile_steps_areThoseOfTheIntervalAndTheLast() {
        List<Integer> asked = new ArrayList<>();
        PreviewFile preview = new PreviewFile(
                Optional.of(folder.resolve("preview.png")),
                3,
                progress -> progress.step() == 8 ? Decision.STOP : Decision.CONTINUE,
                new PrintWriter(new StringWriter()));

        for (int step = 1; step <= 7; step++) {
            int number = step;
            preview.onProgress(new Denoising(step, 7, () -> {
                asked.add(number);
                return List.of(GREY);
            }));
        }
        preview.onProgress(new Decoding(3, 3));

        assertThat(asked).containsExactly(3, 6, 7);
        assertThat(preview.figures()).hasSize(3);
        assertThat(preview.onProgress(new Denoising(8, 8, () -> List.of(GREY)))).isEqualTo(Decision.STOP);
    }

    @Test
    void enlarge_smallClip_largerClipInWindowsAndTiles() throws IOException {
        lamp.succeed(generate("clip"));
        List<Object> arguments = new ArrayList<>(List.of("enlarge", "--model", CommandRun.model()));
        arguments.addAll(List.of("--motion", shared.resolve("pattern.safetensors"), "--prompt", "a cat"));
        arguments.addAll(List.of("--video", folder.resolve("clip"), "--output", folder.resolve("large")));
        arguments.addAll(List.of("--frame-size", "56x56", "--frame-count", "2", "--overlap", "1", "--steps", "2"));
        arguments.addAll(List.of("--tile-size", "32x56", "--image", shared.resolve("first.png")));
        arguments.addAll(List.of("--preview", folder.resolve("preview.png")));

        lamp.succeed(arguments.toArray());

        assertThat(lamp.out().lines().skip(1))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .isEqualTo("wrote " + folder.resolve("large") + ": 3 frames, 8.0 a second"),
                        line -> assertThat(line).isEqualTo("frames were denoised in tiles: 1x2 of 32x56"),
                        line -> assertThat(line)
                                .matches("where new windows begin it changes .* times as much as elsewhere"));
        assertThat(RgbImage.read(folder.resolve("large/frame0002.png")).size()).isEqualTo(new FrameSize(56, 56));
        assertThat(folder.resolve("preview.png")).isNotEmptyFile();
        arguments.set(arguments.indexOf("56x56"), "32x32");
        arguments.set(arguments.indexOf(folder.resolve("large")), folder.resolve("other"));
        assertThat(lamp.run(arguments.toArray())).isEqualTo(Lamp.BAD_USAGE);
        assertThat(lamp.err())
                .contains("expected a frame size wider and higher than the clip's 32x32, but was 32x32 (enlarge)");
    }
}
