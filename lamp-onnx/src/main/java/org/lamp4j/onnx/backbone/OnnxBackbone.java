package org.lamp4j.onnx.backbone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.motion.LowRank;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.onnx.model.LowRankUpdates;
import org.lamp4j.onnx.model.UNetInflation;
import org.lamp4j.onnx.model.UNetKeys;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.LatentCodec;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.spi.PatternStorage;
import org.lamp4j.spi.SingleFileModel;
import org.lamp4j.spi.TextEncoder;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;
import org.lamp4j.text.AddedWord;

/** A model on ONNX Runtime. Large weights are mapped; sessions are made when they are first needed. */
final class OnnxBackbone implements BackboneModel {

    /** A network larger than this runs with its weights mapped if it runs now and then only. */
    private static final long LARGE_NETWORK_BYTES = 64L << 20;

    private final ModelFiles files;
    private final ComputeDevice device;
    private final MemoryBudget budget;
    private final OnnxTextEncoder textEncoder;
    private final OnnxLatentCodec latentCodec;
    private final VideoUNets unets;
    private final UNetKeys keys;
    private final MotionFiles motionFiles;
    private volatile boolean closed;

    private OnnxBackbone(ModelFiles files, ComputeDevice device, MemoryBudget budget, UNetKeys keys) {
        this.files = files;
        this.device = device;
        this.budget = budget;
        this.keys = keys;
        unets = new VideoUNets(files, device, budget);
        textEncoder = new OnnxTextEncoder(files.textConfig(), files.text(), encoding(files.text()));
        latentCodec = new OnnxLatentCodec(files.vaeConfig(), files.vae(), encoding(files.vae()), budget);
        motionFiles = new MotionFiles(files, keys, inflation());
    }

    /** Opens a model whose weights were not checked yet. */
    static OnnxBackbone open(ModelFiles files, ComputeDevice device, MemoryBudget budget) throws IOException {
        UNetKeys keys = UNetKeys.of(files.unetConfig());
        WeightCheck.of(files, keys).report();
        return new OnnxBackbone(files, device, budget, keys);
    }

    /** Text encoder and auto-encoder hold no memory while the UNet needs it, if they are large. */
    private ComputeDevice encoding(Checkpoint network) {
        long bytes = network.names().stream()
                .mapToLong(name -> network.tensor(name).shape().elementCount() * Float.BYTES)
                .sum();
        return bytes > LARGE_NETWORK_BYTES || budget.isLeast() ? device.lowMemory() : device;
    }

    @Override
    public TextEncoder textEncoder() {
        return textEncoder;
    }

    @Override
    public WithEmbedding withEmbedding(Path file, Optional<String> word) throws IOException {
        checkOpen();
        try (OnnxBackbone replaced = this) {
            List<AddedWord> words = new ArrayList<>();
            List<StoredTensor> vectors = new ArrayList<>();
            int firstId = replaced.files.textConfig().vocabularySize();
            for (TextualInversion.Embedding embedding : TextualInversion.read(file, word, files.textConfig())) {
                AddedWord added = embedding.withTokensFrom(firstId);
                words.add(added);
                vectors.add(embedding.vectors());
                firstId += added.tokenCount();
            }
            ModelFiles more = files.withTokens(vectors);
            return new WithEmbedding(new OnnxBackbone(more, device, budget, keys), words);
        }
    }

    @Override
    public LatentCodec latentCodec() {
        return latentCodec;
    }

    @Override
    public String fingerprint() {
        checkOpen();
        return motionFiles.fingerprint();
    }

    @Override
    public PatternStorage storage() {
        return new OnnxPatternStorage(motionFiles, this::checkOpen);
    }

    @Override
    public Optional<SingleFileModel> singleFile() {
        return files.singleFile();
    }

    @Override
    public int latentChannels() {
        return files.unetConfig().inChannels();
    }

    @Override
    public String deviceDescription() {
        return device.toString();
    }

    @Override
    public MotionWeights freshMotion(List<String> trainableModules, long seed) {
        checkOpen();
        files.unet().requireUnchanged();
        return new FreshMotion(keys, files.unet(), seed).of(keys.ofModules(trainableModules));
    }

    @Override
    public MotionWeights freshMotion(List<String> trainableModules, LowRank lowRank, long seed) {
        checkOpen();
        files.unet().requireUnchanged();
        return new FreshMotion(keys, files.unet(), seed).of(keys.ofModules(trainableModules), lowRank);
    }

    @Override
    public MotionWeights merged(MotionWeights motion) {
        checkOpen();
        motionFiles.check(motion);
        return new MotionMerge(keys, files.unet(), inflation()).merged(motion);
    }

    @Override
    public NoisePredictor noisePredictor(MotionWeights motion, Shape latents, int promptChunks) {
        checkOpen();
        motionFiles.check(motion);
        return unets.predictor(motion, LowRankUpdates.of(motion, keys), latents, promptChunks);
    }

    @Override
    public MotionTrainer motionTrainer(
            MotionWeights motion, List<String> trainableModules, Shape latents, GradientCheckpointing checkpointing) {
        checkOpen();
        motionFiles.check(motion);
        if (latents.rank() == 5 && latents.size(2) < 2) {
            throw new ShapeMismatchException(
                    "expected clips of at least 2 frames to train on, but was latents " + latents);
        }
        LowRankUpdates updates = LowRankUpdates.of(motion, keys);
        FreshMotion fresh = new FreshMotion(keys, files.unet(), VideoUNets.INFLATION_SEED);
        List<Parameter> start = new ArrayList<>();
        for (String name : updates.factorsOf(keys.ofModules(trainableModules))) {
            start.add(motion.names().contains(name) ? motion.parameter(name) : fresh.parameter(name));
        }
        MotionWeights startWeights = MotionWeights.of(start);
        Set<String> trained = startWeights.names();
        List<Parameter> fixed = motion.parameters().stream()
                .filter(parameter -> !trained.contains(parameter.name()))
                .toList();
        return unets.trainer(startWeights, MotionWeights.of(fixed), updates, latents, checkpointing);
    }

    private UNetInflation inflation() {
        return unets.inflation();
    }

    @Override
    public Optional<String> findNonFinite(MotionWeights motion) {
        checkOpen();
        files.requireUnchanged();
        motion.requireUnchanged();
        return NonFiniteSearch.in(files, motion);
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("expected an open backbone, but it is closed (" + files.path() + ")");
        }
    }

    @Override
    public synchronized void close() {
        try (files;
                textEncoder;
                latentCodec) {
            closed = true;
        }
    }
}
