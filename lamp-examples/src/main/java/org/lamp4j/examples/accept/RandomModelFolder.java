package org.lamp4j.examples.accept;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.lamp4j.Backbone;
import org.lamp4j.device.Device;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.config.BaseModelConfig;
import org.lamp4j.onnx.pretraining.RandomModel;

/**
 * A model with random weights, which is written when the first part needs it.
 *
 * @param folder where it goes
 * @param like a model whose dimensions a small one has
 * @param device where it is opened
 * @param scale what is run on it
 */
record RandomModelFolder(Path folder, Path like, Device device, Scale scale) {

    private static final long SEED = 0;

    /** Returns the folder, with the model in it. */
    Path written() throws IOException {
        if (!Files.isDirectory(folder)) {
            BaseModelConfig config =
                    scale.fullSize() ? BaseModelConfig.stableDiffusion14() : BaseModelConfig.read(like);
            new RandomModel(config, StoredPrecision.FLOAT16, SEED).write(folder);
        }
        return folder;
    }

    Backbone open(Device where) throws IOException {
        return Backbone.load(written(), where);
    }

    Backbone open() throws IOException {
        return open(device);
    }

    /** Says what is run on which model. */
    String description() {
        return String.format(
                Locale.ROOT,
                "%s, %d frames of %s, %s",
                scale.fullSize() ? "dimensions of Stable Diffusion v1.4" : "dimensions of the embedded model",
                scale.frameCount(),
                scale.frameSize(),
                device.precision().name().toLowerCase(Locale.ROOT));
    }
}
