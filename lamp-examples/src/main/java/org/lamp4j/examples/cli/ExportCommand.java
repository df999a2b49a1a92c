package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.device.Device;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.onnx.export.OnnxExport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a model, with a pattern built in, as ONNX files. */
@Command(
        name = "export",
        description = "Writes text encoder, auto-encoder and video UNet as ONNX files that any ONNX Runtime runs, or "
                + "with --standard any runtime of ONNX.")
final class ExportCommand implements Callable<Integer> {

    @Mixin
    private ModelPath model;

    @Mixin
    private PredictionOption prediction;

    @Mixin
    private LoraOption lora;

    @Option(
            names = "--motion",
            paramLabel = "PATH",
            description = "A pattern that train wrote, or a whole LAMP checkpoint folder, to build into the UNet.")
    private Optional<Path> motion = Optional.empty();

    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description =
                    "Where text_encoder, vae_encoder, vae_decoder and unet go, each a model.onnx and its weights.")
    private Path output;

    @Mixin
    private OverwriteOption overwrite;

    @Option(
            names = "--frame-count",
            paramLabel = "N",
            description = "Frames of the clip, fixed in the UNet. Default: ${DEFAULT-VALUE}.")
    private int frameCount = GenerationOptions.newBuilder().build().frameCount();

    @Option(
            names = "--frame-size",
            paramLabel = "WxH",
            description =
                    "Size of the clip, fixed in all but the text encoder. Default: what the model was trained at.")
    private Optional<FrameSize> frameSize = Optional.empty();

    @Option(
            names = "--standard",
            description = "Write operators of ONNX's own domain only, which other runtimes have, too, and a "
                    + "model_index.json, scheduler, tokenizer and configurations beside them. Without it ONNX Runtime's "
                    + "own faster operators are used.")
    private boolean standard;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        overwrite.folder(output);
        try (Backbone backbone = lora.addTo(() -> prediction.open(model.get(), Device.cpu()))) {
            int factor = backbone.model().latentCodec().factor();
            FrameSize size = frameSize.isPresent() ? frameSize.get() : OnnxExport.trainedSize(backbone);
            OptionTypes.fromOptions(spec, () -> size.requireMultipleOf(factor));
            Optional<MotionPattern> pattern =
                    motion.isPresent() ? Optional.of(MotionPattern.load(backbone, motion.get())) : Optional.empty();
            OnnxExport export = OptionTypes.fromOptions(spec, () -> new OnnxExport(frameCount, size));
            if (standard) {
                export.writeStandard(backbone, pattern, output);
            } else {
                export.write(backbone, pattern, output);
            }
            spec.commandLine().getOut().println("wrote " + output + " for " + frameCount + " frames of " + size);
        }
        return Lamp.OK;
    }
}
