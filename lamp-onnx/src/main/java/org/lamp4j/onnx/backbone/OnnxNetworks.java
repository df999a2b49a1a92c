package org.lamp4j.onnx.backbone;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.onnx.format.OnnxFile;
import org.lamp4j.onnx.weights.Checkpoint;

/**
 * The networks of a model that lie there as ONNX files instead of weights, in the layout of exported diffusers models:
 * {@code text_encoder/model.onnx}, {@code vae_encoder/model.onnx} and {@code vae_decoder/model.onnx}. Where there are
 * weights, too, these are taken.
 *
 * @param text the text encoder; empty if it lies there as weights
 * @param vae the auto-encoder; empty if it lies there as weights
 */
record OnnxNetworks(Optional<OnnxFile> text, Optional<Vae> vae) {

    /** All networks lie there as weights. */
    static final OnnxNetworks NONE = new OnnxNetworks(Optional.empty(), Optional.empty());

    private static final String[] TEXT_WEIGHTS = {"model", "pytorch_model"};

    /** Both halves of an auto-encoder. */
    record Vae(OnnxFile encoder, OnnxFile decoder) {}

    static OnnxNetworks in(Path folder) throws IOException {
        Path unet = folder.resolve("unet");
        if (OnnxFile.isIn(unet) && !Checkpoint.isIn(unet, ModelFiles.UNET_WEIGHTS)) {
            throw new ModelFormatException(
                    "expected weights of the UNet, diffusion_pytorch_model.safetensors, but was an ONNX file only ("
                            + unet
                            + "); only text encoder and auto-encoder are taken as ONNX files, as LAMP changes the UNet",
                    unet);
        }
        Path text = folder.resolve("text_encoder");
        boolean textIsOnnx = OnnxFile.isIn(text) && !Checkpoint.isIn(text, TEXT_WEIGHTS);
        return new OnnxNetworks(textIsOnnx ? Optional.of(OnnxFile.in(text)) : Optional.empty(), vae(folder));
    }

    private static Optional<Vae> vae(Path folder) throws IOException {
        Path encoder = folder.resolve("vae_encoder");
        Path decoder = folder.resolve("vae_decoder");
        if (Checkpoint.isIn(folder.resolve("vae"), ModelFiles.UNET_WEIGHTS)
                || !(OnnxFile.isIn(encoder) || OnnxFile.isIn(decoder))) {
            return Optional.empty();
        }
        for (Path half : new Path[] {encoder, decoder}) {
            if (!OnnxFile.isIn(half)) {
                throw new FileNotFoundException(
                        "expected both halves of an auto-encoder, vae_encoder and vae_decoder, but was one without model.onnx ("
                                + half + ")");
            }
        }
        return Optional.of(new Vae(OnnxFile.in(encoder), OnnxFile.in(decoder)));
    }

    /** Returns the weights of the text encoder; none if it is an ONNX file. */
    Checkpoint textWeights(Path folder) throws IOException {
        return text.isPresent() ? Checkpoint.empty(text.get().path()) : Checkpoint.inFolder(folder, TEXT_WEIGHTS);
    }

    /** Returns the weights of the auto-encoder; none if it is two ONNX files. */
    Checkpoint vaeWeights(Path folder) throws IOException {
        return vae.isPresent()
                ? Checkpoint.empty(vae.get().encoder().path())
                : Checkpoint.inFolder(folder, ModelFiles.UNET_WEIGHTS);
    }

    /** Returns the folder with the auto-encoder's configuration. */
    Path vaeFolder(Path folder) {
        return vae.isPresent() ? folder.resolve("vae_decoder") : folder.resolve("vae");
    }

    /** Refuses a model whose text encoder is an ONNX file, for what changes its weights. */
    void requireTextWeights() throws ModelFormatException {
        if (text.isPresent()) {
            throw OnnxNetwork.refused("weights of the text encoder to add to", "an ONNX file", text.get());
        }
    }

    /** Refuses a model of which not all networks have weights, for what writes them anew. */
    void requireNone() throws ModelFormatException {
        Optional<OnnxFile> first = text.or(() -> vae.map(Vae::encoder));
        if (first.isPresent()) {
            throw OnnxNetwork.refused("weights of all networks to write them anew", "an ONNX file", first.get());
        }
    }
}
