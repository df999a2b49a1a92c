package org.lamp4j.onnx.singlefile;

import java.nio.file.Path;
import java.util.Optional;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.PrintableText;

/** Tells by name what a file of weights is, if it is no Stable Diffusion 1 or 2 model. */
final class KindOfModel {

    private static final String FIRST_CONVOLUTION = UNetLayout.PREFIX + "input_blocks.0.0.weight";

    private KindOfModel() {}

    /**
     * Refuses what is another model.
     *
     * @throws ModelFormatException if it is; the message says what
     */
    static void requireStableDiffusion(TensorShapes tensors) throws ModelFormatException {
        Optional<String> other = other(tensors);
        if (other.isPresent()) {
            throw refused(other.get(), tensors.file());
        }
    }

    static ModelFormatException refused(String kind, Path file) {
        return new ModelFormatException(
                "expected a Stable Diffusion 1 or 2 model, but was " + kind + " (" + file + ")", file);
    }

    private static Optional<String> other(TensorShapes tensors) throws ModelFormatException {
        if (tensors.hasAnyWith("joint_blocks.")) {
            return Optional.of("Stable Diffusion 3");
        }
        if (tensors.hasAnyWith("double_blocks.")) {
            return Optional.of("Flux");
        }
        if (tensors.hasAnyBelow("conditioner.embedders.")) {
            return Optional.of("SDXL");
        }
        if (!tensors.has(FIRST_CONVOLUTION)) {
            return Optional.of(part(tensors));
        }
        if (tensors.hasAnyBelow(UNetLayout.PREFIX + "label_emb.")) {
            return Optional.of(tensors.hasAnyBelow("cond_stage_model.") ? "Stable unCLIP" : "SDXL");
        }
        if (tensors.hasAnyWith("cond_proj.")) {
            return Optional.of(distilled());
        }
        return byChannels(tensors.size(FIRST_CONVOLUTION, 1));
    }

    static String distilled() {
        return "a latent consistency model (LCM) that takes the guidance scale as an input";
    }

    /** What a UNet is for, by the channels that it takes in. */
    static Optional<String> byChannels(int channels) {
        return switch (channels) {
            case 5 -> Optional.of("a depth-to-image model (5 input channels)");
            case 7 -> Optional.of("an upscaling model (7 input channels)");
            case 8 -> Optional.of("an InstructPix2Pix model (8 input channels)");
            case 9 -> Optional.of("an inpainting model (9 input channels)");
            default -> Optional.empty();
        };
    }

    private static String part(TensorShapes tensors) {
        if (tensors.hasAnyWith("lora_down.") || tensors.hasAnyWith("lora_A.") || tensors.hasAnyWith(".lora.")) {
            return "a LoRA";
        }
        if (tensors.hasAnyWith("conv_gate.") || tensors.hasAnyWith("attn_temp.")) {
            return "a motion pattern, which goes onto a model";
        }
        if (tensors.hasAnyBelow("down_blocks.")) {
            return "one network of a diffusers folder; give the folder";
        }
        if (tensors.hasAnyBelow("first_stage_model.") || tensors.hasAnyBelow("encoder.down.")) {
            return "an auto-encoder alone";
        }
        return tensors.shapes().keySet().stream()
                .findFirst()
                .map(name -> "a file of other tensors, such as " + PrintableText.line(name))
                .orElse("an empty file");
    }
}
