package org.lamp4j.onnx.backbone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.lamp4j.Backbone;
import org.lamp4j.device.Device;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.PredictionType;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.config.BaseModelConfig;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.ClipTextConfig.Activation;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.config.VideoUNetConfig.Level;
import org.lamp4j.onnx.export.ModelConversion;
import org.lamp4j.onnx.pretraining.BaseModel;
import org.lamp4j.onnx.pretraining.RandomModel;

/** Small models of the form of Stable Diffusion 1 and 2, each as a folder and as a file. */
enum TwoForms {
    VERSION_1(
            List.of(new Level(32, 8, true, true), new Level(64, 8, false, false)),
            false,
            Activation.QUICK_GELU,
            PredictionType.EPSILON),
    VERSION_2(
            List.of(new Level(64, 1, true, true), new Level(64, 1, false, false)),
            true,
            Activation.GELU,
            PredictionType.V_PREDICTION);

    static final String FILE = "model.safetensors";

    private static final int TOKENS = 520;
    private static final int POSITIONS = 7;

    private final BaseModelConfig config;
    private final PredictionType prediction;

    TwoForms(List<Level> levels, boolean linear, Activation activation, PredictionType prediction) {
        this.config = new BaseModelConfig(
                new ClipTextConfig(TOKENS, POSITIONS, 64, 96, 2, 1, 1e-5f, activation),
                new VaeConfig(3, 4, List.of(32, 32), 1, 32, 0.18215f),
                new VideoUNetConfig(4, 4, levels, 1, 64, 32, 1e-5f, linear, true, 0, 8));
        this.prediction = prediction;
    }

    BaseModelConfig config() {
        return config;
    }

    /** Writes the model as a folder {@code diffusers}, and its tokenizer beside it. */
    Path writeFolder(Path place, StoredPrecision type) throws IOException {
        Path folder = place.resolve("diffusers");
        new RandomModel(config, type, 5).write(folder);
        new BaseModel(folder).writeSchedule(NoiseSchedule.stableDiffusion(prediction));
        try (Backbone backbone = Backbone.load(folder)) {
            backbone.tokenizer().write(place.resolve("tokenizer"));
        }
        return folder;
    }

    /** Writes the model in both forms. */
    Path writeBoth(Path place, StoredPrecision type) throws IOException {
        Path folder = writeFolder(place, type);
        try (Backbone backbone = Backbone.load(folder, Device.cpu())) {
            ModelConversion.toFile(backbone, place.resolve(FILE));
        }
        return place.resolve(FILE);
    }
}
