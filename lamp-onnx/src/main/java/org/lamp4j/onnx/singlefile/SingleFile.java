package org.lamp4j.onnx.singlefile;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.PredictionType;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.PrintableText;
import org.lamp4j.onnx.config.BaseModelConfig;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.model.NetworkParameters;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.spi.SingleFileModel.Vocabulary;
import org.lamp4j.tensor.Shape;

/**
 * A Stable Diffusion 1 or 2 model in one file, in the layout of the program it was first trained with. Its networks'
 * parameters are views of the file's tensors under the names that diffusers gives them; nothing is copied or converted.
 *
 * @param textConfig dimensions of the text encoder
 * @param text its parameters
 * @param vocabulary the tokenizer it was trained with
 * @param vaeConfig dimensions of the auto-encoder
 * @param vae its parameters
 * @param unetConfig dimensions of the UNet
 * @param unet its parameters
 * @param noiseSchedule what it was trained with
 */
public record SingleFile(
        ClipTextConfig textConfig,
        Checkpoint text,
        Vocabulary vocabulary,
        VaeConfig vaeConfig,
        Checkpoint vae,
        VideoUNetConfig unetConfig,
        Checkpoint unet,
        NoiseSchedule noiseSchedule) {

    private static final System.Logger LOG = System.getLogger(SingleFile.class.getName());

    private static final String MOVING_AVERAGE = "model_ema.";

    /** What is neither a parameter nor of any use, as a training program leaves it behind. */
    private static final List<String> KNOWN = List.of(
            "position_ids",
            "cond_stage_model.model.text_projection",
            "cond_stage_model.model.logit_scale",
            "cond_stage_model.logit_scale",
            "cond_stage_model.text_projection",
            TextLayout.RESIDUAL_BLOCKS);

    /** More would fill a screen. */
    private static final int NAMES_IN_LOG = 20;

    /**
     * Opens a file.
     *
     * @param path a {@code .safetensors} or {@code .ckpt} file
     * @return its networks
     * @throws ModelFormatException if it is another kind of model, damaged or incomplete; the message says what, and
     *     names the tensor as it is in the file
     * @throws IOException if it cannot be read
     */
    public static SingleFile open(Path path) throws IOException {
        return open(path, Optional.empty());
    }

    /**
     * Opens a file.
     *
     * @param path a {@code .safetensors} or {@code .ckpt} file
     * @param predictionType what the UNet predicts, from which follows what else the file does not tell; empty to go by
     *     the file
     * @return its networks
     * @throws ModelFormatException if it is another kind of model, damaged or incomplete; the message says what, and
     *     names the tensor as it is in the file
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if the file's schedule ends in pure noise, of which only v can be predicted
     */
    public static SingleFile open(Path path, Optional<PredictionType> predictionType) throws IOException {
        try (Checkpoint file = Checkpoint.open(path)) {
            Prediction told = Prediction.of(file);
            Prediction prediction = predictionType.map(told::given).orElse(told);
            Architecture architecture = Architecture.of(file, prediction);
            Set<String> used = new HashSet<>();
            SingleFile opened = new SingleFile(
                    architecture.text(),
                    view(file, NetworkParameters.of(architecture.text()), architecture.textLayout(), used),
                    architecture.textLayout() == TextLayout.OPEN_CLIP ? Vocabulary.OPEN_CLIP : Vocabulary.CLIP,
                    architecture.vae(),
                    view(file, NetworkParameters.of(architecture.vae()), new VaeLayout(architecture.vae()), used),
                    architecture.unet(),
                    view(file, NetworkParameters.of(architecture.unet()), new UNetLayout(architecture.unet()), used),
                    prediction.schedule());
            LOG.log(
                    Level.INFO,
                    "{0} is taken for a Stable Diffusion {1} model that predicts {2} ({3})",
                    PrintableText.line(path.toString()),
                    opened.vocabulary == Vocabulary.OPEN_CLIP ? "2" : "1",
                    prediction.type().configName(),
                    prediction.reason());
            reportUnused(file, used);
            return opened;
        }
    }

    /**
     * Tells whether the UNet wants to attend in float32 where all else is float16. Of the models of version 2 that
     * predict v, 2.1 does and no tensor tells it from 2.0, for which it does no harm.
     *
     * @return whether it is one of these
     */
    public boolean upcastsAttention() {
        return vocabulary == Vocabulary.OPEN_CLIP && noiseSchedule.predictionType() == PredictionType.V_PREDICTION;
    }

    /**
     * Reads the dimensions of a model.
     *
     * @param model a folder in diffusers layout, whose weights need not be there, or a single file
     * @return its dimensions
     * @throws IOException if they cannot be read or are of something that is not built here
     */
    public static BaseModelConfig dimensions(Path model) throws IOException {
        if (!Files.isRegularFile(model)) {
            return BaseModelConfig.read(model);
        }
        try (Checkpoint file = Checkpoint.open(model)) {
            Architecture architecture = Architecture.of(file, Prediction.of(file));
            return new BaseModelConfig(architecture.text(), architecture.vae(), architecture.unet());
        }
    }

    private static Checkpoint view(
            Checkpoint file, Map<String, Shape> parameters, OriginalKey.Layout layout, Set<String> used)
            throws ModelFormatException {
        Map<String, StoredTensor> views = new LinkedHashMap<>();
        for (Map.Entry<String, Shape> parameter : parameters.entrySet()) {
            OriginalKey original = layout.of(parameter.getKey());
            used.add(original.name());
            views.put(parameter.getKey(), view(file, parameter.getKey(), parameter.getValue(), original));
        }
        return file.view(views);
    }

    private static StoredTensor view(Checkpoint file, String key, Shape shape, OriginalKey original)
            throws ModelFormatException {
        StoredTensor tensor = file.require(original.name());
        Optional<Integer> third = original.third();
        Shape wanted = third.isPresent() ? packed(shape) : shape;
        if (!withoutOnes(tensor.shape()).equals(withoutOnes(wanted))) {
            throw new ModelFormatException(
                    "expected " + original.name() + " " + wanted + ", but was " + tensor.shape() + " (" + file.file()
                            + ")",
                    file.file(),
                    original.name());
        }
        StoredTensor part = third.isPresent() ? tensor.rows(third.get() * shape.size(0), shape.size(0)) : tensor;
        return part.as(key, shape);
    }

    /** The shape of queries, keys and values one below the other. */
    private static Shape packed(Shape third) {
        int[] sizes = third.sizes();
        sizes[0] *= 3;
        return Shape.of(sizes);
    }

    /** A linear map may be stored as a 1×1 convolution, and the other way round. */
    private static Shape withoutOnes(Shape shape) {
        boolean isPointwise = shape.rank() == 4 && shape.size(2) == 1 && shape.size(3) == 1;
        return isPointwise ? Shape.of(shape.size(0), shape.size(1)) : shape;
    }

    private static void reportUnused(Checkpoint file, Set<String> used) {
        List<String> averages = file.names().stream()
                .filter(name -> name.startsWith(MOVING_AVERAGE))
                .toList();
        if (!averages.isEmpty()) {
            LOG.log(
                    Level.INFO,
                    "{0} tensors of {1}… are passed over: the moving averages of a training run",
                    averages.size(),
                    MOVING_AVERAGE);
        }
        List<String> unknown = file.names().stream()
                .filter(name -> name.contains(".") && !name.startsWith(MOVING_AVERAGE) && !used.contains(name))
                .filter(name -> KNOWN.stream().noneMatch(name::contains))
                .map(PrintableText::line)
                .toList();
        if (!unknown.isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    "{0} tensors are never used: {1}",
                    unknown.size(),
                    unknown.subList(0, Math.min(unknown.size(), NAMES_IN_LOG)));
        }
    }
}
