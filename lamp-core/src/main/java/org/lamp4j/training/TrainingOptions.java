package org.lamp4j.training;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.lamp4j.media.FrameSize;
import org.lamp4j.spi.LowRank;

/**
 * How a motion pattern is trained. Immutable; the defaults are the paper's.
 *
 * <pre>{@code
 * TrainingOptions options = TrainingOptions.newBuilder()
 *         .steps(10_000)
 *         .seed(7)
 *         .checkpoint(Path.of("checkpoints"), 500)
 *         .build();
 * }</pre>
 *
 * @see <a href="https://arxiv.org/abs/2310.10769">Wu et al., LAMP</a>, section 4.1
 */
public final class TrainingOptions {

    private static final List<String> LAMP_MODULES = List.of("conv1d", "conv_gate", "attn_temp", "attn1.to_q");

    private final int steps;
    private final int frameCount;
    private final FrameSize frameSize;
    private final int frameStride;
    private final int batchSize;
    private final int gradientAccumulation;
    private final float learningRate;
    private final LearningRateSchedule learningRateSchedule;
    private final AdamW adamW;
    private final float maxGradientNorm;
    private final List<String> trainableModules;
    private final Optional<LowRank> lowRank;
    private final long seed;
    private final HorizontalFlip horizontalFlip;
    private final TimestepSampling timestepSampling;
    private final Optional<Checkpoint> checkpoint;
    private final int checkpointsToKeep;
    private final Optional<Path> resume;
    private final Optional<Validation> validation;
    private final TrainingListener listener;

    /**
     * Where the run is saved while it goes on.
     *
     * @param folder the folder, laid out as {@link CheckpointFolder} says
     * @param everySteps number of steps between two saves
     */
    public record Checkpoint(Path folder, int everySteps) {

        /** Checks the interval. */
        public Checkpoint {
            positive("steps between two checkpoints", everySteps);
        }
    }

    private TrainingOptions(Builder builder) {
        this.steps = builder.steps;
        this.frameCount = builder.frameCount;
        this.frameSize = builder.frameSize;
        this.frameStride = builder.frameStride;
        this.batchSize = builder.batchSize;
        this.gradientAccumulation = builder.gradientAccumulation;
        this.learningRate = builder.learningRate;
        this.learningRateSchedule = builder.learningRateSchedule;
        this.adamW = builder.adamW;
        this.maxGradientNorm = builder.maxGradientNorm;
        this.trainableModules = builder.trainableModules;
        this.lowRank = builder.lowRank;
        this.seed = builder.seed;
        this.horizontalFlip = builder.horizontalFlip;
        this.timestepSampling = builder.timestepSampling;
        this.checkpoint = builder.checkpoint;
        this.checkpointsToKeep = builder.checkpointsToKeep;
        this.resume = builder.resume;
        this.validation = builder.validation;
        this.listener = builder.listener;
    }

    /**
     * Returns a builder with the paper's settings.
     *
     * @return a new builder
     */
    public static Builder newBuilder() {
        return new Builder();
    }

    /**
     * Returns a builder that starts from these options instead of the paper's.
     *
     * @return a new builder, in which each option may be set once more
     */
    public Builder toBuilder() {
        return new Builder(this);
    }

    private static int positive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("expected 1 or more " + what + ", but was " + value);
        }
        return value;
    }

    private static float positive(String what, float value) {
        if (!(value > 0) || Float.isInfinite(value)) {
            throw new IllegalArgumentException("expected a " + what + " above 0, but was " + value);
        }
        return value;
    }

    /**
     * Returns the number of optimiser steps.
     *
     * @return at least 1
     */
    public int steps() {
        return steps;
    }

    /**
     * Returns the number of frames of a training window.
     *
     * @return F, at least 2
     */
    public int frameCount() {
        return frameCount;
    }

    /**
     * Returns the size that frames are resized to.
     *
     * @return the size
     */
    public FrameSize frameSize() {
        return frameSize;
    }

    /**
     * Returns the distance of neighbouring frames of a window in the clip.
     *
     * @return 1 for every frame
     */
    public int frameStride() {
        return frameStride;
    }

    /**
     * Returns the number of clips in a batch.
     *
     * @return B, at least 1
     */
    public int batchSize() {
        return batchSize;
    }

    /**
     * Returns the number of batches whose gradients are averaged for one step.
     *
     * @return at least 1
     */
    public int gradientAccumulation() {
        return gradientAccumulation;
    }

    /**
     * Returns the learning rate that the schedule is applied to.
     *
     * @return above 0
     */
    public float learningRate() {
        return learningRate;
    }

    /**
     * Returns how the learning rate changes.
     *
     * @return the schedule
     */
    public LearningRateSchedule learningRateSchedule() {
        return learningRateSchedule;
    }

    /**
     * Returns the optimiser's constants.
     *
     * @return the constants
     */
    public AdamW adamW() {
        return adamW;
    }

    /**
     * Returns the norm that the gradient of all parameters together is clipped to.
     *
     * @return above 0
     */
    public float maxGradientNorm() {
        return maxGradientNorm;
    }

    /**
     * Returns the endings of the names of the modules that are trained.
     *
     * @return an unmodifiable list
     */
    public List<String> trainableModules() {
        return trainableModules;
    }

    /**
     * Returns of which rank the trained updates of matrices are.
     *
     * @return rank and α; empty if whole matrices are trained
     */
    public Optional<LowRank> lowRank() {
        return lowRank;
    }

    /**
     * Returns where all randomness comes from.
     *
     * @return the seed
     */
    public long seed() {
        return seed;
    }

    /**
     * Returns whether clips are shown mirrored.
     *
     * @return off or random
     */
    public HorizontalFlip horizontalFlip() {
        return horizontalFlip;
    }

    /**
     * Returns which noise levels are visited.
     *
     * @return the sampling
     */
    public TimestepSampling timestepSampling() {
        return timestepSampling;
    }

    /**
     * Returns where the run is saved on the way.
     *
     * @return empty if it is not
     */
    public Optional<Checkpoint> checkpoint() {
        return checkpoint;
    }

    /**
     * Returns how many checkpoints stay.
     *
     * @return number of the newest that are kept besides the best, at least 1
     */
    public int checkpointsToKeep() {
        return checkpointsToKeep;
    }

    /**
     * Returns what training goes on from.
     *
     * @return a checkpoint, or a folder whose newest is meant; empty for a new run
     */
    public Optional<Path> resume() {
        return resume;
    }

    /**
     * Returns what is generated on the way.
     *
     * @return empty if nothing is
     */
    public Optional<Validation> validation() {
        return validation;
    }

    /**
     * Returns who is told of every step.
     *
     * @return the listener
     */
    public TrainingListener listener() {
        return listener;
    }

    /**
     * Collects options. Each is checked at once, and may be set once: setting it again is an
     * {@link IllegalStateException}.
     */
    public static final class Builder {

        private final Set<String> alreadySet = new HashSet<>();
        private int steps = 30_000;
        private int frameCount = 16;
        private FrameSize frameSize = new FrameSize(512, 320);
        private int frameStride = 1;
        private int batchSize = 1;
        private int gradientAccumulation = 1;
        private float learningRate = 3e-5f;
        private LearningRateSchedule learningRateSchedule = LearningRateSchedule.constant();
        private AdamW adamW = AdamW.DEFAULT;
        private float maxGradientNorm = 1;
        private List<String> trainableModules = LAMP_MODULES;
        private Optional<LowRank> lowRank = Optional.empty();
        private long seed;
        private HorizontalFlip horizontalFlip = HorizontalFlip.OFF;
        private TimestepSampling timestepSampling = TimestepSampling.uniform();
        private Optional<Checkpoint> checkpoint = Optional.empty();
        private int checkpointsToKeep = 3;
        private Optional<Path> resume = Optional.empty();
        private Optional<Validation> validation = Optional.empty();
        private TrainingListener listener = progress -> TrainingListener.Decision.CONTINUE;

        private Builder() {}

        private Builder(TrainingOptions options) {
            steps = options.steps;
            frameCount = options.frameCount;
            frameSize = options.frameSize;
            frameStride = options.frameStride;
            batchSize = options.batchSize;
            gradientAccumulation = options.gradientAccumulation;
            learningRate = options.learningRate;
            learningRateSchedule = options.learningRateSchedule;
            adamW = options.adamW;
            maxGradientNorm = options.maxGradientNorm;
            trainableModules = options.trainableModules;
            lowRank = options.lowRank;
            seed = options.seed;
            horizontalFlip = options.horizontalFlip;
            timestepSampling = options.timestepSampling;
            checkpoint = options.checkpoint;
            checkpointsToKeep = options.checkpointsToKeep;
            resume = options.resume;
            validation = options.validation;
            listener = options.listener;
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
        public Builder steps(int newValue) {
            once("steps");
            steps = positive("steps", newValue);
            return this;
        }

        /**
         * Sets the length of a training window.
         *
         * @param newValue F, at least 2; 16 unless set
         * @return this builder
         * @throws IllegalArgumentException if it is below 2: frame 0 is given, so there must be another to learn
         */
        public Builder frameCount(int newValue) {
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
        public Builder frameSize(FrameSize newValue) {
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
        public Builder frameStride(int newValue) {
            once("frameStride");
            frameStride = positive("frames of stride", newValue);
            return this;
        }

        /**
         * Sets the batch size.
         *
         * @param newValue number of clips in a batch, at least 1; 1 unless set, as memory grows with it
         * @return this builder
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder batchSize(int newValue) {
            once("batchSize");
            batchSize = positive("clips in a batch", newValue);
            return this;
        }

        /**
         * Sets how many batches make a step.
         *
         * @param newValue number of batches whose gradients are averaged for one step, at least 1; 1 unless set
         * @return this builder
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder gradientAccumulation(int newValue) {
            once("gradientAccumulation");
            gradientAccumulation = positive("batches of a step", newValue);
            return this;
        }

        /**
         * Sets the learning rate.
         *
         * @param newValue step size, above 0; 3e-5 unless set
         * @return this builder
         * @throws IllegalArgumentException if it is not above 0
         */
        public Builder learningRate(float newValue) {
            once("learningRate");
            learningRate = positive("learning rate", newValue);
            return this;
        }

        /**
         * Sets how the learning rate changes.
         *
         * @param newValue how the rate changes; constant unless set
         * @return this builder
         */
        public Builder learningRateSchedule(LearningRateSchedule newValue) {
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
        public Builder adamW(AdamW newValue) {
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
        public Builder maxGradientNorm(float newValue) {
            once("maxGradientNorm");
            maxGradientNorm = positive("gradient norm", newValue);
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
        public Builder trainableModules(List<String> newValue) {
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
        public Builder lowRank(int rank) {
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
        public Builder lowRank(int rank, float alpha) {
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
        public Builder seed(long newValue) {
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
        public Builder horizontalFlip(HorizontalFlip newValue) {
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
        public Builder timestepSampling(TimestepSampling newValue) {
            once("timestepSampling");
            timestepSampling = Objects.requireNonNull(newValue);
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
         * @throws IllegalArgumentException if {@code everySteps} is below 1
         */
        public Builder checkpoint(Path folder, int everySteps) {
            once("checkpoint");
            checkpoint = Optional.of(new Checkpoint(folder, everySteps));
            return this;
        }

        /**
         * Sets how many checkpoints stay; older ones are deleted, but for the best.
         *
         * @param newValue number of the newest to keep besides the best, at least 1; 3 unless set
         * @return this builder
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder checkpointsToKeep(int newValue) {
            once("checkpointsToKeep");
            checkpointsToKeep = positive("checkpoints to keep", newValue);
            return this;
        }

        /**
         * Goes on with a run that was interrupted, bit for bit as if it had not been (on the same machine with the same
         * number of threads). Clips and options must be the same; only the number of steps may be another, where the
         * learning rates so far did not depend on it.
         *
         * @param checkpoint a checkpoint, or a folder of them whose newest is meant
         * @return this builder
         */
        public Builder resume(Path checkpoint) {
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
        public Builder validation(Validation newValue) {
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
        public Builder listener(TrainingListener newValue) {
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
         */
        public TrainingOptions build() {
            return new TrainingOptions(this);
        }
    }
}
