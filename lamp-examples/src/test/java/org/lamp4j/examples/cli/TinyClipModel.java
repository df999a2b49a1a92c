package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.lamp4j.onnx.pretraining.BaseModel;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.text.ClipTokenizer;
import org.lamp4j.text.ClipTokenizerTrainer;

/** Writes a CLIP model of random weights with one layer in each tower, in Hugging Face layout. */
final class TinyClipModel {

    private static final int WIDTH = 8;
    private static final int PATCHES = 4;
    private static final int POSITIONS = 16;

    private final List<StoredTensor> tensors = new ArrayList<>();

    private TinyClipModel() {}

    static void write(Path directory) throws IOException {
        ClipTokenizer tokenizer = ClipTokenizerTrainer.newBuilder()
                .vocabularySize(600)
                .maxLength(POSITIONS)
                .build()
                .train(List.of("a horse runs", "rain on the Mars"));
        tokenizer.write(directory);
        String tower =
                "\"hidden_size\": 8, \"num_attention_heads\": 2, \"num_hidden_layers\": 1, \"intermediate_size\": 8";
        Files.writeString(
                directory.resolve("config.json"),
                "{\"model_type\": \"clip\", \"vision_config\": {\"image_size\": 16, \"patch_size\": 8, " + tower
                        + "}, \"text_config\": {\"max_position_embeddings\": 16, \"vocab_size\": "
                        + tokenizer.vocabularySize() + ", " + tower + "}}");
        TinyClipModel model = new TinyClipModel();
        model.addTowers(tokenizer.vocabularySize());
        SafetensorsWriter.write(directory.resolve("model.safetensors"), model.tensors, Map.of());
    }

    private void addTowers(int vocabularySize) {
        add("vision_model.embeddings.patch_embedding.weight", WIDTH, 3, WIDTH, WIDTH);
        add("vision_model.embeddings.class_embedding", WIDTH);
        add("vision_model.embeddings.position_embedding.weight", PATCHES + 1, WIDTH);
        addLinear("vision_model.pre_layrnorm", WIDTH);
        addLayer("vision_model.encoder.layers.0.");
        addLinear("vision_model.post_layernorm", WIDTH);
        add("visual_projection.weight", WIDTH, WIDTH);
        add("text_model.embeddings.token_embedding.weight", vocabularySize, WIDTH);
        add("text_model.embeddings.position_embedding.weight", POSITIONS, WIDTH);
        addLayer("text_model.encoder.layers.0.");
        addLinear("text_model.final_layer_norm", WIDTH);
        add("text_projection.weight", WIDTH, WIDTH);
    }

    private void addLayer(String prefix) {
        addLinear(prefix + "layer_norm1", WIDTH);
        addLinear(prefix + "layer_norm2", WIDTH);
        for (String name : List.of("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.out_proj")) {
            addLinear(prefix + name, WIDTH, WIDTH);
        }
        addLinear(prefix + "mlp.fc1", WIDTH, WIDTH);
        addLinear(prefix + "mlp.fc2", WIDTH, WIDTH);
    }

    private void addLinear(String name, int... sizes) {
        add(name + ".weight", sizes);
        add(name + ".bias", sizes[0]);
    }

    private void add(String name, int... sizes) {
        tensors.add(BaseModel.stored(
                name, RandomSource.stream(0, name, 0).gaussian(Shape.of(sizes)).times(0.3f)));
    }
}
