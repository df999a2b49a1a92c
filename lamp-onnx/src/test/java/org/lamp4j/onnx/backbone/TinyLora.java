package org.lamp4j.onnx.backbone;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.onnx.weights.StoredType;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** Random updates of rank 2 of some weights of a model of {@link TwoForms}, as files of each program. */
final class TinyLora {

    static final String QUERY = "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q";
    static final String UNET = "unet/diffusion_pytorch_model.safetensors";
    static final String TEXT = "text_encoder/model.safetensors";

    private static final int RANK = 2;

    /** Modules by diffusers' names, and by those of the original layout where they are others. */
    private static final Map<String, String> MODULES = modules();

    private final Path model;

    TinyLora(Path model) {
        this.model = model;
    }

    private static Map<String, String> modules() {
        String transformer = "transformer_blocks.0.attn2.to_out.0";
        Map<String, String> modules = new LinkedHashMap<>();
        modules.put(QUERY, "input_blocks.1.1.transformer_blocks.0.attn1.to_q");
        modules.put("mid_block.attentions.0." + transformer, "middle_block.1." + transformer);
        modules.put("up_blocks.1.attentions.0.proj_in", "output_blocks.2.1.proj_in");
        modules.put("down_blocks.0.resnets.0.conv1", "input_blocks.1.0.in_layers.2");
        modules.put("text_model.encoder.layers.0.self_attn.q_proj", "");
        modules.put("text_model.encoder.layers.1.mlp.fc1", "");
        return modules;
    }

    /** Whose names a file has. */
    enum Form {
        KOHYA {
            @Override
            String stem(String module, String original) {
                return (isText(module) ? "lora_te_" : "lora_unet_") + module.replace('.', '_') + ".lora_";
            }
        },
        KOHYA_ORIGINAL {
            @Override
            String stem(String module, String original) {
                return isText(module)
                        ? KOHYA.stem(module, original)
                        : "lora_unet_" + original.replace('.', '_') + ".lora_";
            }
        },
        DIFFUSERS {
            @Override
            String stem(String module, String original) {
                return isText(module) ? "text_encoder." + module + ".lora_linear_layer." : "unet." + module + ".lora.";
            }
        },
        PEFT {
            @Override
            String stem(String module, String original) {
                return (isText(module) ? "text_encoder." : "unet.") + module + ".lora_";
            }
        };

        abstract String stem(String module, String original);

        String down() {
            return this == PEFT ? "A" : "down";
        }

        String up() {
            return this == PEFT ? "B" : "up";
        }
    }

    private static boolean isText(String module) {
        return module.startsWith("text_model.");
    }

    /** Writes a file without alpha. */
    Path write(Path file, Form form, Map<String, String> notes) throws IOException {
        return write(file, form, notes, MODULES);
    }

    /** Writes updates of some modules. */
    Path write(Path file, Form form, Map<String, String> notes, Map<String, String> modules) throws IOException {
        List<StoredTensor> tensors = new ArrayList<>();
        for (Map.Entry<String, String> module : modules.entrySet()) {
            String stem = form.stem(module.getKey(), module.getValue());
            tensors.add(StoredTensor.copyOf(stem + form.down() + ".weight", down(module.getKey())));
            tensors.add(StoredTensor.copyOf(stem + form.up() + ".weight", up(module.getKey())));
        }
        SafetensorsWriter.write(file, tensors, notes, StoredType.F32);
        return file;
    }

    /** Writes an update of the query alone. */
    Path writeQuery(Path file) throws IOException {
        return write(file, Form.KOHYA, Map.of(), Map.of(QUERY, ""));
    }

    private FloatTensor down(String module) throws IOException {
        int[] sizes = weight(module).sizes();
        sizes[0] = RANK;
        return random("down " + module, Shape.of(sizes));
    }

    private FloatTensor up(String module) throws IOException {
        Shape weight = weight(module);
        Shape matrix = Shape.of(weight.size(0), RANK);
        return random("up " + module, weight.rank() == 4 ? Shape.of(matrix.size(0), RANK, 1, 1) : matrix);
    }

    private Shape weight(String module) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(model.resolve(isText(module) ? TEXT : UNET))) {
            return checkpoint.tensor(module + ".weight").shape();
        }
    }

    /** Values that bfloat16 holds exactly. */
    private static FloatTensor random(String name, Shape shape) {
        RandomSource random = RandomSource.stream(4, name, 0);
        return FloatTensor.generate(shape, index -> (random.nextInt(65) - 32) / 256f);
    }

    /** Writes the model with the updates times a scale added to its weights, which is all that differs. */
    Path merge(Path to, float scale) throws IOException {
        for (String part : List.of("tokenizer", "scheduler", "text_encoder", "vae", "unet")) {
            Files.createDirectories(to.resolve(part));
            try (var files = Files.list(model.resolve(part))) {
                for (Path file : files.toList()) {
                    Files.copy(file, to.resolve(part).resolve(file.getFileName()));
                }
            }
        }
        for (String file : List.of(UNET, TEXT)) {
            Map<String, StoredTensor> tensors = new LinkedHashMap<>();
            try (Checkpoint checkpoint = Checkpoint.open(model.resolve(file))) {
                checkpoint.names().forEach(name -> tensors.put(name, checkpoint.tensor(name)));
            }
            for (String module : MODULES.keySet()) {
                if (isText(module) == file.equals(TEXT)) {
                    String key = module + ".weight";
                    tensors.put(key, sum(tensors.get(key), module, scale));
                }
            }
            SafetensorsWriter.write(to.resolve(file), tensors.values(), Map.of(), StoredType.F32);
        }
        return to;
    }

    private StoredTensor sum(StoredTensor weight, String module, float scale) throws IOException {
        float[] down = down(module).toArray();
        float[] up = up(module).toArray();
        FloatBuffer base = weight.floats();
        int columns = down.length / RANK;
        return StoredTensor.copyOf(weight.name(), FloatTensor.generate(weight.shape(), index -> {
            int row = index / columns;
            int column = index % columns;
            float product = scale * up[row * RANK] * down[column] + scale * up[row * RANK + 1] * down[columns + column];
            return base.get(index) + product;
        }));
    }
}
