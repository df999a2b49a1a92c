package org.lamp4j.onnx.lora;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.PrintableText;
import org.lamp4j.motion.LoraFile;
import org.lamp4j.onnx.lora.LoraTargets.Network;
import org.lamp4j.onnx.lora.LoraTargets.Target;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.tensor.Shape;

/** Reads the updates of a LoRA file, and refuses what is none of this base model. */
final class LoraReader {

    /** More would fill a screen. */
    private static final int NAMES_IN_MESSAGE = 5;

    /** Above the smaller side of most matrices, where a low rank would save nothing. */
    private static final int MAX_RANK = 4096;

    private final Checkpoint file;
    private final LoraTargets targets;
    private final Map<Network, Checkpoint> base;
    private final Map<Target, Parts> found = new LinkedHashMap<>();
    private final List<String> unknown = new ArrayList<>();

    /** What a file holds of one update. */
    private static final class Parts {
        private final String module;
        private @Nullable StoredTensor down;
        private @Nullable StoredTensor up;
        private @Nullable StoredTensor alpha;

        Parts(String module) {
            this.module = module;
        }

        /** Returns what stood there before. */
        @Nullable
        StoredTensor put(LoraKey.Part part, StoredTensor tensor) {
            StoredTensor before = switch (part) {
                case DOWN -> down;
                case UP -> up;
                case ALPHA -> alpha;
            };
            switch (part) {
                case DOWN -> down = tensor;
                case UP -> up = tensor;
                case ALPHA -> alpha = tensor;
            }
            return before;
        }
    }

    private LoraReader(Checkpoint file, LoraTargets targets, Map<Network, Checkpoint> base) {
        this.file = file;
        this.targets = targets;
        this.base = base;
    }

    /**
     * Reads a file.
     *
     * @param file the file, open; its tensors are used later
     * @param lora how much of it is added
     * @param targets the base's weights by the names that LoRA files give them
     * @param base the base's weights
     * @return the updates, in the file's order
     * @throws ModelFormatException if it is of another kind or model, or incomplete; the message names the tensor
     */
    static List<LoraUpdate> read(Checkpoint file, LoraFile lora, LoraTargets targets, Map<Network, Checkpoint> base)
            throws IOException {
        LoraReader reader = new LoraReader(file, targets, base);
        for (String name : file.names()) {
            reader.take(name);
        }
        reader.requireAllKnown();
        PeftScale scale = PeftScale.of(file);
        List<LoraUpdate> updates = new ArrayList<>();
        for (Map.Entry<Target, Parts> entry : reader.found.entrySet()) {
            updates.add(reader.update(entry.getKey(), entry.getValue(), lora.weight(), scale));
        }
        return updates;
    }

    private void take(String name) throws ModelFormatException {
        Optional<String> kind = LoraKey.otherKind(name);
        if (kind.isPresent()) {
            throw refused("LoRA of linear layers and convolutions", kind.get() + ": " + PrintableText.line(name), name);
        }
        Optional<String> model = LoraKey.otherModel(name);
        if (model.isPresent()) {
            throw refused(
                    "a LoRA of Stable Diffusion 1 or 2",
                    "one of " + model.get() + ": " + PrintableText.line(name),
                    name);
        }
        Optional<LoraKey> key = LoraKey.of(name);
        Optional<Target> target = key.flatMap(parts -> targets.find(parts.module()));
        if (target.isEmpty()) {
            unknown.add(name);
            return;
        }
        Parts parts = found.computeIfAbsent(
                target.get(), ignored -> new Parts(key.get().module()));
        StoredTensor tensor = file.tensor(name);
        StoredTensor before = parts.put(key.get().part(), tensor);
        if (before != null) {
            throw refused(
                    "one update of each weight",
                    PrintableText.line(name) + " besides " + PrintableText.line(before.name()),
                    name);
        }
        if (!tensor.type().isFloatingPoint()
                && (key.get().part() != LoraKey.Part.ALPHA || tensor.shape().elementCount() != 1)) {
            throw refused(name + " to be floating-point", tensor.type().toString(), name);
        }
    }

    private void requireAllKnown() throws ModelFormatException {
        if (!unknown.isEmpty()) {
            String names = unknown.stream()
                    .limit(NAMES_IN_MESSAGE)
                    .map(PrintableText::line)
                    .collect(Collectors.joining(", "));
            throw refused(
                    "updates of this model's layers alone",
                    unknown.size() + " tensors that are none: " + names
                            + (unknown.size() > NAMES_IN_MESSAGE ? " and others" : ""),
                    unknown.get(0));
        }
        if (found.isEmpty()) {
            throw refused("a LoRA", "a file without tensors", "");
        }
    }

    private LoraUpdate update(Target target, Parts parts, double weight, PeftScale peft) throws ModelFormatException {
        StoredTensor down = parts.down;
        StoredTensor up = parts.up;
        if (down == null || up == null) {
            throw refused(
                    "both factors of " + PrintableText.line(parts.module),
                    down == null && up == null ? "none" : "one of them",
                    parts.module);
        }
        Checkpoint weights = Objects.requireNonNull(base.get(target.network()));
        if (weights.names().isEmpty()) { // only a text encoder may be an ONNX file
            throw refused(
                    "updates of the UNet alone, as the text encoder is an ONNX file",
                    "one of " + PrintableText.line(parts.module),
                    parts.module);
        }
        Shape weightShape = weights.require(target.key()).shape();
        int rank = down.shape().rank() == 0 ? 0 : down.shape().size(0);
        if (rank < 1 || rank > MAX_RANK) {
            throw refused("a rank of 1 to " + MAX_RANK + " of " + down.name(), String.valueOf(rank), down.name());
        }
        int[] inputs = weightShape.sizes();
        inputs[0] = rank;
        requireShape(down, Shape.of(inputs));
        requireShape(up, Shape.of(weightShape.size(0), rank));
        double scale =
                parts.alpha == null ? peft.of(LoraTargets.dotted(parts.module), rank) : alpha(parts.alpha) / rank;
        return new LoraUpdate(target, down, up, weight * scale);
    }

    /** A linear map may be stored as a 1×1 convolution, and the other way round. */
    private void requireShape(StoredTensor tensor, Shape wanted) throws ModelFormatException {
        if (!withoutOnes(tensor.shape()).equals(withoutOnes(wanted))) {
            throw refused(
                    PrintableText.line(tensor.name()) + " " + wanted,
                    tensor.shape() + ": it is a LoRA of another base model",
                    tensor.name());
        }
    }

    private static Shape withoutOnes(Shape shape) {
        boolean isPointwise = shape.rank() == 4 && shape.size(2) == 1 && shape.size(3) == 1;
        return isPointwise ? Shape.of(shape.size(0), shape.size(1)) : shape;
    }

    private double alpha(StoredTensor alpha) throws ModelFormatException {
        if (alpha.shape().elementCount() != 1 || !Float.isFinite(alpha.floats().get(0))) {
            throw refused("one finite number as " + PrintableText.line(alpha.name()), alpha.toString(), alpha.name());
        }
        return alpha.floats().get(0);
    }

    private ModelFormatException refused(String expected, String actual, String key) {
        return new ModelFormatException(
                "expected " + expected + ", but was " + actual + " (" + file.file() + ")", file.file(), key);
    }
}
