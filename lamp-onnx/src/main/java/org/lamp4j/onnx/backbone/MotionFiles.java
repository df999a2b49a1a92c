package org.lamp4j.onnx.backbone;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.files.AtomicFolder;
import org.lamp4j.files.ContentHash;
import org.lamp4j.files.ModelText;
import org.lamp4j.files.StrictJson;
import org.lamp4j.motion.BaseFingerprint;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.motion.StoredMotion;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.model.LowRankUpdates;
import org.lamp4j.onnx.model.Misfit;
import org.lamp4j.onnx.model.UNetInflation;
import org.lamp4j.onnx.model.UNetKeys;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.onnx.weights.StoredType;
import org.lamp4j.onnx.weights.TorchWriter;
import org.lamp4j.tensor.Shape;

/** Patterns on disk: our own safetensors file, and the whole video UNet as LAMP's own program writes and reads it. */
public final class MotionFiles {

    private static final String DIFFERENCE = "difference/";

    private final ModelFiles base;
    private final Checkpoint identity;
    private final UNetKeys keys;
    private final UNetInflation inflation;
    private @Nullable String fingerprint;

    /**
     * Reads and writes patterns of a base model.
     *
     * @param base the model
     * @param identity the UNet's weights that the fingerprint is of: the base's own, without LoRA
     * @param keys the parameters of its video UNet
     * @param inflation how these begin
     */
    public MotionFiles(ModelFiles base, Checkpoint identity, UNetKeys keys, UNetInflation inflation) {
        this.base = base;
        this.identity = identity;
        this.keys = keys;
        this.inflation = inflation;
    }

    public StoredMotion read(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return new StoredMotion(readVideoUNet(path), Map.of());
        }
        try (SavedFile file = SavedFile.open(path)) {
            Checkpoint content = file.content();
            List<Parameter> parameters = new ArrayList<>();
            List<Parameter> differences = new ArrayList<>();
            for (String name : content.names()) {
                if (name.startsWith(DIFFERENCE)) {
                    differences.add(difference(name, content));
                } else if (!TrainingFile.isTrainings(name)) {
                    parameters.add(SavedFile.parameter(name, content.tensor(name), content));
                }
            }
            MotionWeights weights = MotionWeights.of(parameters);
            String network = BaseFingerprint.networkIn(file.metadata());
            // A pattern of another base is refused by its fingerprint, which says more than a shape.
            if (BaseFingerprint.isOfArchitecture(file.metadata(), architecture())
                    || (!network.isEmpty() && network.equals(fingerprint()))) { // which reads the whole UNet
                Optional<Misfit> misfit = misfit(weights, path);
                if (misfit.isPresent()) {
                    throw new ModelFormatException(
                            misfit.get().problem(), path, misfit.get().parameter());
                }
            }
            return new StoredMotion(weights, file.metadata(), MotionWeights.of(differences));
        }
    }

    private static Parameter difference(String name, Checkpoint content) throws ModelFormatException {
        String parameter = name.substring(DIFFERENCE.length());
        StoredTensor tensor = content.tensor(name);
        if (!content.contains(parameter) || !content.tensor(parameter).shape().equals(tensor.shape())) {
            throw new ModelFormatException(
                    "expected a difference of the shape of its parameter " + parameter + ", but was " + tensor.shape()
                            + " (" + content.file() + ")",
                    content.file(),
                    name);
        }
        return SavedFile.parameter(parameter, tensor, content);
    }

    /**
     * Refuses parameters that this base's video UNet does not have, and files that are no longer what was read of them.
     */
    public void check(MotionWeights motion) {
        base.unet().requireUnchanged();
        motion.requireUnchanged();
        misfit(motion, base.path()).ifPresent(misfit -> {
            throw misfit.asArgument();
        });
    }

    private Optional<Misfit> misfit(MotionWeights motion, Path where) {
        Optional<Misfit> misfit = LowRankUpdates.misfit(motion, keys);
        for (Parameter parameter : motion.parameters()) {
            if (misfit.isPresent()) {
                break;
            }
            if (!LowRankUpdates.isPart(parameter.name())) {
                Shape shape = keys.shapes().get(parameter.name());
                misfit = shape == null
                        ? Optional.of(new Misfit(
                                parameter.name(),
                                "expected parameters of the base's video UNet, but was " + parameter.name() + " ("
                                        + where + ")"))
                        : Misfit.ofShape(parameter, shape, where.toString());
            }
        }
        return misfit;
    }

    /** Reads a whole video UNet; what it has in common with the inflated base is left out. */
    private MotionWeights readVideoUNet(Path path) throws IOException {
        Path folder = Files.isDirectory(path.resolve("unet")) ? path.resolve("unet") : path;
        if (!Files.exists(folder.resolve(ModelFiles.CONFIG))) {
            throw new ModelFormatException(
                    "expected a pattern's file, or a whole LAMP checkpoint folder with " + ModelFiles.CONFIG
                            + ", but was a folder without (" + folder + ")",
                    folder);
        }
        VideoUNetConfig config = VideoUNetConfig.read(folder.resolve(ModelFiles.CONFIG));
        base.unet().requireUnchanged();
        if (!config.equals(base.unetConfig())) {
            throw new ModelFormatException(
                    "expected a video UNet with the dimensions of its base " + base.unetConfig() + ", but was " + config
                            + " (" + folder + ")",
                    folder);
        }
        try (Checkpoint checkpoint = Checkpoint.inFolder(folder, ModelFiles.UNET_WEIGHTS)) {
            for (String name : checkpoint.names()) {
                if (!keys.shapes().containsKey(name)) {
                    throw new ModelFormatException(
                            "expected the parameters of a video UNet, but was " + name + " (" + checkpoint.file() + ")",
                            checkpoint.file(),
                            name);
                }
            }
            List<Parameter> parameters = new ArrayList<>();
            for (Map.Entry<String, Shape> key : keys.shapes().entrySet()) {
                StoredTensor tensor = checkpoint.require(key.getKey());
                if (!tensor.shape().equals(key.getValue())) {
                    throw new ModelFormatException(
                            "expected " + key.getKey() + " " + key.getValue() + ", but was " + tensor.shape() + " ("
                                    + checkpoint.file() + ")",
                            checkpoint.file(),
                            key.getKey());
                }
                Parameter parameter = SavedFile.parameter(key.getKey(), tensor, checkpoint);
                if (!inflation.isCopied(key.getKey())
                        || parameter
                                        .values()
                                        .mismatch(inflation
                                                .copied(key.getKey(), key.getValue())
                                                .floats())
                                >= 0) {
                    parameters.add(parameter);
                }
            }
            return MotionWeights.of(parameters);
        }
    }

    void write(Path path, MotionWeights motion, StoredPrecision precision, Map<String, String> metadata)
            throws IOException {
        List<StoredTensor> tensors = new ArrayList<>();
        for (Parameter parameter : motion.parameters()) {
            tensors.add(StoredTensor.of(parameter.name(), parameter.shape(), parameter.values()));
        }
        MotionBase replaced = new MotionBase(inflation);
        for (String name : replaced.replaced(motion)) {
            tensors.add(replaced.difference(DIFFERENCE + name, motion.parameter(name)));
        }
        SavedFile.write(
                path, tensors, metadata, precision == StoredPrecision.FLOAT16 ? StoredType.F16 : StoredType.F32);
    }

    void writeVideoUNet(Path folder, MotionWeights motion) throws IOException {
        MotionWeights whole = new MotionMerge(keys, base.unet(), inflation).merged(motion);
        List<StoredTensor> tensors = new ArrayList<>();
        for (Map.Entry<String, Shape> key : keys.shapes().entrySet()) {
            String name = key.getKey();
            tensors.add(
                    whole.names().contains(name)
                            ? StoredTensor.of(
                                    name, key.getValue(), whole.parameter(name).values())
                            : initial(name, key.getValue()));
        }
        byte[] config = StrictJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(videoConfig());
        AtomicFolder.write(folder.resolve("unet"), unet -> {
            TorchWriter.write(unet.resolve(ModelFiles.UNET_WEIGHTS + ".bin"), tensors);
            AtomicFile.write(unet.resolve(ModelFiles.CONFIG), output -> output.write(config));
        });
    }

    /** Made when it is written: all of a base in half precision would take twice its size as float32. */
    private StoredTensor initial(String name, Shape shape) {
        return StoredTensor.generated(name, shape, () -> {
            FloatBuffer values = inflation.isCopied(name)
                    ? inflation.copied(name, shape).floats()
                    : inflation.initialValues(name, shape);
            return values::get;
        });
    }

    /** The base's configuration with the block types of the original program's video UNet. */
    private ObjectNode videoConfig() throws IOException {
        ObjectNode config = base.singleFile().isPresent()
                ? StrictJson.mapper().valueToTree(base.unetJson())
                : (ObjectNode) ModelText.readObject(
                        base.path().resolve("unet").resolve(ModelFiles.CONFIG), ModelText.MAX_CONFIG_BYTES);
        config.put("_class_name", "UNet3DConditionModel");
        config.put("mid_block_type", "UNetMidBlock3DCrossAttn");
        config.put("use_temp", true);
        for (String types : List.of("down_block_types", "up_block_types")) {
            if (config.get(types) instanceof ArrayNode blocks) {
                for (int index = 0; index < blocks.size(); index++) {
                    blocks.set(index, blocks.get(index).asText().replaceFirst("2D$", "3D"));
                }
            }
        }
        return config;
    }

    Set<String> replaced(MotionWeights motion) {
        return new MotionBase(inflation).replaced(motion);
    }

    MotionWeights shifted(MotionWeights motion, MotionWeights differences) {
        return new MotionBase(inflation).shifted(motion, differences);
    }

    /** Hashes the configuration but for the size of images, which is no matter of weights. */
    String architecture() {
        VideoUNetConfig unet = base.unetConfig();
        VideoUNetConfig ofAnySize = new VideoUNetConfig(
                unet.inChannels(),
                unet.outChannels(),
                unet.levels(),
                unet.layersPerBlock(),
                unet.contextWidth(),
                unet.groups(),
                unet.epsilon(),
                unet.linearProjection(),
                unet.cosineFirst(),
                unet.frequencyShift(),
                0);
        return new ContentHash().add(utf8(ofAnySize.toString())).finish();
    }

    synchronized String fingerprint() {
        if (fingerprint == null) {
            fingerprint = identity.fingerprint(base.unetConfig().toString());
        }
        return fingerprint;
    }

    private static ByteBuffer utf8(String text) {
        return StandardCharsets.UTF_8.encode(text);
    }
}
