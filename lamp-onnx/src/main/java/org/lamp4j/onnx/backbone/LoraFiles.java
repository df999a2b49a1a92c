package org.lamp4j.onnx.backbone;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.lamp4j.motion.AppliedLora;
import org.lamp4j.motion.LoraFile;
import org.lamp4j.onnx.lora.LoraMerge;
import org.lamp4j.onnx.lora.LoraTargets;
import org.lamp4j.onnx.weights.StoredTensor;

/**
 * A model's weights, and the same with LoRAs added, which all but its fingerprint is of.
 *
 * @param base the model as it lies on disk
 * @param added what is added to it
 * @param applied the same, as patterns name it
 * @param files the model with it added; {@code base} itself if nothing is
 */
record LoraFiles(ModelFiles base, List<LoraFile> added, List<AppliedLora> applied, ModelFiles files)
        implements AutoCloseable {

    static LoraFiles none(ModelFiles base) {
        return new LoraFiles(base, List.of(), List.of(), base);
    }

    /** Adds more, to the base and what is added already; the result is open on its own. */
    LoraFiles with(List<LoraFile> more) throws IOException {
        List<LoraFile> all = new ArrayList<>(added);
        all.addAll(more);
        ModelFiles own = base.view();
        if (all.isEmpty()) {
            return none(own);
        }
        try {
            LoraTargets targets = new LoraTargets(base.unetConfig(), base.textConfig());
            LoraMerge merge = LoraMerge.of(all, targets, own.unet(), own.text());
            return new LoraFiles(own, List.copyOf(all), merge.applied(), own.with(merge.text(), merge.unet()));
        } catch (IOException | RuntimeException e) {
            own.close();
            throw e;
        }
    }

    /** Adds vectors for tokens, which no LoRA changes, behind the text encoder's; the result is open on its own. */
    LoraFiles withTokens(List<StoredTensor> vectors) throws IOException {
        ModelFiles more = base.withTokens(vectors);
        try {
            return added.isEmpty() ? none(more) : new LoraFiles(more, added, applied, files.withTokens(vectors));
        } catch (IOException | RuntimeException e) {
            more.close();
            throw e;
        }
    }

    @Override
    public void close() {
        base.close();
        files.close();
    }
}
