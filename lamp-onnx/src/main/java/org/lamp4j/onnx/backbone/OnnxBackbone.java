package org.lamp4j.onnx.backbone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.motion.AppliedLora;
import org.lamp4j.motion.LoraFile;
import org.lamp4j.motion.LowRank;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.onnx.format.OnnxFile;
import org.lamp4j.onnx.model.LowRankUpdates;
import org.lamp4j.onnx.model.UNetInflation;
import org.lamp4j.onnx.model.UNetKeys;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeScope;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.LatentCodec;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.spi.PatternStorage;
import org.lamp4j.spi.PreviewDecoder;
import org.lamp4j.spi.SingleFileModel;
import org.lamp4j.spi.TextEncoder;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;
import org.lamp4j.text.AddedWord;

/** A model on ONNX Runtime. Large weights are mapped; sessions are made when they are first needed. */
final class OnnxBackbone implements BackboneModel {

    /** A network larger than this runs with its weights mapped if it runs now and then only. */
    private static final long LARGE_NETWORK_BYTES = 64L << 20;

    private final LoraFiles weights;
    private final ModelFiles files;
    private final ComputeDevice device;
    private final MemoryBudget budget;
    private final NativeScope networks = new NativeScope();
    private final TextEncoder textEncoder;
    private final LatentCodec latentCodec;
    private final VideoUNets unets;
    private final UNetKeys keys;
    private final MotionFiles motionFiles;
    private volatile boolean closed;

    private OnnxBackbone(LoraFiles weights, ComputeDevice device, MemoryBudget budget, UNetKeys keys)
            throws IOException {
        this.weights = weights;
        this.files = weights.files();
        this.device = device;
        this.budget = budget;
        this.keys = keys;
        unets = new VideoUNets(files, device, budget);
        motionFiles = new MotionFiles(files, weights.base().unet(), keys, inflation());
        try {
            textEncoder = openTextEncoder();
            latentCodec = openLatentCodec();
        } catch (IOException | RuntimeException | Error e) {
            networks.closeAfter(e);
            throw e;
        }
    }

    /** ONNX files are loaded at once: whether ONNX Runtime takes them shows then only. */
    private TextEncoder openTextEncoder() throws IOException {
        Optional<OnnxFile> onnx = files.onnx().text();
        return onnx.isPresent()
                ? networks.own(OnnxFileTextEncoder.open(files.textConfig(), onnx.get(), device.lowMemory()))
                : networks.own(new OnnxTextEncoder(files.textConfig(), files.text(), encoding(files.text())));
    }

    private LatentCodec openLatentCodec() throws IOException {
        Optional<OnnxNetworks.Vae> onnx = files.onnx().vae();
        return onnx.isPresent()
                ? networks.own(new OnnxFileLatentCodec(files.vaeConfig(), onnx.get(), device.lowMemory()))
                : networks.own(new OnnxLatentCodec(files.vaeConfig(), files.vae(), encoding(files.vae()), budget));
    }

    /** Opens a model whose weights were not checked yet. */
    static OnnxBackbone open(ModelFiles files, ComputeDevice device, MemoryBudget budget) throws IOException {
        UNetKeys keys = UNetKeys.of(files.unetConfig());
        WeightCheck.of(files, keys).report();
        return new OnnxBackbone(LoraFiles.none(files), device, budget, keys);
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
        List<AddedWord> words = new ArrayList<>();
        List<StoredTensor> vectors = new ArrayList<>();
        int firstId = files.textConfig().vocabularySize();
        for (TextualInversion.Embedding embedding : TextualInversion.read(file, word, files.textConfig())) {
            AddedWord added = embedding.withTokensFrom(firstId);
            words.add(added);
            vectors.add(embedding.vectors());
            firstId += added.tokenCount();
        }
        return new WithEmbedding(of(weights.withTokens(vectors)), words);
    }

    /** Opens other weights of this model's kind; they are closed if that fails. */
    private OnnxBackbone of(LoraFiles other) throws IOException {
        try {
            return new OnnxBackbone(other, device, budget, keys);
        } catch (IOException | RuntimeException e) {
            other.close();
            throw e;
        }
    }

    @Override
    public LatentCodec latentCodec() {
        return latentCodec;
    }

    @Override
    public PreviewDecoder previewDecoder(Path path) throws IOException {
        checkOpen();
        return networks.own(OnnxPreviewDecoder.open(path, files.vaeConfig().latentChannels(), device));
    }

    @Override
    public String fingerprint() {
        checkOpen();
        return motionFiles.fingerprint();
    }

    @Override
    public String architecture() {
        return motionFiles.architecture();
    }

    @Override
    public List<AppliedLora> loras() {
        return weights.applied();
    }

    @Override
    public BackboneModel withLoras(List<LoraFile> loras) throws IOException {
        checkOpen();
        return of(weights.with(loras));
    }

    /** Returns the files, with what is added to their weights, open on their own. */
    ModelFiles files() {
        checkOpen();
        return files.view();
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
    public Set<String> replaced(MotionWeights motion) {
        return motionFiles.replaced(motion);
    }

    @Override
    public MotionWeights shifted(MotionWeights motion, MotionWeights differences) {
        checkOpen();
        motionFiles.check(motion);
        return motionFiles.shifted(motion, differences);
    }

    @Override
    public NoisePredictor noisePredictor(MotionWeights motion, Shape latents, int promptChunks) {
        return noisePredictor(motion, latents, promptChunks, 0);
    }

    @Override
    public NoisePredictor noisePredictor(MotionWeights motion, Shape latents, int promptChunks, int reuses) {
        checkOpen();
        motionFiles.check(motion);
        return unets.predictor(motion, LowRankUpdates.of(motion, keys), latents, promptChunks, reuses);
    }

    @Override
    public boolean fitsMemory(MotionWeights motion, Shape latents, int promptChunks, int reuses) {
        checkOpen();
        motionFiles.check(motion);
        return unets.fitsMemory(motion, LowRankUpdates.of(motion, keys), latents, promptChunks, reuses);
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
        try (weights;
                networks) {
            closed = true;
        }
    }
}
