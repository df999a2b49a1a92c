package org.lamp4j.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.motion.LowRank;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.StoredMotion;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.FeatureReuse;
import org.lamp4j.spi.LatentCodec;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.spi.PatternStorage;
import org.lamp4j.spi.PreviewDecoder;
import org.lamp4j.spi.SingleFileModel;
import org.lamp4j.spi.TextEncoder;
import org.lamp4j.spi.TrainingCheckpoint;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.text.AddedWord;

/** A backbone that computes nothing but what a test tells it, and notes what it was asked for. */
public final class FakeBackboneModel implements BackboneModel, PatternStorage {

    private final FakeLatentCodec codec = new FakeLatentCodec();
    private final List<int[]> encodedPrompts = new ArrayList<>();
    private final List<Shape> predictorShapes = new ArrayList<>();
    private final List<Integer> predictorChunks = new ArrayList<>();
    private final List<Integer> predictorReuses = new ArrayList<>();
    private final List<String> reusingCalls = new ArrayList<>();
    private final List<FakeMotionTrainer> trainers = new ArrayList<>();
    private final Map<Path, StoredMotion> files = new HashMap<>();
    private final Map<Path, TrainingCheckpoint> checkpoints = new HashMap<>();
    private final Map<Path, IOException> unreadable = new HashMap<>();
    private final List<Integer> writes = new ArrayList<>();
    private Network network = (latents, timesteps, context) -> FloatTensor.zeros(latents.shape());
    private FakeMotionTrainer.Losses losses = batch -> 1;
    private String fingerprint = "sha256:" + "0".repeat(64);
    private Optional<String> damagedWeight = Optional.empty();
    private Optional<SingleFileModel> singleFile = Optional.empty();
    private final List<Path> previewDecoders = new ArrayList<>();
    private long memory = Long.MAX_VALUE;
    private List<AddedWord> taught = List.of();
    private MotionWeights startedFrom;
    private int openPredictors;
    private int openReuses;
    private int closings;

    /** What the video UNet computes. */
    @FunctionalInterface
    public interface Network {
        /** Returns the raw network output. */
        FloatTensor predict(FloatTensor latents, int[] timesteps, FloatTensor context);
    }

    /** Sets what the video UNet computes; zeros at first. */
    public FakeBackboneModel network(Network newNetwork) {
        network = newNetwork;
        return this;
    }

    /** Sets the losses of training; 1 at first. */
    public FakeBackboneModel losses(FakeMotionTrainer.Losses newLosses) {
        losses = newLosses;
        return this;
    }

    /** Sets the fingerprint. */
    public FakeBackboneModel fingerprint(String newFingerprint) {
        fingerprint = newFingerprint;
        return this;
    }

    /** Makes it a single file. */
    public FakeBackboneModel singleFile(SingleFileModel file) {
        singleFile = Optional.of(file);
        return this;
    }

    /** Sets what a search for damaged weights finds. */
    public FakeBackboneModel damagedWeight(String found) {
        damagedWeight = Optional.of(found);
        return this;
    }

    @Override
    public Optional<String> findNonFinite(MotionWeights motion) {
        return damagedWeight;
    }

    /** Puts a pattern where {@link #readMotion} finds it. */
    public void put(Path path, MotionWeights weights, Map<String, String> metadata) {
        files.put(path, new StoredMotion(weights, metadata));
    }

    /** Returns the token ids of each prompt that was encoded. */
    public List<int[]> encodedPrompts() {
        return encodedPrompts;
    }

    /** Returns the shapes that predictors were made for. */
    public List<Shape> predictorShapes() {
        return predictorShapes;
    }

    /** Returns how many chunks of prompts predictors were made for. */
    public List<Integer> predictorChunks() {
        return predictorChunks;
    }

    /** Returns how many runs that reuse features predictors were made for. */
    public List<Integer> predictorReuses() {
        return predictorReuses;
    }

    /**
     * Returns what runs that reuse features were asked for: the number of those open when the run began, and
     * {@code keep} or {@code reuse}.
     */
    public List<String> reusingCalls() {
        return reusingCalls;
    }

    /** Returns how many runs that reuse features are open. */
    public int openReuses() {
        return openReuses;
    }

    /** Sets what embeddings teach. */
    public FakeBackboneModel teaches(AddedWord... words) {
        taught = List.of(words);
        return this;
    }

    /** Returns itself and the words it was told of; the file's name must not be "damaged". */
    @Override
    public WithEmbedding withEmbedding(Path file, Optional<String> word) throws IOException {
        if (file.endsWith("damaged")) {
            throw new IOException("damaged");
        }
        return new WithEmbedding(this, taught);
    }

    /** Returns what training started from. */
    public MotionWeights startedFrom() {
        return startedFrom;
    }

    /** Returns how many predictors are open. */
    public int openPredictors() {
        return openPredictors;
    }

    /** Returns the trainers that were made. */
    public List<FakeMotionTrainer> trainers() {
        return trainers;
    }

    /** Puts a checkpoint where {@link #readCheckpoint} finds it. */
    public void put(Path path, TrainingCheckpoint checkpoint) {
        checkpoints.put(path, checkpoint);
    }

    /** Returns the number of updates that each pattern or checkpoint had when it was written. */
    public List<Integer> writes() {
        return writes;
    }

    /** Returns how often this model was closed. */
    public int closings() {
        return closings;
    }

    /** Returns text hidden states [1, N, 1] that are the token ids. */
    @Override
    public TextEncoder textEncoder() {
        return tokenIds -> {
            encodedPrompts.addAll(tokenIds);
            int length = tokenIds.get(0).length;
            return FloatTensor.generate(
                    Shape.of(tokenIds.size(), length, 1), index -> tokenIds.get(index / length)[index % length]);
        };
    }

    /** Returns the codec as the tests see it. */
    public FakeLatentCodec fakeCodec() {
        return codec;
    }

    @Override
    public LatentCodec latentCodec() {
        return codec;
    }

    /** Returns a decoder that shows every latent as grey. */
    @Override
    public PreviewDecoder previewDecoder(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new NoSuchFileException(path.toString());
        }
        previewDecoders.add(path);
        return latents -> FloatTensor.generate(latents.shape().with(1, 3), index -> 0.5f);
    }

    /** Returns what preview decoders were read from. */
    public List<Path> previewDecoders() {
        return previewDecoders;
    }

    /**
     * Sets how many elements latents may have that the UNet has the memory for; a run that reuses features takes one.
     */
    public FakeBackboneModel memory(long elements) {
        memory = elements;
        return this;
    }

    @Override
    public boolean fitsMemory(MotionWeights motion, Shape latents, int promptChunks, int reuses) {
        return latents.elementCount() + reuses <= memory;
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public PatternStorage storage() {
        return this;
    }

    @Override
    public Optional<SingleFileModel> singleFile() {
        return singleFile;
    }

    @Override
    public int latentChannels() {
        return codec.latentChannels();
    }

    @Override
    public String deviceDescription() {
        return "a test";
    }

    @Override
    public MotionWeights freshMotion(List<String> trainableModules, long seed) {
        return FakeMotionTrainer.weights(0);
    }

    /** Returns one parameter more than whole matrices have: the rank. */
    @Override
    public MotionWeights freshMotion(List<String> trainableModules, LowRank lowRank, long seed) {
        return FakeMotionTrainer.lowRankWeights(lowRank.rank());
    }

    /** Leaves out the rank. */
    @Override
    public MotionWeights merged(MotionWeights motion) {
        return motion.names().size() == 1
                ? motion
                : MotionWeights.of(motion.parameters().subList(0, 1));
    }

    @Override
    public NoisePredictor noisePredictor(MotionWeights motion, Shape latents, int promptChunks) {
        return noisePredictor(motion, latents, promptChunks, 0);
    }

    @Override
    public NoisePredictor noisePredictor(MotionWeights motion, Shape latents, int promptChunks, int reuses) {
        predictorShapes.add(latents);
        predictorChunks.add(promptChunks);
        predictorReuses.add(reuses);
        openPredictors++;
        return new NoisePredictor() {
            @Override
            public FloatTensor predict(FloatTensor input, int[] timesteps, FloatTensor context) {
                return network.predict(input, timesteps, context);
            }

            @Override
            public FeatureReuse reuseFeatures() {
                if (reuses == 0) {
                    return NoisePredictor.super.reuseFeatures();
                }
                return new FakeReuse(++openReuses);
            }

            @Override
            public void close() {
                openPredictors--;
            }
        };
    }

    /** Predicts what the network does, and notes how it was asked. */
    private final class FakeReuse implements FeatureReuse {

        private final int number;

        FakeReuse(int number) {
            this.number = number;
        }

        @Override
        public FloatTensor predictAndKeep(FloatTensor latents, int[] timesteps, FloatTensor context) {
            reusingCalls.add(number + " keep");
            return network.predict(latents, timesteps, context);
        }

        @Override
        public FloatTensor predictReusing(FloatTensor latents, int[] timesteps, FloatTensor context) {
            reusingCalls.add(number + " reuse");
            return network.predict(latents, timesteps, context);
        }

        @Override
        public void close() {
            openReuses--;
        }
    }

    @Override
    public MotionTrainer motionTrainer(
            MotionWeights motion, List<String> trainableModules, Shape latents, GradientCheckpointing checkpointing) {
        startedFrom = motion;
        FakeMotionTrainer trainer = new FakeMotionTrainer(latents, checkpointing, losses);
        trainers.add(trainer);
        return trainer;
    }

    @Override
    public StoredMotion readMotion(Path path) throws IOException {
        requireNoInterrupt();
        if (!files.containsKey(path)) {
            throw new NoSuchFileException(path.toString());
        }
        return files.get(path);
    }

    @Override
    public void writeMotion(Path path, MotionWeights motion, StoredPrecision precision, Map<String, String> metadata)
            throws IOException {
        touch(path, precision.name());
        put(path, motion, metadata);
        writes.add((int) motion.parameters().get(0).values().get(0));
    }

    /** Writes a file through a file channel, which an interrupted thread cannot. */
    private static void touch(Path path, String content) throws IOException {
        try (FileChannel file = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Override
    public void writeCheckpoint(Path path, TrainingCheckpoint checkpoint) throws IOException {
        touch(path, "checkpoint");
        put(path, checkpoint.state().weights(), checkpoint.metadata());
        checkpoints.put(path, checkpoint);
        unreadable.remove(path);
        writes.add(checkpoint.state().updateCount());
    }

    /** Makes a checkpoint a damaged one. */
    public void damage(Path path, String message) {
        refuse(path, new ModelFormatException(message, path));
    }

    /** Makes a checkpoint one that cannot be read. */
    public void refuse(Path path, IOException problem) {
        unreadable.put(path, problem);
    }

    /** Files are read through file channels, which close themselves in an interrupted thread. */
    private static void requireNoInterrupt() throws ClosedByInterruptException {
        if (Thread.currentThread().isInterrupted()) {
            throw new ClosedByInterruptException();
        }
    }

    @Override
    public TrainingCheckpoint readCheckpoint(Path path) throws IOException {
        requireNoInterrupt();
        if (unreadable.containsKey(path)) {
            throw unreadable.get(path);
        }
        if (!checkpoints.containsKey(path)) {
            throw new NoSuchFileException(path.toString());
        }
        return checkpoints.get(path);
    }

    @Override
    public void writeVideoUNet(Path folder, MotionWeights motion) throws IOException {
        Files.createDirectories(folder.resolve("unet"));
        put(folder, motion, Map.of());
    }

    @Override
    public void close() {
        closings++;
    }
}
