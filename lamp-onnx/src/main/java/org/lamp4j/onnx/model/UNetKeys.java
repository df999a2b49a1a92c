package org.lamp4j.onnx.model;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.layer.InputParameters;
import org.lamp4j.tensor.Shape;

/** The parameters of a video UNet by key and shape, found by building it once without any weights. */
public final class UNetKeys {

    private final Map<String, Shape> shapes;

    private UNetKeys(Map<String, Shape> shapes) {
        this.shapes = shapes;
    }

    /**
     * Lists the parameters of a video UNet.
     *
     * @param config its dimensions
     * @return its parameters
     */
    public static UNetKeys of(VideoUNetConfig config) {
        InputParameters declared = new InputParameters();
        int size = 1 << (config.levels().size() - 1);
        Shape latents = Shape.of(1, config.inChannels(), 1, size, size);
        VideoUNetGraph.build("keys", config, declared, VideoUNetGraph.Inputs.of(latents, 1, config), ElementType.FLOAT);
        return new UNetKeys(declared.shapes());
    }

    /**
     * Returns all parameters.
     *
     * @return shapes by key, in the order the network uses them
     */
    public Map<String, Shape> shapes() {
        return shapes;
    }

    /**
     * Selects the parameters of modules by the suffixes of their names, as LAMP's {@code trainable_modules} does:
     * {@code attn_temp} selects all that lies in any module whose name ends so.
     *
     * @param moduleSuffixes suffixes of module names
     * @return the keys, in the order the network uses them
     * @throws IllegalArgumentException if an ending matches no module
     */
    public Set<String> ofModules(List<String> moduleSuffixes) {
        Set<String> selected = new LinkedHashSet<>();
        for (String key : shapes.keySet()) {
            if (moduleSuffixes.stream().anyMatch(ending -> isInModule(key, ending))) {
                selected.add(key);
            }
        }
        for (String ending : moduleSuffixes) {
            if (selected.stream().noneMatch(key -> isInModule(key, ending))) {
                throw new IllegalArgumentException("expected suffixes of module names, but none of " + shapes.size()
                        + " parameters is in a module that ends with \"" + ending + "\"");
            }
        }
        return selected;
    }

    private static boolean isInModule(String key, String ending) {
        if (ending.isEmpty()) {
            return false;
        }
        for (int dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', dot + 1)) {
            if (key.substring(0, dot).endsWith(ending)) {
                return true;
            }
        }
        return false;
    }
}
