package org.lamp4j.onnx.backbone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lamp4j.Backbone;
import org.lamp4j.diffusion.PredictionType;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Target;
import org.lamp4j.onnx.model.ClipTextEncoder;
import org.lamp4j.onnx.model.ConfigJson;
import org.lamp4j.onnx.model.VideoUNetGraph;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.singlefile.DiffusersFolder;
import org.lamp4j.onnx.singlefile.SingleFile;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.spi.SingleFileModel;

/**
 * The three networks of a model, a folder in diffusers layout or a single file: configurations, and weights, the large
 * ones mapped.
 *
 * @param path the folder or file
 * @param onnx the networks that lie there as ONNX files; the weights of these are empty
 * @param singleFile what stands in place of the other files of a folder; empty for a folder
 * @param upcastsAttention whether the UNet attends in float32 where all else is float16
 */
public record ModelFiles(
        Path path,
        OnnxNetworks onnx,
        Optional<SingleFileModel> singleFile,
        ClipTextConfig textConfig,
        Checkpoint text,
        VaeConfig vaeConfig,
        Checkpoint vae,
        VideoUNetConfig unetConfig,
        Checkpoint unet,
        boolean upcastsAttention)
        implements AutoCloseable {

    public static final String UNET_WEIGHTS = "diffusion_pytorch_model";
    public static final String CONFIG = "config.json";

    public static ModelFiles open(Path path) throws IOException {
        return open(path, Optional.empty());
    }

    /**
     * Opens a model.
     *
     * @param path the folder or file
     * @param predictionType what the UNet predicts; empty if it is not known, and a single file has to tell
     */
    static ModelFiles open(Path path, Optional<PredictionType> predictionType) throws IOException {
        return Files.isDirectory(path) || !Files.exists(path) ? inFolder(path) : inFile(path, predictionType);
    }

    private static ModelFiles inFile(Path path, Optional<PredictionType> predictionType) throws IOException {
        SingleFile file = SingleFile.open(path, predictionType);
        SingleFileModel rest = new SingleFileModel(
                file.noiseSchedule(), file.vocabulary(), file.textConfig().vocabularySize());
        return new ModelFiles(
                path,
                OnnxNetworks.NONE,
                Optional.of(rest),
                file.textConfig(),
                file.text(),
                file.vaeConfig(),
                file.vae(),
                file.unetConfig(),
                file.unet(),
                file.upcastsAttention());
    }

    private static ModelFiles inFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(
                    folder + ": expected a Stable Diffusion folder with text_encoder, vae and unet");
        }
        DiffusersFolder.requireStableDiffusion(folder);
        OnnxNetworks onnx = OnnxNetworks.in(folder);
        Path textEncoder = folder.resolve("text_encoder");
        Path vae = onnx.vaeFolder(folder);
        Path unet = folder.resolve("unet");
        ClipTextConfig textConfig = ClipTextConfig.read(textEncoder.resolve(CONFIG));
        VaeConfig vaeConfig = VaeConfig.read(vae.resolve(CONFIG));
        VideoUNetConfig unetConfig = VideoUNetConfig.read(unet.resolve(CONFIG));
        checkFit(
                "cross_attention_dim",
                unetConfig.contextWidth(),
                "text_encoder's hidden_size",
                textConfig.width(),
                unet);
        checkFit("in_channels", unetConfig.inChannels(), "vae's latent_channels", vaeConfig.latentChannels(), unet);
        checkFit("out_channels", unetConfig.outChannels(), "vae's latent_channels", vaeConfig.latentChannels(), unet);
        return new ModelFiles(
                folder,
                onnx,
                Optional.empty(),
                textConfig,
                onnx.textWeights(textEncoder),
                vaeConfig,
                onnx.vaeWeights(vae),
                unetConfig,
                Checkpoint.inFolder(unet, UNET_WEIGHTS),
                VideoUNetConfig.upcastsAttention(unet.resolve(CONFIG)));
    }

    private static void checkFit(String key, int value, String otherKey, int expected, Path unet) throws IOException {
        if (value != expected) {
            throw new ModelFormatException(
                    "expected " + key + " to be the " + otherKey + " " + expected + ", but was " + value + " ("
                            + unet.resolve(CONFIG) + ")",
                    unet.resolve(CONFIG),
                    key);
        }
    }

    /**
     * Refuses a model of which a network lies there as an ONNX file, for what writes its weights in another form.
     *
     * @throws ModelFormatException if there is one; the message names it
     */
    public void requireWeights() throws ModelFormatException {
        onnx.requireNone();
    }

    /**
     * Opens the files of a model that is open, with what is added to its weights.
     *
     * @param backbone the model
     * @return its files, open on their own
     */
    public static ModelFiles of(Backbone backbone) throws IOException {
        return backbone.model() instanceof OnnxBackbone open ? open.files() : open(backbone.path());
    }

    /** Returns the same files, open on their own, with other weights of text encoder and UNet. */
    ModelFiles with(Checkpoint newText, Checkpoint newUNet) {
        return new ModelFiles(
                path,
                onnx,
                singleFile,
                textConfig,
                newText,
                vaeConfig,
                vae.view(),
                unetConfig,
                newUNet,
                upcastsAttention);
    }

    /** Returns the same files, open on their own. */
    ModelFiles view() {
        return with(text.view(), unet.view());
    }

    /** Returns the model with more vectors for tokens behind those of its text encoder, open on its own. */
    ModelFiles withTokens(List<StoredTensor> vectors) throws IOException {
        onnx.requireTextWeights();
        int count = vectors.stream().mapToInt(rows -> rows.shape().size(0)).sum();
        return new ModelFiles(
                path,
                onnx,
                singleFile,
                textConfig.withVocabularySize(textConfig.vocabularySize() + count),
                text.withRows(ClipTextEncoder.TOKEN_EMBEDDING, vectors),
                vaeConfig,
                vae.view(),
                unetConfig,
                unet.view(),
                upcastsAttention);
    }

    /** Returns how the UNet is built for a device, and as what it is used there. */
    VideoUNetGraph.Types unetTypes(ComputeDevice device, Target target) {
        ElementType type = device.elementType();
        return new VideoUNetGraph.Types(type, upcastsAttention ? ElementType.FLOAT : type, target);
    }

    /**
     * Returns the UNet's configuration as diffusers reads it.
     *
     * @return entries of {@code unet/config.json}
     */
    public Map<String, Object> unetJson() {
        Map<String, Object> json = new LinkedHashMap<>(ConfigJson.of(unetConfig));
        if (upcastsAttention) {
            json.put("upcast_attention", true);
        }
        return json;
    }

    /** Checks that no mapped file has been written to since it was opened. */
    public void requireUnchanged() {
        text.requireUnchanged();
        vae.requireUnchanged();
        unet.requireUnchanged();
    }

    @Override
    public void close() {
        unet.close();
        vae.close();
        text.close();
    }
}
