package org.lamp4j.onnx.lora;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.ContentHash;
import org.lamp4j.motion.AppliedLora;
import org.lamp4j.motion.LoraFile;
import org.lamp4j.onnx.lora.LoraTargets.Network;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.StoredTensor;

/**
 * Adds LoRAs to the weights of a base model. Sums are float32; they lie in native memory, or, where they are large, in
 * a mapped file among the system's temporary ones that has no name any more once it is open. Weights that no LoRA
 * updates are the base's own.
 */
public final class LoraMerge {

    private final Map<Network, Checkpoint> base;
    private final Map<Network, Map<String, List<LoraUpdate>>> updates = new EnumMap<>(Network.class);
    private final List<AppliedLora> applied = new ArrayList<>();

    private LoraMerge(Map<Network, Checkpoint> base) {
        this.base = base;
    }

    /**
     * Reads LoRA files.
     *
     * @param files the files and how much of each is added
     * @param targets the base's weights by the names that LoRA files give them
     * @param unet the UNet's weights
     * @param text the text encoder's weights
     * @return what they add
     * @throws ModelFormatException if one is of another kind or model; the message names the tensor
     * @throws IOException if one cannot be read
     */
    public static LoraMerge of(List<LoraFile> files, LoraTargets targets, Checkpoint unet, Checkpoint text)
            throws IOException {
        LoraMerge merge = new LoraMerge(Map.of(Network.UNET, unet, Network.TEXT_ENCODER, text));
        for (LoraFile file : files) {
            merge.add(file, targets);
        }
        return merge;
    }

    private void add(LoraFile lora, LoraTargets targets) throws IOException {
        try (Checkpoint file = Checkpoint.open(lora.file())) {
            for (LoraUpdate update : LoraReader.read(file, lora, targets, base)) {
                if (update.scale() != 0) {
                    updates.computeIfAbsent(update.target().network(), network -> new LinkedHashMap<>())
                            .computeIfAbsent(update.target().key(), key -> new ArrayList<>())
                            .add(update);
                }
            }
            file.requireUnchanged();
        }
        String name = Objects.requireNonNull(lora.file().getFileName()).toString();
        applied.add(new AppliedLora(name, new ContentHash().add(lora.file()).finish(), lora.weight()));
    }

    /**
     * Returns what was read.
     *
     * @return the LoRAs in their order
     */
    public List<AppliedLora> applied() {
        return List.copyOf(applied);
    }

    /**
     * Adds up the UNet's weights.
     *
     * @return all of its tensors
     * @throws IOException if temporary files cannot be written
     */
    public Checkpoint unet() throws IOException {
        return merged(Network.UNET);
    }

    /**
     * Adds up the text encoder's weights.
     *
     * @return all of its tensors
     * @throws IOException if temporary files cannot be written
     */
    public Checkpoint text() throws IOException {
        return merged(Network.TEXT_ENCODER);
    }

    private Checkpoint merged(Network network) throws IOException {
        Checkpoint weights = Objects.requireNonNull(base.get(network));
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        weights.names().forEach(name -> tensors.put(name, weights.tensor(name)));
        List<StoredTensor> sums = new ArrayList<>();
        for (Map.Entry<String, List<LoraUpdate>> entry :
                updates.getOrDefault(network, Map.of()).entrySet()) {
            sums.add(LoraUpdate.added(weights.require(entry.getKey()), entry.getValue()));
        }
        if (!sums.isEmpty()) {
            weights.requireUnchanged();
            try (Checkpoint written = Checkpoint.temporary(sums)) {
                written.names().forEach(name -> tensors.put(name, written.tensor(name)));
            }
        }
        return weights.view(tensors);
    }
}
