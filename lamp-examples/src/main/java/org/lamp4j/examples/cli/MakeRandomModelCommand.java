package org.lamp4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.config.BaseModelConfig;
import org.lamp4j.onnx.pretraining.RandomClipModel;
import org.lamp4j.onnx.pretraining.RandomModel;
import org.lamp4j.onnx.singlefile.SingleFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a model that is built as a real one and knows nothing. */
@Command(
        name = "make-random-model",
        description = "Writes a model folder with random weights, for dry runs and measurements.")
final class MakeRandomModelCommand implements Callable<Integer> {

    private static final String STABLE_DIFFUSION_14 = "sd14";
    private static final String CLIP_VIT_B_32 = "clip-vit-b-32";

    @Option(
            names = "--like",
            paramLabel = "MODEL",
            defaultValue = STABLE_DIFFUSION_14,
            description = "sd14 for the sizes of Stable Diffusion v1.4, a folder whose config.json files give them, or "
                    + "clip-vit-b-32 for a CLIP model to try evaluate with: built as ViT-B/32, with both towers, but "
                    + "a sixteenth of its width, 3 MB. Default: ${DEFAULT-VALUE}.")
    private String like;

    @Option(names = "--float16", description = "Store the weights in half the size.")
    private boolean float16;

    @Mixin
    private SeedOption seed;

    @Parameters(paramLabel = "DIR", description = "Where the model goes: a new or an empty folder.")
    private Path folder;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        StoredPrecision precision = float16 ? StoredPrecision.FLOAT16 : StoredPrecision.FLOAT32;
        long parameterCount = like.equals(CLIP_VIT_B_32) ? writeClip(precision) : writeBase(precision);
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "wrote %s: %,d parameters in %s%n", folder, parameterCount, float16 ? "F16" : "F32");
        return Lamp.OK;
    }

    private long writeBase(StoredPrecision precision) throws IOException {
        BaseModelConfig config = like.equals(STABLE_DIFFUSION_14)
                ? BaseModelConfig.stableDiffusion14()
                : SingleFile.dimensions(Path.of(like));
        RandomModel model = new RandomModel(config, precision, seed.get());
        model.write(folder);
        return model.parameterCount();
    }

    private long writeClip(StoredPrecision precision) throws IOException {
        RandomClipModel model = RandomClipModel.smallVitB32(precision, seed.get());
        model.write(folder);
        return model.parameterCount();
    }
}
