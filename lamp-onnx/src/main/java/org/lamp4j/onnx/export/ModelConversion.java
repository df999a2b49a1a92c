package org.lamp4j.onnx.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.lamp4j.Backbone;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.files.AtomicFolder;
import org.lamp4j.files.StrictJson;
import org.lamp4j.onnx.backbone.ModelFiles;
import org.lamp4j.onnx.config.ClipTextConfig.Activation;
import org.lamp4j.onnx.model.ConfigJson;
import org.lamp4j.onnx.pretraining.BaseModel;
import org.lamp4j.onnx.singlefile.SingleFile;
import org.lamp4j.onnx.singlefile.SingleFileWriter;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.spi.SingleFileModel.Vocabulary;

/**
 * Writes a model in the other of the two layouts, a folder as diffusers has it or a single file. Weights keep their
 * bits; a model opens from either with the same outputs. A model need not be converted to be used.
 */
public final class ModelConversion {

    private ModelConversion() {}

    /**
     * Writes a model as a folder in diffusers layout.
     *
     * @param backbone the model, open
     * @param folder where to; made if missing. A new or empty one appears whole or not at all
     * @throws IOException if something cannot be read or written
     */
    public static void toFolder(Backbone backbone, Path folder) throws IOException {
        try (ModelFiles files = ModelFiles.of(backbone)) {
            files.requireWeights();
            AtomicFolder.write(folder, made -> {
                backbone.tokenizer().write(made.resolve("tokenizer"));
                new BaseModel(made).writeSchedule(backbone.noiseSchedule());
                write(made.resolve("text_encoder"), "model", files.text(), ConfigJson.of(files.textConfig()));
                write(made.resolve("vae"), ModelFiles.UNET_WEIGHTS, files.vae(), ConfigJson.of(files.vaeConfig()));
                write(made.resolve("unet"), ModelFiles.UNET_WEIGHTS, files.unet(), files.unetJson());
                files.requireUnchanged();
            });
        }
    }

    private static void write(Path folder, String name, Checkpoint network, Map<String, Object> config)
            throws IOException {
        List<StoredTensor> tensors =
                network.names().stream().map(network::tensor).toList();
        String json = StrictJson.indented(config);
        AtomicFolder.write(folder, made -> {
            SafetensorsWriter.write(made.resolve(name + ".safetensors"), tensors, Map.of("format", "pt"));
            AtomicFile.write(made.resolve(ModelFiles.CONFIG), json);
        });
    }

    /**
     * Writes a model as a single file in the original layout. A tokenizer that is not CLIP's does not go into it.
     *
     * @param backbone the model, open
     * @param file a {@code .safetensors} file; replaced if it exists
     * @throws org.lamp4j.errors.ModelFormatException if one file cannot say what the model is, as it keeps no
     *     configuration; the message says which
     * @throws IOException if something cannot be read or written
     */
    public static void toFile(Backbone backbone, Path file) throws IOException {
        try (ModelFiles files = ModelFiles.of(backbone)) {
            files.requireWeights();
            boolean second = files.textConfig().activation() == Activation.GELU;
            SingleFile model = new SingleFile(
                    files.textConfig(),
                    files.text(),
                    second ? Vocabulary.OPEN_CLIP : Vocabulary.CLIP,
                    files.vaeConfig(),
                    files.vae(),
                    files.unetConfig(),
                    files.unet(),
                    backbone.noiseSchedule());
            SingleFileWriter.write(model, file);
            files.requireUnchanged();
        }
    }
}
