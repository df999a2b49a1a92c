package org.lamp4j.onnx.backbone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.onnx.weights.LargeFile;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/**
 * A program that opens models and patterns, changes a file of each before it is used, and prints what came of it. What
 * it tries ends a process that is not guarded.
 */
final class ChangedFiles {

    static final String PATTERN = "pattern.safetensors";
    static final String TEXT_ENCODER = "text_encoder/model.safetensors";
    static final String AUTOENCODER = "vae/diffusion_pytorch_model.safetensors";

    private static final List<String> ALL = List.of(PATTERN, TEXT_ENCODER, AUTOENCODER, TinyModel.UNET);

    /** Files that are changed at once, and how. */
    record Attempt(boolean isLarge, Change change, List<String> files) {}

    static final List<Attempt> ATTEMPTS = List.of(
            new Attempt(false, Change.NONE, ALL),
            new Attempt(false, Change.TRUNCATED, ALL),
            new Attempt(false, Change.OVERWRITTEN, ALL),
            new Attempt(true, Change.NONE, ALL),
            new Attempt(true, Change.REPLACED, ALL),
            new Attempt(true, Change.OVERWRITTEN, ALL),
            new Attempt(true, Change.TRUNCATED, List.of(PATTERN)),
            new Attempt(true, Change.TRUNCATED, List.of(TEXT_ENCODER)),
            new Attempt(true, Change.TRUNCATED, List.of(AUTOENCODER)),
            new Attempt(true, Change.TRUNCATED, List.of(TinyModel.UNET)));

    /** Between the text encoder's outcome, the auto-encoder's, the clip's and the fingerprint's. */
    static final String SEPARATOR = "\t";

    private ChangedFiles() {}

    /** What happens to a file. */
    enum Change {
        NONE,
        TRUNCATED,
        OVERWRITTEN,
        /** By another file, written beside it. */
        REPLACED;

        private void apply(Path file) throws IOException {
            switch (this) {
                case TRUNCATED -> LargeFile.truncate(file);
                case OVERWRITTEN -> LargeFile.overwrite(file, Files.size(file) / 2);
                case REPLACED -> {
                    Path beside = Files.write(file.resolveSibling("new"), new byte[100]);
                    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                }
                default -> {}
            }
        }
    }

    /**
     * Prints a line of what came of each attempt.
     *
     * @param arguments an empty root
     */
    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments[0]);
        List<StoredTensor> pattern = pattern(TinyModel.in(root));
        int count = 0;
        for (Attempt attempt : ATTEMPTS) {
            Path folder = root.resolve("model" + count++);
            TinyModel tiny = TinyModel.in(folder);
            SafetensorsWriter.write(folder.resolve(PATTERN), pattern, Map.of());
            System.out.println(outcome(tiny, attempt));
        }
    }

    private static List<StoredTensor> pattern(TinyModel tiny) throws IOException {
        try (BackboneModel model = tiny.open()) {
            return TinyModel.motion(model, List.of("conv_gate", "attn1.to_q")).parameters().stream()
                    .map(parameter -> StoredTensor.of(parameter.name(), parameter.shape(), parameter.values()))
                    .toList();
        }
    }

    private static String outcome(TinyModel tiny, Attempt attempt) throws IOException {
        if (attempt.isLarge()) {
            for (String file : attempt.files()) {
                LargeFile.enlarge(tiny.folder().resolve(file), "training/padding");
            }
        }
        try (BackboneModel model = tiny.open()) {
            MotionWeights motion =
                    model.storage().readMotion(tiny.folder().resolve(PATTERN)).weights();
            for (String file : attempt.files()) {
                attempt.change().apply(tiny.folder().resolve(file));
            }
            return String.join(
                    SEPARATOR,
                    tried(() -> text(model)),
                    tried(() -> images(model)),
                    tried(() -> clip(model, motion)),
                    tried(model::fingerprint));
        }
    }

    private static String tried(Supplier<Object> work) {
        try {
            return work.get().toString();
        } catch (IllegalStateException refusal) {
            return refusal.getMessage();
        }
    }

    private static int text(BackboneModel model) {
        return hash(model.textEncoder().encode(List.of(new int[] {1, 2, 3, 4, 5})));
    }

    private static List<Integer> images(BackboneModel model) {
        return List.of(
                hash(model.latentCodec().encode(ramp(1, 3, 4, 4)).mean()),
                hash(model.latentCodec().decode(ramp(1, 4, 2, 2))));
    }

    private static int clip(BackboneModel model, MotionWeights motion) {
        FloatTensor latents = ramp(1, 4, 2, 4, 4);
        try (NoisePredictor predictor = model.noisePredictor(motion, latents.shape())) {
            return hash(predictor.predict(latents, new int[] {7}, ramp(1, 5, 8)));
        }
    }

    private static FloatTensor ramp(int... sizes) {
        return FloatTensor.generate(Shape.of(sizes), index -> (float) Math.sin(index));
    }

    private static int hash(FloatTensor tensor) {
        return Arrays.hashCode(tensor.toArray());
    }
}
