package org.lamp4j.training;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.media.FrameSize;
import org.lamp4j.motion.LowRank;
import org.lamp4j.progress.ProgressListener;

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

    private final int steps;
    private final int frameCount;
    private final FrameSize frameSize;
    private final int frameStride;
    private final int maxClipFrames;
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
    private final GradientCheckpointing gradientCheckpointing;
    private final Optional<Checkpoint> checkpoint;
    private final int checkpointsToKeep;
    private final Optional<Path> resume;
    private final Optional<Validation> validation;
    private final ProgressListener<TrainingProgress> listener;

    /**
     * Where the run is saved while it goes on.
     *
     * @param folder the folder, laid out as {@link CheckpointFolder} says
     * @param everySteps number of steps between two saves
     */
    public record Checkpoint(Path folder, int everySteps) {

        /** Checks the interval, and that the folder has not the name of a pattern, which cannot be saved there then. */
        public Checkpoint {
            positive("steps between two checkpoints", everySteps);
            if (folder.toString().endsWith(".safetensors")) {
                throw new IllegalArgumentException(
                        "expected a folder for checkpoints, but was the name of a pattern's file (" + folder + ")");
            }
        }
    }

    TrainingOptions(TrainingOptionsBuilder builder) {
        this.steps = builder.steps;
        this.frameCount = builder.frameCount;
        this.frameSize = builder.frameSize;
        this.frameStride = builder.frameStride;
        this.maxClipFrames = builder.maxClipFrames;
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
        this.gradientCheckpointing = builder.gradientCheckpointing;
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
    public static TrainingOptionsBuilder newBuilder() {
        return new TrainingOptionsBuilder();
    }

    /**
     * Returns a builder that starts from these options instead of the paper's.
     *
     * @return a new builder, in which each option may be set once more
     */
    public TrainingOptionsBuilder toBuilder() {
        return new TrainingOptionsBuilder(this);
    }

    static int positive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("expected 1 or more " + what + ", but was " + value);
        }
        return value;
    }

    static float positive(String what, float value) {
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
     * Returns how long a clip to learn from may be.
     *
     * @return number of frames, at least 1
     */
    public int maxClipFrames() {
        return maxClipFrames;
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
     * Returns whether what the way back needs is computed once more instead of kept.
     *
     * @return always, or only as memory asks for it
     */
    public GradientCheckpointing gradientCheckpointing() {
        return gradientCheckpointing;
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
    public ProgressListener<TrainingProgress> listener() {
        return listener;
    }
}
