package org.lamp4j.onnx.pretraining;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.files.StrictJson;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.ClipVisionConfig;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.layer.InputParameters;
import org.lamp4j.onnx.layer.Scope;
import org.lamp4j.onnx.model.ClipTextEncoder;
import org.lamp4j.onnx.model.ClipVisionEncoder;
import org.lamp4j.onnx.model.ConfigJson;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.tensor.Shape;
import org.lamp4j.text.ClipTokenizer;

/**
 * A CLIP model with both towers and random weights, in Hugging Face layout: its scores mean nothing, but an evaluation
 * can be tried with it from end to end. The tokenizer is {@linkplain ClipTokenizer#untrained untrained}.
 *
 * @param vision dimensions of the vision tower
 * @param text dimensions of the text tower
 * @param embeddingWidth width of the space that both embed into
 * @param precision how weights are stored; float16 halves the size
 * @param seed where the weights come from; the same seed gives the same files
 */
public record RandomClipModel(
        ClipVisionConfig vision, ClipTextConfig text, int embeddingWidth, StoredPrecision precision, long seed) {

    private static final int LAYERS = 12;
    private static final int VOCABULARY = 1024;

    /**
     * Returns a model built as CLIP ViT-B/32 is, of as many layers, heads, patches and positions, but a sixteenth of
     * its width and 1024 tokens: 0.8 million parameters in place of 151 million.
     *
     * @param precision how weights are stored
     * @param seed where the weights come from
     * @return the model
     */
    public static RandomClipModel smallVitB32(StoredPrecision precision, long seed) {
        ClipTextConfig.Activation activation = ClipTextConfig.Activation.QUICK_GELU;
        return new RandomClipModel(
                new ClipVisionConfig(224, 32, 48, 192, LAYERS, 12, 1e-5f, activation),
                new ClipTextConfig(VOCABULARY, 77, 32, 128, LAYERS, 8, 1e-5f, activation),
                32,
                precision,
                seed);
    }

    /**
     * Counts the parameters.
     *
     * @return number of weights of both towers
     */
    public long parameterCount() {
        return RandomWeights.count(parameters());
    }

    /**
     * Writes the model. The folder appears whole or not at all.
     *
     * @param folder where to; may be there if it is empty
     * @throws FileAlreadyExistsException if it holds something
     * @throws IOException if it cannot be written, or the disk has not enough room
     * @throws StoppedException if the thread is interrupted; nothing remains
     */
    public void write(Path folder) throws IOException {
        NewFolder.write(folder, parameterCount() * RandomWeights.type(precision).byteWidth(), this::writeFiles);
    }

    private void writeFiles(Path folder) throws IOException {
        ClipTokenizer.untrained(text.vocabularySize(), text.positions()).write(folder);
        AtomicFile.write(
                folder.resolve("config.json"),
                StrictJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(config()));
        SafetensorsWriter.write(
                folder.resolve("model.safetensors"),
                RandomWeights.of(parameters(), seed),
                Map.of("format", "pt"),
                RandomWeights.type(precision));
    }

    /** Lists the parameters of both towers, shapes by checkpoint key. */
    private Map<String, Shape> parameters() {
        InputParameters declared = new InputParameters();
        Graph graph = new Graph("CLIP");
        Scope root = Scope.root(graph, declared, ElementType.FLOAT);
        Value pixels = graph.input("pixels", ElementType.FLOAT, Shape.of(1, 3, vision.imageSize(), vision.imageSize()));
        new ClipVisionEncoder(vision, embeddingWidth).apply(root, pixels);
        Value tokens = graph.input("tokens", ElementType.INT64, Shape.of(1, text.positions()));
        Value end = graph.input("end", ElementType.INT64, Shape.of(1));
        new ClipTextEncoder(text).embed(root, tokens, end, embeddingWidth);
        return declared.shapes();
    }

    private Map<String, Object> config() {
        Map<String, Object> visionTower = new LinkedHashMap<>();
        visionTower.put("model_type", "clip_vision_model");
        visionTower.put("image_size", vision.imageSize());
        visionTower.put("patch_size", vision.patchSize());
        visionTower.put("hidden_size", vision.width());
        visionTower.put("intermediate_size", vision.feedForwardWidth());
        visionTower.put("num_hidden_layers", vision.layers());
        visionTower.put("num_attention_heads", vision.heads());
        visionTower.put("layer_norm_eps", vision.epsilon());
        visionTower.put("hidden_act", vision.activation().key());
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("architectures", List.of("CLIPModel"));
        config.put("model_type", "clip");
        config.put("projection_dim", embeddingWidth);
        config.put("text_config", ConfigJson.textTower(text));
        config.put("vision_config", visionTower);
        return config;
    }
}
