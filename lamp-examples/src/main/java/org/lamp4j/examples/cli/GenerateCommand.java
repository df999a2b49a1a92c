package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Sets an image in motion and writes the clip. */
@Command(name = "generate", description = "Applies a motion pattern to an image.")
final class GenerateCommand implements Callable<Integer> {

    private static final GenerationOptions DEFAULTS =
            GenerationOptions.newBuilder().build();

    @Mixin
    private ModelOptions model;

    @Mixin
    private PatternOption motion;

    @Option(names = "--prompt", paramLabel = "TEXT", description = "What the clip shows. Required without --batch.")
    private @Nullable String prompt;

    @Option(
            names = "--image",
            paramLabel = "FILE",
            description =
                    "The first frame: PNG, JPEG or WebP. It is resized to cover the size and cropped. Without it, "
                            + "the first frame is drawn from the prompt.")
    private @Nullable Path image;

    @Mixin
    private BatchOptions batch;

    @Mixin
    private VideoOutput output;

    @Option(names = "--frame-count", paramLabel = "N", description = "Frames of the clip. Default: ${DEFAULT-VALUE}.")
    private int frameCount = DEFAULTS.frameCount();

    @Option(
            names = "--frame-size",
            paramLabel = "WxH",
            description = "Multiples of the auto-encoder's factor. Default: ${DEFAULT-VALUE}.")
    private FrameSize frameSize = DEFAULTS.frameSize();

    @Mixin
    private SamplingOptions sampling;

    @Option(
            names = "--noise-sharing",
            paramLabel = "PART",
            description = "Part of the first frame's noise in every other frame's, 0 to 1. Default: ${DEFAULT-VALUE}.")
    private float noiseSharing = DEFAULTS.consistency().noiseSharing();

    @Option(
            names = "--frames-per-second",
            paramLabel = "RATE",
            description = "Frames per second. Default: ${DEFAULT-VALUE}.")
    private double framesPerSecond = DEFAULTS.framesPerSecond();

    @Mixin
    private PreviewOptions previews;

    @Option(names = "--report", paramLabel = "FILE", description = "Write a page to look at, an .html file.")
    private @Nullable Path report;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        checkWhatIsGiven();
        if (report != null) {
            OutputPlace.ofFile(report);
        }
        try (WorkDisplay display = new WorkDisplay(spec.commandLine().getErr())) {
            PreviewFile preview = OptionTypes.fromOptions(spec, () -> previews.open(display::generation));
            GenerationOptions options = OptionTypes.fromOptions(
                    spec, () -> settings().listener(preview).build());
            return batch.isGiven() ? generateBatch(options) : generate(options, preview);
        }
    }

    private void checkWhatIsGiven() {
        if (batch.isGiven() && (prompt != null || image != null)) {
            throw new ParameterException(
                    spec.commandLine(), "expected either --batch or --image and --prompt, but was both");
        }
        if (!batch.isGiven()) {
            new GivenOptions(spec).require("--prompt", prompt, Optional.empty());
        }
    }

    private int generate(GenerationOptions options, PreviewFile preview) throws IOException {
        String wanted = Objects.requireNonNull(prompt);
        VideoOutput.Sink sink =
                OptionTypes.fromOptions(spec, () -> output.open(options.frameSize(), options.framesPerSecond()));
        Optional<RgbImage> firstFrame = image == null ? Optional.empty() : Optional.of(RgbImage.read(image));
        try (Backbone backbone = model.open()) {
            previews.prepare(backbone);
            MotionPattern pattern = motion.load(backbone);
            VideoClip clip = OptionTypes.fromOptions(
                    spec,
                    () -> firstFrame.isPresent()
                            ? pattern.generate(wanted, firstFrame.get(), options)
                            : pattern.generate(wanted, options));
            sink.write(clip);
            spec.commandLine().getOut().println("wrote " + output.path());
            if (report != null) {
                GenerationReport page = new GenerationReport();
                page.add(firstFrame.orElse(clip.frames().get(0)), clip);
                page.previews(preview.figures());
                page.write(report, pattern, List.of());
            }
        }
        return Lamp.OK;
    }

    private int generateBatch(GenerationOptions options) throws IOException {
        BatchRun run = OptionTypes.fromOptions(spec, () -> batch.open(output, options));
        try (Backbone backbone = model.open()) {
            previews.prepare(backbone);
            MotionPattern pattern = motion.load(backbone);
            GenerationReport page = new GenerationReport();
            BatchRun.Generator generator = item -> {
                RgbImage firstFrame = RgbImage.read(item.firstFrame());
                long seed = item.seed().orElse(options.seed());
                VideoClip clip = pattern.generate(
                        item.prompt(),
                        firstFrame,
                        options.toBuilder().seed(seed).build());
                if (report != null) {
                    page.add(firstFrame, clip);
                }
                return clip;
            };
            try {
                run.run(generator, spec.commandLine().getOut());
            } finally {
                run.tellFailures(spec.commandLine().getErr()); // of what was done before an interruption, too
            }
            if (report != null) {
                page.write(report, pattern, run.failures());
            }
            return run.failures().isEmpty() ? Lamp.OK : Lamp.FAILED;
        }
    }

    GenerationOptions.Builder settings() {
        return sampling.newBuilder()
                .frameCount(frameCount)
                .frameSize(frameSize)
                .noiseSharing(noiseSharing)
                .framesPerSecond(framesPerSecond);
    }
}
