package org.lamp4j.onnx.singlefile;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.diffusion.PredictionType;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.ClipTextConfig.Activation;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.config.VideoUNetConfig.Level;
import org.lamp4j.tensor.Shape;

/** The published sizes, and every tensor of a file of each by name and shape. */
enum FullSize {
    SD_15("sd15.txt", ClipTextConfig.stableDiffusion14(), VideoUNetConfig.stableDiffusion14(), PredictionType.EPSILON),
    SD_21(
            "sd21.txt",
            new ClipTextConfig(49_408, 77, 1024, 4096, 23, 16, 1e-5f, Activation.GELU),
            new VideoUNetConfig(
                    4,
                    4,
                    List.of(
                            new Level(320, 5, true, true),
                            new Level(640, 10, true, true),
                            new Level(1280, 20, true, true),
                            new Level(1280, 20, false, false)),
                    2,
                    1024,
                    32,
                    1e-5f,
                    true,
                    true,
                    0,
                    96),
            PredictionType.V_PREDICTION);

    private final String resource;
    private final ClipTextConfig text;
    private final VideoUNetConfig unet;
    private final PredictionType prediction;

    FullSize(String resource, ClipTextConfig text, VideoUNetConfig unet, PredictionType prediction) {
        this.resource = resource;
        this.text = text;
        this.unet = unet;
        this.prediction = prediction;
    }

    ClipTextConfig text() {
        return text;
    }

    VaeConfig vae() {
        return VaeConfig.stableDiffusion14();
    }

    VideoUNetConfig unet() {
        return unet;
    }

    PredictionType prediction() {
        return prediction;
    }

    /** The list: a name and sizes in a line, as {@code conv.weight 320 4 3 3}. */
    Map<String, Shape> tensors() {
        Map<String, Shape> tensors = new LinkedHashMap<>();
        try (InputStream list = FullSize.class.getResourceAsStream(resource)) {
            new String(list.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(line -> {
                String[] parts = line.split(" ", -1);
                int[] sizes = new int[parts.length - 1];
                for (int axis = 0; axis < sizes.length; axis++) {
                    sizes[axis] = Integer.parseInt(parts[axis + 1]);
                }
                tensors.put(parts[0], Shape.of(sizes));
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return tensors;
    }

    TensorShapes shapes() {
        return new TensorShapes(tensors(), Path.of(resource));
    }
}
