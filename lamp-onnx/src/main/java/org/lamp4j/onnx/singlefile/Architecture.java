package org.lamp4j.onnx.singlefile;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.lamp4j.diffusion.PredictionType;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.ClipTextConfig.Activation;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.singlefile.UNetShape.HeadRule;
import org.lamp4j.onnx.weights.Checkpoint;

/**
 * The networks of a single file, recognised from its tensors' names and shapes.
 *
 * @param text dimensions of the text encoder
 * @param textLayout how its parameters are named
 * @param vae dimensions of the auto-encoder
 * @param unet dimensions of the UNet
 */
record Architecture(ClipTextConfig text, TextLayout textLayout, VaeConfig vae, VideoUNetConfig unet) {

    private static final String CLIP = "cond_stage_model.transformer.";
    private static final String OPEN_CLIP = "cond_stage_model.model.";
    private static final float TEXT_EPSILON = 1e-5f;
    private static final float SCALING_FACTOR = 0.18215f;
    private static final int MAX_LEVELS = 8;

    /** Attention within a prompt grows with its square; CLIP has 77, and some finetunes 248. */
    private static final int MAX_POSITIONS = 1024;

    /** Of the 24 layers of OpenCLIP ViT-H/14, Stable Diffusion 2 takes the hidden states before the last one. */
    private static final int VIT_H_USED_LAYERS = 23;

    private static final int VIT_H_WIDTH = 1024;

    static Architecture of(Checkpoint file, Prediction prediction) throws ModelFormatException {
        return of(TensorShapes.of(file), Resolution.in(file.metadata()), prediction.type());
    }

    /**
     * Recognises the networks.
     *
     * @param resolution side of the images it was trained on; 0 if it is not noted
     * @param prediction what the UNet predicts
     * @throws ModelFormatException if it is another model or incomplete; the message says what
     */
    static Architecture of(TensorShapes tensors, int resolution, PredictionType prediction)
            throws ModelFormatException {
        KindOfModel.requireStableDiffusion(tensors);
        TextLayout layout = textLayout(tensors);
        boolean second = layout == TextLayout.OPEN_CLIP;
        if (!tensors.hasAnyBelow(VaeLayout.PREFIX)) {
            throw tensors.refused("a model with its auto-encoder (" + VaeLayout.PREFIX + "…)", "one without");
        }
        ClipTextConfig text = second ? openClip(tensors) : clip(tensors, layout);
        VaeConfig vae = vae(tensors);
        int usual = second && prediction == PredictionType.V_PREDICTION ? 96 : 64;
        int noted = resolution / vae.factor();
        VideoUNetConfig unet =
                UNetShape.of(tensors, second ? HeadRule.OF_64_CHANNELS : HeadRule.EIGHT, noted > 0 ? noted : usual);
        Architecture architecture = new Architecture(text, layout, vae, unet);
        architecture.checkFit(tensors);
        return architecture;
    }

    /** Tells the second version by its text encoder, before anything else is known. */
    static boolean isSecondVersion(Set<String> names) {
        return names.stream().anyMatch(name -> name.startsWith(OPEN_CLIP));
    }

    private static TextLayout textLayout(TensorShapes tensors) throws ModelFormatException {
        if (isSecondVersion(tensors.shapes().keySet())) {
            return TextLayout.OPEN_CLIP;
        }
        if (tensors.hasAnyBelow(CLIP + "text_model.")) {
            return TextLayout.CLIP;
        }
        if (tensors.hasAnyBelow(CLIP + "embeddings.")) {
            return TextLayout.CLIP_WITHOUT_TEXT_MODEL;
        }
        throw tensors.refused("a model with its text encoder (" + CLIP + "… or " + OPEN_CLIP + "…)", "one without");
    }

    private static ClipTextConfig clip(TensorShapes tensors, TextLayout layout) throws ModelFormatException {
        String first = layout.of("text_model.encoder.layers.0.mlp.fc1.weight").name();
        String before = first.substring(0, first.indexOf("0.mlp"));
        return text(tensors, layout, tensors.count(before, ".mlp.fc1.weight"), Activation.QUICK_GELU);
    }

    private static ClipTextConfig openClip(TensorShapes tensors) throws ModelFormatException {
        int layers = tensors.count(TextLayout.RESIDUAL_BLOCKS, ".mlp.c_fc.weight");
        int width = tensors.size(OPEN_CLIP + "token_embedding.weight", 1);
        boolean lastIsLeftOut = width == VIT_H_WIDTH && layers == VIT_H_USED_LAYERS;
        if (layers < 2) {
            throw tensors.refused("a text encoder of 2 layers or more, the last of them not used", "1");
        }
        return text(tensors, TextLayout.OPEN_CLIP, lastIsLeftOut ? layers : layers - 1, Activation.GELU);
    }

    private static ClipTextConfig text(TensorShapes tensors, TextLayout layout, int layers, Activation activation)
            throws ModelFormatException {
        String tokens =
                layout.of("text_model.embeddings.token_embedding.weight").name();
        String positions =
                layout.of("text_model.embeddings.position_embedding.weight").name();
        int width = tensors.size(tokens, 1);
        return new ClipTextConfig(
                tensors.size(tokens, 0),
                tensors.size(positions, 0, MAX_POSITIONS),
                width,
                tensors.size(
                        layout.of("text_model.encoder.layers.0.mlp.fc1.weight").name(), 0),
                layers,
                HeadRule.OF_64_CHANNELS.of(width, tensors),
                TEXT_EPSILON,
                activation);
    }

    private static VaeConfig vae(TensorShapes tensors) throws ModelFormatException {
        String down = VaeLayout.PREFIX + "encoder.down.";
        int levels = tensors.count(down, ".block.0.conv2.weight");
        if (levels > MAX_LEVELS) {
            throw tensors.refused("at most " + MAX_LEVELS + " levels in the auto-encoder", String.valueOf(levels));
        }
        int layers = tensors.count(down + "0.block.", ".conv2.weight");
        List<Integer> channels = new ArrayList<>();
        for (int level = 0; level < levels; level++) {
            int count = tensors.size(down + level + ".block.0.conv2.weight", 0);
            if (count % UNetShape.GROUPS != 0) {
                throw tensors.refused(
                        "auto-encoder channels that are multiples of " + UNetShape.GROUPS, String.valueOf(count));
            }
            channels.add(count);
        }
        return new VaeConfig(
                tensors.size(VaeLayout.PREFIX + "encoder.conv_in.weight", 1),
                tensors.size(VaeLayout.PREFIX + "post_quant_conv.weight", 0),
                channels,
                layers,
                UNetShape.GROUPS,
                SCALING_FACTOR);
    }

    private void checkFit(TensorShapes tensors) throws ModelFormatException {
        int channels = vae.latentChannels();
        if (unet.inChannels() != channels || unet.outChannels() != channels) {
            throw KindOfModel.refused(
                    KindOfModel.byChannels(unet.inChannels())
                            .orElse("one whose UNet takes " + unet.inChannels() + " channels and gives "
                                    + unet.outChannels() + ", with latents of " + channels),
                    tensors.file());
        }
        if (unet.contextWidth() != text.width()) {
            throw tensors.refused(
                    "a text encoder of the width that the UNet attends to, " + unet.contextWidth(),
                    String.valueOf(text.width()));
        }
    }
}
