package org.lamp4j.onnx.pretraining;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.graph.Target;
import org.lamp4j.onnx.model.TinyConfig;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** A model folder of two levels and eight channels, with random weights. */
final class TinyFolder {

    static final VideoUNetConfig UNET = new TinyConfig().build();

    static final VaeConfig VAE = new VaeConfig(3, 4, List.of(8, 8), 1, 4, 1);
    static final ClipTextConfig TEXT =
            new ClipTextConfig(20, 5, 6, 12, 1, 2, 1e-5f, ClipTextConfig.Activation.QUICK_GELU);

    private TinyFolder() {}

    static Path write(Path folder) throws IOException {
        BaseModel files = new BaseModel(folder);
        DenoisingGraph networks = new DenoisingGraph(UNET, TEXT, 1, Target.CPU);
        files.writeSchedule();
        files.writeTextEncoder(TEXT, random(networks.textEncoder()), StoredPrecision.FLOAT32);
        files.writeUNet(UNET, random(networks.unet()), StoredPrecision.FLOAT32);
        files.writeVae(
                VAE,
                random(new AutoencoderGraph(VAE, Shape.of(1, 3, 8, 8), Target.CPU).parameters()),
                StoredPrecision.FLOAT32);
        return folder;
    }

    private static Map<String, FloatTensor> random(Map<String, Shape> shapes) {
        Map<String, FloatTensor> values = new LinkedHashMap<>();
        shapes.forEach((key, shape) ->
                values.put(key, RandomSource.stream(3, key, 0).gaussian(shape).times(0.2f)));
        return values;
    }
}
