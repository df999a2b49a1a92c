package org.lamp4j.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.files.AtomicFolder;
import org.lamp4j.media.FrameSize;

/**
 * A base model of 7 MB in the layout of Stable Diffusion v1, which opens, trains and generates in seconds without a
 * GPU. It draws one object before a backdrop ("a duck on the sea"); its card, {@code README.md} among its files, says
 * which it knows.
 */
public final class EmbeddedModel {

    /** The frame size that it was trained on. */
    public static final FrameSize FRAME_SIZE = new FrameSize(64, 64);

    /** What the folder of resources holds, which cannot be listed where a class loader has no folders. */
    static final List<String> FILES = List.of(
            "README.md",
            "model_index.json",
            "scheduler/scheduler_config.json",
            "text_encoder/config.json",
            "text_encoder/model.safetensors",
            "tokenizer/merges.txt",
            "tokenizer/special_tokens_map.json",
            "tokenizer/tokenizer_config.json",
            "tokenizer/vocab.json",
            "unet/config.json",
            "unet/diffusion_pytorch_model.safetensors",
            "vae/config.json",
            "vae/diffusion_pytorch_model.safetensors");

    private EmbeddedModel() {}

    /**
     * Copies the model out of the jar, so that it can be mapped. In a new folder it appears whole or not at all; files
     * that are there already are replaced one by one, so that who has them mapped keeps what he has.
     *
     * @param target where its files go, which {@code Backbone.load} then takes; made if it is not there
     * @throws IOException if a file cannot be written
     */
    public static void copyTo(Path target) throws IOException {
        AtomicFolder.write(target, folder -> {
            for (String name : FILES) {
                copy(name, folder.resolve(name));
            }
        });
    }

    private static void copy(String name, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        try (InputStream content = EmbeddedModel.class.getResourceAsStream("model/" + name)) {
            if (content == null) {
                throw new IOException("expected the file " + name + " of the model in lamp-testing, but there is none");
            }
            byte[] bytes = content.readAllBytes();
            AtomicFile.write(target, output -> output.write(bytes));
        }
    }
}
