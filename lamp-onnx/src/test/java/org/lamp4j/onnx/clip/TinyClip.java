package org.lamp4j.onnx.clip;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.fixtures.TinyClipFiles;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.text.ClipTokenizer;
import org.lamp4j.text.ClipTokenizerTrainer;

/**
 * A CLIP model whose only layer adds to each token the mean of all tokens after LayerNorm (queries and keys are zero,
 * values and outputs pass through, the feed-forward part gives nothing), so that its formula fits into a test.
 *
 * @param weights its tensors, which may be changed before {@link #write}
 */
record TinyClip(Path folder, ClipTokenizer tokenizer, Map<String, FloatTensor> weights) {

    static final int WIDTH = 4;
    static final int IMAGE = 8;
    static final int PATCH = 4;
    static final int EMBEDDING = 3;
    private static final int POSITIONS = 6;
    private static final int FEED_FORWARD = 5;
    private static final TinyClipFiles FILES = new TinyClipFiles(IMAGE, PATCH, WIDTH, FEED_FORWARD, EMBEDDING);

    /** Writes tokenizer, configuration and weights. */
    static TinyClip in(Path folder) throws IOException {
        ClipTokenizer tokenizer = ClipTokenizerTrainer.newBuilder()
                .vocabularySize(600)
                .maxLength(POSITIONS)
                .build()
                .train(List.of("a red car", "a blue boat"));
        tokenizer.write(folder);
        TinyClip clip = new TinyClip(folder, tokenizer, new LinkedHashMap<>());
        FILES.shapes(tokenizer.vocabularySize(), POSITIONS).forEach(clip::random);
        clip.layer("vision_model.encoder.layers.0.");
        clip.layer("text_model.encoder.layers.0.");
        FILES.writeConfig(folder, tokenizer.vocabularySize(), POSITIONS);
        clip.write();
        return clip;
    }

    /** Writes the weights. */
    void write() throws IOException {
        List<StoredTensor> stored = new ArrayList<>();
        weights.forEach((name, values) -> stored.add(StoredTensor.copyOf(name, values)));
        SafetensorsWriter.write(folder.resolve("model.safetensors"), stored, Map.of());
    }

    private void random(String name, int... sizes) {
        weights.put(name, RandomSource.stream(0, name, 0).gaussian(Shape.of(sizes)));
    }

    private void layer(String prefix) {
        for (String norm : List.of("layer_norm1", "layer_norm2")) {
            weights.put(prefix + norm + ".weight", FloatTensor.generate(Shape.of(WIDTH), index -> 1));
            weights.put(prefix + norm + ".bias", FloatTensor.zeros(Shape.of(WIDTH)));
        }
        for (String projection : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
            boolean passes = projection.startsWith("v") || projection.startsWith("o");
            weights.put(
                    prefix + "self_attn." + projection + ".weight",
                    FloatTensor.generate(Shape.of(WIDTH, WIDTH), index -> passes && index % (WIDTH + 1) == 0 ? 1 : 0));
            weights.put(prefix + "self_attn." + projection + ".bias", FloatTensor.zeros(Shape.of(WIDTH)));
        }
        weights.put(prefix + "mlp.fc2.weight", FloatTensor.zeros(Shape.of(WIDTH, FEED_FORWARD)));
        weights.put(prefix + "mlp.fc2.bias", FloatTensor.zeros(Shape.of(WIDTH)));
    }
}
