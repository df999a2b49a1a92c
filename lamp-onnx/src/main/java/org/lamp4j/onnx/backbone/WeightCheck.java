package org.lamp4j.onnx.backbone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.PrintableText;
import org.lamp4j.onnx.graph.Target;
import org.lamp4j.onnx.layer.CheckpointParameters;
import org.lamp4j.onnx.model.UNetInflation;
import org.lamp4j.onnx.model.UNetKeys;
import org.lamp4j.tensor.Shape;

/**
 * Compares the weights of a model folder with what its networks need, before any session is made: a missing or
 * mis-shaped tensor is an error as soon as the model is opened, and tensors that nothing uses are listed.
 */
public final class WeightCheck {

    private static final System.Logger LOG = System.getLogger(WeightCheck.class.getName());

    /** A buffer of the numbers 0 to N-1 that older checkpoints carry along. */
    private static final String POSITION_IDS = "text_model.embeddings.position_ids";

    /** A file may hold a million names. */
    private static final int NAMES_IN_LOG = 100;

    private final List<String> unused = new ArrayList<>();

    private WeightCheck() {}

    /**
     * Builds text encoder and VAE once, without a session, and goes through the parameters of the UNet.
     *
     * @param files the model
     * @param keys the parameters of its video UNet
     * @return the tensors that were not used
     * @throws ModelFormatException if a tensor is missing or has another shape; the message names key and file
     */
    public static WeightCheck of(ModelFiles files, UNetKeys keys) throws IOException {
        WeightCheck check = new WeightCheck();
        try {
            check.addUnused(files);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        check.add("unet", unusedOfUNet(files, keys));
        return check;
    }

    private void addUnused(ModelFiles files) {
        if (files.onnx().text().isEmpty()) {
            CheckpointParameters text = new CheckpointParameters(files.text());
            OnnxTextEncoder.graph(files.textConfig(), text);
            add("text_encoder", text.unusedKeys());
        }
        if (files.onnx().vae().isEmpty()) {
            addUnusedOfVae(files);
        }
    }

    private void addUnusedOfVae(ModelFiles files) {
        CheckpointParameters encoder = new CheckpointParameters(files.vae());
        CheckpointParameters decoder = new CheckpointParameters(files.vae());
        int factor = files.vaeConfig().factor();
        OnnxLatentCodec.encoderGraph(
                files.vaeConfig(), encoder, Shape.of(1, files.vaeConfig().imageChannels(), factor, factor), Target.ANY);
        OnnxLatentCodec.decoderGraph(
                files.vaeConfig(), decoder, Shape.of(1, files.vaeConfig().latentChannels(), 1, 1), Target.ANY);
        Set<String> inNeither = new LinkedHashSet<>(encoder.unusedKeys());
        inNeither.retainAll(decoder.unusedKeys());
        add("vae", inNeither);
    }

    private static Iterable<String> unusedOfUNet(ModelFiles files, UNetKeys keys) throws IOException {
        UNetInflation inflation = new UNetInflation(files.unet(), 0);
        Set<String> unused = new LinkedHashSet<>(files.unet().names());
        for (Map.Entry<String, Shape> key : keys.shapes().entrySet()) {
            inflation.check(key.getKey(), key.getValue());
            unused.remove(UNetInflation.imageKey(key.getKey()));
        }
        return unused;
    }

    private void add(String component, Iterable<String> keys) {
        for (String key : keys) {
            if (!key.equals(POSITION_IDS)) {
                unused.add(component + "/" + key);
            }
        }
    }

    /** Returns the tensors that no network uses, each after the folder it is in. */
    List<String> unused() {
        return List.copyOf(unused);
    }

    /** Logs a warning if there are tensors that no network uses. */
    void report() {
        if (!unused.isEmpty()) {
            LOG.log(System.Logger.Level.WARNING, "{0} tensors are never used: {1}", unused.size(), namesForLog(unused));
        }
    }

    static List<String> namesForLog(List<String> names) {
        List<String> shown = names.stream()
                .limit(NAMES_IN_LOG)
                .map(PrintableText::line)
                .collect(Collectors.toCollection(ArrayList::new));
        if (names.size() > NAMES_IN_LOG) {
            shown.add("…");
        }
        return shown;
    }
}
