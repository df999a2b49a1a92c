package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lamp4j.Backbone;
import org.lamp4j.generation.GenerationProgress;
import org.lamp4j.progress.ProgressListener;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Whether frames are shown while they are generated, and how. */
final class PreviewOptions {

    @Option(
            names = "--preview",
            paramLabel = "FILE",
            description = "Show what the clip is becoming in this file, which is replaced every few steps: a .png with "
                    + "all frames, or a .gif.")
    private @Nullable Path file;

    @Option(
            names = "--preview-every",
            paramLabel = "N",
            description = "Replace it every N steps. Default: ${DEFAULT-VALUE}.")
    private int everySteps = 5;

    @Option(
            names = "--preview-decoder",
            paramLabel = "PATH",
            description =
                    "Make previews with TAESD's decoder, a .safetensors file or a folder with one, instead of by a "
                            + "linear map from latents to colours. Default: taesd in the model's folder, if it is there.")
    private @Nullable Path decoder;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    boolean isGiven() {
        return file != null;
    }

    /**
     * Prepares the writing before the work begins.
     *
     * @param next hears of all progress, before a preview is written
     * @return who shows previews of what it hears of; only hands on if none were asked for
     * @throws IllegalArgumentException if the name's ending or the interval is none that can be had
     * @throws IOException if nothing can be written there
     */
    PreviewFile open(ProgressListener<GenerationProgress> next) throws IOException {
        Optional<Path> place = Optional.ofNullable(file);
        if (place.isPresent()) {
            PreviewFile.requireEnding(place.get());
            OutputPlace.ofFile(place.get());
        }
        if (everySteps < 1) {
            throw new IllegalArgumentException("expected --preview-every of 1 step or more, but was " + everySteps);
        }
        return new PreviewFile(place, everySteps, next, spec.commandLine().getErr());
    }

    /** Has previews made by the decoder that was given, if one was. */
    void prepare(Backbone backbone) throws IOException {
        if (decoder != null) {
            backbone.usePreviewDecoder(decoder);
        }
    }
}
