package org.lamp4j.training;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.media.FrameSize;
import org.lamp4j.motion.LowRank;
import org.lamp4j.progress.ProgressListener;

/**
 * Collects {@linkplain TrainingOptions options}. Each is checked at once, and may be set once: setting it again is an
 * {@link IllegalStateException}.
 */
public final class TrainingOptionsBuilder {

    private static final List<String> LAMP_MODULES = List.of("conv1d", "conv_gate", "attn_temp", "attn1.to_q");

    private final Set<String> alreadySet = new HashSet<>();
    int steps = 30_000;
    int frameCount = 16;
    FrameSize frameSize = new FrameSize(512, 320);
    int frameStride = 1;
    int maxClipFrames = 2048;
    int batchSize = 1;
    int gradientAccumulation = 1;
    float learningRate = 3e-5f;
    LearningRateSchedule learningRateSchedule = LearningRateSchedule.constant();
    AdamW adamW = AdamW.DEFAULT;
    float maxGradientNorm = 1;
    List<String> trainableModules = LAMP_MODULES;
    Optional<LowRank> lowRank = Optional.empty();
    long seed;
    HorizontalFlip horizontalFlip = HorizontalFlip.OFF;
    TimestepSampling timestepSampling = TimestepSampling.uniform();
    GradientCheckpointing gradientCheckpointing = GradientCheckpointing.AS_NEEDED;
    Optional<TrainingOptions.Checkpoint> checkpoint = Optional.empty();
    int checkpointsToKeep = 3;
    Optional<Path> resume = Optional.empty();
    Optional<Validation> validation = Optional.empty();
    ProgressListener<TrainingProgress> listener = ProgressListener.none();

    TrainingOptionsBuilder() {}

    TrainingOptionsBuilder(TrainingOptions options) {
        steps = options.steps();
        frameCount = options.frameCount();
        frameSize = options.frameSize();
        frameStride = options.frameStride();
        maxClipFrames = options.maxClipFrames();
        batchSize = options.batchSize();
        gradientAccumulation = options.gradientAccumulation();
        learningRate = options.learningRate();
        learningRateSchedule = options.learningRateSchedule();
        adamW = options.adamW();
        maxGradientNorm = options.maxGradientNorm();
        trainableModules = options.trainableModules();
        lowRank = options.lowRank();
        seed = options.seed();
        horizontalFlip = options.horizontalFlip();
        timestepSampling = options.timestepSampling();
        gradientCheckpointing = options.gradientCheckpointing();
        checkpoint = options.checkpoint();
        checkpointsToKeep = options.checkpointsToKeep();
        resume = options.resume();
        validation = options.validation();
        listener = options.listener();
    }

    private void once(String option) {
        if (!alreadySet.add(option)) {
            throw new IllegalStateException("expected " + option + " to be set once, but was set again");
        }
    }

    /**
     * Sets how long to train.
     *
     * @param newValue number of optimiser steps, at least 1; 30 000 unless set, of which 10 000 to 20 000 usually do
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public TrainingOptionsBuilder steps(int newValue) {
        once("steps");
        steps = TrainingOptions.positive("steps", newValue);
        return this;
    }

    /**
     * Sets the length of a training window.
     *
     * @param newValue F, at least 2; 16 unless set
     * @return this builder
     * @throws IllegalArgumentException if it is below 2: frame 0 is given, so there must be another to learn
     */
    public TrainingOptionsBuilder frameCount(int newValue) {
        once("frameCount");
        frameCount = checkFrameCount(newValue);
        return this;
    }

    /**
     * Sets the size to train at.
     *
     * @param newValue size that frames are resized to, covering and centre-cropped; multiples of the auto-encoder's
     *     factor; 512x320 unless set
     * @return this builder
     */
    public TrainingOptionsBuilder frameSize(FrameSize newValue) {
        once("frameSize");
        frameSize = Objects.requireNonNull(newValue);
        return this;
    }

    /**
     * Sets the pace at which a clip is looked at.
     *
     * @param newValue distance of neighbouring frames of a window in the clip, at least 1; 1 unless set
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public TrainingOptionsBuilder frameStride(int newValue) {
        once("frameStride");
        frameStride = TrainingOptions.positive("frames of stride", newValue);
        return this;
    }

    /**
     * Sets how long a clip to learn from may be. Every frame is encoded, and its latents stay in memory; a clip of hours is a
     * mistake that is found before.
     *
     * @param newValue number of frames, at least 1; 2048 unless set. A clip as long as one window is always taken
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public TrainingOptionsBuilder maxClipFrames(int newValue) {
        once("maxClipFrames");
        maxClipFrames = TrainingOptions.positive("frames of a clip", newValue);
        return this;
    }

    /**
     * Sets the batch size.
     *
     * @param newValue number of clips in a batch, at least 1; 1 unless set, as memory grows with it
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public TrainingOptionsBuilder batchSize(int newValue) {
        once("batchSize");
        batchSize = TrainingOptions.positive("clips in a batch", newValue);
        return this;
    }

    /**
     * Sets how many batches make a step.
     *
     * @param newValue number of batches whose gradients are averaged for one step, at least 1; 1 unless set
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public TrainingOptionsBuilder gradientAccumulation(int newValue) {
        once("gradientAccumulation");
        gradientAccumulation = TrainingOptions.positive("batches of a step", newValue);
        return this;
    }

    /**
     * Sets the learning rate.
     *
     * @param newValue step size, above 0; 3e-5 unless set
     * @return this builder
     * @throws IllegalArgumentException if it is not above 0
     */
    public TrainingOptionsBuilder learningRate(float newValue) {
        once("learningRate");
        learningRate = TrainingOptions.positive("learning rate", newValue);
        return this;
    }

    /**
     * Sets how the learning rate changes.
     *
     * @param newValue how the rate changes; constant unless set
     * @return this builder
     */
    public TrainingOptionsBuilder learningRateSchedule(LearningRateSchedule newValue) {
        once("learningRateSchedule");
        learningRateSchedule = Objects.requireNonNull(newValue);
        return this;
    }

    /**
     * Sets the optimiser's constants.
     *
     * @param newValue the optimiser's constants; {@link AdamW#DEFAULT} unless set
     * @return this builder
     */
    public TrainingOptionsBuilder adamW(AdamW newValue) {
        once("adamW");
        adamW = Objects.requireNonNull(newValue);
        return this;
    }

    /**
     * Sets where gradients are clipped.
     *
     * @param newValue norm that the gradient of all parameters together is clipped to, above 0; 1 unless set
     * @return this builder
     * @throws IllegalArgumentException if it is not above 0
     */
    public TrainingOptionsBuilder maxGradientNorm(float newValue) {
        once("maxGradientNorm");
        maxGradientNorm = TrainingOptions.positive("gradient norm", newValue);
        return this;
    }

    /**
     * Sets what is trained.
     *
     * @param newValue endings of the names of the modules to train, at least one; LAMP's {@code conv1d},
     *     {@code conv_gate}, {@code attn_temp} and {@code attn1.to_q} unless set
     * @return this builder
     * @throws IllegalArgumentException if it is empty or holds an empty name
     */
    public TrainingOptionsBuilder trainableModules(List<String> newValue) {
        once("trainableModules");
        trainableModules = checkModules(newValue);
        return this;
    }

    /**
     * Trains low-rank updates of matrices (LoRA) instead of whole ones, with α = r, for a file of a fortieth of the
     * size for Stable Diffusion v1.4.
     *
     * @param rank r, at least 1; 16 gives a pattern of 25 MB for Stable Diffusion v1.4
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     * @see <a href="https://arxiv.org/abs/2106.09685">Hu et al., LoRA</a>
     */
    public TrainingOptionsBuilder lowRank(int rank) {
        return lowRank(rank, rank);
    }

    /**
     * Trains low-rank updates W = W<sub>0</sub> + (α/r) B A of matrices (LoRA) instead of whole ones. Biases, gates and
     * matrices that are no larger than their factors are trained whole.
     *
     * @param rank r, at least 1
     * @param alpha α, above 0; more lets updates grow faster
     * @return this builder
     * @throws IllegalArgumentException if one is out of range
     * @see <a href="https://arxiv.org/abs/2106.09685">Hu et al., LoRA</a>
     */
    public TrainingOptionsBuilder lowRank(int rank, float alpha) {
        once("lowRank");
        lowRank = Optional.of(new LowRank(rank, alpha));
        return this;
    }

    /**
     * Sets the seed.
     *
     * @param newValue where all randomness comes from; 0 unless set
     * @return this builder
     */
    public TrainingOptionsBuilder seed(long newValue) {
        once("seed");
        seed = newValue;
        return this;
    }

    /**
     * Sets whether clips are shown mirrored.
     *
     * @param newValue whether clips are shown mirrored; off unless set, since most motions have a direction
     * @return this builder
     */
    public TrainingOptionsBuilder horizontalFlip(HorizontalFlip newValue) {
        once("horizontalFlip");
        horizontalFlip = Objects.requireNonNull(newValue);
        return this;
    }

    /**
     * Sets which noise levels are visited.
     *
     * @param newValue which noise levels are visited; uniform unless set
     * @return this builder
     */
    public TrainingOptionsBuilder timestepSampling(TimestepSampling newValue) {
        once("timestepSampling");
        timestepSampling = Objects.requireNonNull(newValue);
        return this;
    }

    /**
     * Sets whether what the way back needs is computed once more instead of kept, which takes less memory and more time.
     * What is learned is the same but for rounding.
     *
     * @param newValue as needed unless set: within the device's {@linkplain org.lamp4j.device.Device#withMemoryBudget budget} the
     *     fastest way is taken, and on a graphics card all is kept
     * @return this builder
     */
    public TrainingOptionsBuilder gradientCheckpointing(GradientCheckpointing newValue) {
        once("gradientCheckpointing");
        gradientCheckpointing = Objects.requireNonNull(newValue);
        return this;
    }

    /**
     * Sets where the run is saved while it goes on, and when it ends or is stopped, so that {@link #resume} can go on
     * with it. A checkpoint takes three times the room of its pattern, and can be read as one. To find the best one,
     * each save takes as long as eight batches; that of an interrupted run does without.
     *
     * @param folder where the checkpoints go, one run a folder; made if it is not there
     * @param everySteps number of steps between two saves, at least 1
     * @return this builder
     * @throws IllegalArgumentException if {@code everySteps} is below 1, or the folder's name ends in {@code .safetensors},
     *     as that of a pattern does
     */
    public TrainingOptionsBuilder checkpoint(Path folder, int everySteps) {
        once("checkpoint");
        checkpoint = Optional.of(new TrainingOptions.Checkpoint(folder, everySteps));
        return this;
    }

    /**
     * Sets how many checkpoints stay; older ones are deleted, but for the best.
     *
     * @param newValue number of the newest to keep besides the best, at least 1; 3 unless set
     * @return this builder
     * @throws IllegalArgumentException if it is below 1
     */
    public TrainingOptionsBuilder checkpointsToKeep(int newValue) {
        once("checkpointsToKeep");
        checkpointsToKeep = TrainingOptions.positive("checkpoints to keep", newValue);
        return this;
    }

    /**
     * Goes on with a run that was interrupted, bit for bit as if it had not been (on the same machine with the same
     * number of threads). Clips and options must be the same; only the number of steps may be another, where the
     * learning rates so far did not depend on it.
     *
     * <p>If the newest of a folder is damaged, training does not begin, and the error names the newest that is whole. To go on
     * from that one, give it instead of the folder; the damaged ones after it are renamed to {@code ….damaged}.
     *
     * @param checkpoint a checkpoint, or a folder of them whose newest is meant
     * @return this builder
     */
    public TrainingOptionsBuilder resume(Path checkpoint) {
        once("resume");
        resume = Optional.of(checkpoint);
        return this;
    }

    /**
     * Sets what is generated on the way, to see how far the pattern is.
     *
     * @param newValue when, what and how; nothing unless set
     * @return this builder
     */
    public TrainingOptionsBuilder validation(Validation newValue) {
        once("validation");
        validation = Optional.of(newValue);
        return this;
    }

    /**
     * Sets who is told of every step and may stop the run.
     *
     * @param newValue the listener; none unless set
     * @return this builder
     */
    public TrainingOptionsBuilder listener(ProgressListener<TrainingProgress> newValue) {
        once("listener");
        listener = Objects.requireNonNull(newValue);
        return this;
    }

    private static int checkFrameCount(int value) {
        if (value < 2) {
            throw new IllegalArgumentException("expected 2 or more frames, but was " + value);
        }
        return value;
    }

    private static List<String> checkModules(List<String> modules) {
        if (modules.isEmpty() || modules.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("expected names of modules to train, but was " + modules);
        }
        return List.copyOf(modules);
    }

    /**
     * Returns the options.
     *
     * @return immutable options
     * @throws IllegalArgumentException if a window is longer than any clip can be
     */
    public TrainingOptions build() {
        long window = EncodedClip.windowLength(frameCount, frameStride);
        if (window > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("expected windows of at most " + Integer.MAX_VALUE + " frames, but "
                    + frameCount + " frames at stride " + frameStride + " take " + window);
        }
        return new TrainingOptions(this);
    }
}
