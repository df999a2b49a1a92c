package org.lamp4j.training;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.media.FrameSize;
import org.lamp4j.motion.LowRank;
import org.lamp4j.progress.ProgressListener;

/**
 * Options of training a motion pattern. The defaults are the paper's. What a setting means, its range and its default
 * stand at the components of this record and of its groups, which check it; the {@linkplain #newBuilder builder} has a
 * setter of the same name for each, without the groups.
 *
 * <pre>{@code
 * TrainingOptions options = TrainingOptions.newBuilder()
 *         .steps(10_000)
 *         .seed(7)
 *         .checkpoint(Path.of("checkpoints"))
 *         .build();
 * }</pre>
 *
 * <p>Options are equal if all they set is; a listener equals itself only, unless it says otherwise.
 *
 * @param steps number of optimiser steps, at least 1; 30 000 unless set, of which 10 000 to 20 000 usually do
 * @param window what is shown of a clip
 * @param batches how many windows make a step, and at which noise levels
 * @param optimizer how a step is taken
 * @param parameters what is trained
 * @param seed where all randomness comes from; 0 unless set
 * @param gradientCheckpointing whether activations are computed once more for the backward pass instead of kept, which
 *     takes less memory and more time, and gives the same but for rounding; AS_NEEDED unless set: within the device's
 *     {@linkplain org.lamp4j.device.Device#withMemoryBudget budget} the fastest way is taken
 * @param checkpoints where the run is saved while it goes on; empty if it is not
 * @param resume what training goes on from: a checkpoint, or a folder whose newest is meant; empty for a new run
 * @param startFrom a pattern of the same base model whose parameters are the first, in place of ones that have learned
 *     nothing: a file or folder as {@link org.lamp4j.MotionPattern#load} takes it, a checkpoint among them. Steps and
 *     optimiser begin anew. It has to have the parameters that are trained, of the same rank and &alpha;; empty to
 *     begin from nothing
 * @param validation what is generated on the way, to see how far the pattern is; empty if nothing is
 * @param listener the progress listener, which may stop the run; none unless set
 * @see <a href="https://arxiv.org/abs/2310.10769">Wu et al., LAMP</a>, section 4.1
 */
public record TrainingOptions(
        int steps,
        Window window,
        Batches batches,
        Optimizer optimizer,
        Parameters parameters,
        long seed,
        GradientCheckpointing gradientCheckpointing,
        Optional<Checkpoints> checkpoints,
        Optional<Path> resume,
        Optional<Path> startFrom,
        Optional<Validation> validation,
        ProgressListener<TrainingProgress> listener) {

    private static final TrainingOptions PAPER = new TrainingOptions(
            30_000,
            new Window(16, new FrameSize(512, 320), 1, WindowStart.RANDOM, 2048, HorizontalFlip.OFF),
            new Batches(1, 1, TimestepSampling.uniform()),
            new Optimizer(3e-5f, LearningRateSchedule.constant(), 0.9f, 0.999f, 1e-8f, 1e-2f, 1),
            new Parameters(List.of("conv1d", "conv_gate", "attn_temp", "attn1.to_q"), Optional.empty()),
            0,
            GradientCheckpointing.AS_NEEDED,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            ProgressListener.none());

    /**
     * The window of a clip that a training step sees.
     *
     * @param frameCount F, number of frames, at least 2, as frame 0 is given; 16 unless set
     * @param frameSize size that frames are resized to, covering and centre-cropped; multiples of the auto-encoder's
     *     factor; 512x320 unless set
     * @param frameStride distance of neighbouring frames of a window in the clip, at least 1; 1 unless set
     * @param windowStart where in a clip a window begins; RANDOM unless set
     * @param maxClipFrames how many frames a clip may have, at least 1; 2048 unless set. Every frame is encoded, and
     *     its latents stay in memory; a clip of hours is a mistake that is found before. A clip as long as one window
     *     is always taken
     * @param horizontalFlip whether clips are shown mirrored; OFF unless set, since most motions have a direction
     */
    public record Window(
            int frameCount,
            FrameSize frameSize,
            int frameStride,
            WindowStart windowStart,
            int maxClipFrames,
            HorizontalFlip horizontalFlip) {

        /** Checks each value. */
        public Window {
            check(frameCount >= 2, "2 or more frames", frameCount);
            Objects.requireNonNull(frameSize);
            check(frameStride >= 1, "1 or more frames of stride", frameStride);
            Objects.requireNonNull(windowStart);
            check(maxClipFrames >= 1, "1 or more frames of a clip", maxClipFrames);
            Objects.requireNonNull(horizontalFlip);
        }

        /**
         * Returns how much of a clip a window takes.
         *
         * @return number of frames of the clip from the first of the window to its last, both counted
         */
        public long length() {
            return (frameCount - 1L) * frameStride + 1;
        }

        /**
         * Tells whether a window may show a frame of a clip.
         *
         * @param frameIndex index of the frame in the clip, from 0
         * @return false for frames behind the only window there is
         */
        public boolean reaches(long frameIndex) {
            return windowStart == WindowStart.RANDOM || frameIndex < length();
        }
    }

    /**
     * The batches of a training step: how many windows, and at which noise levels.
     *
     * @param batchSize B, number of clips in a batch, at least 1; 1 unless set, as memory grows with it
     * @param gradientAccumulation number of batches whose gradients are averaged for one step, at least 1; 1 unless set
     * @param timestepSampling which noise levels are visited; uniform unless set
     */
    public record Batches(int batchSize, int gradientAccumulation, TimestepSampling timestepSampling) {

        /** Checks each value. */
        public Batches {
            check(batchSize >= 1, "1 or more clips in a batch", batchSize);
            check(gradientAccumulation >= 1, "1 or more batches of a step", gradientAccumulation);
            Objects.requireNonNull(timestepSampling);
        }
    }

    /**
     * The optimiser of a training step, AdamW, and its constants.
     *
     * @param learningRate step size that the schedule is applied to, above 0; 3.0E-5 unless set
     * @param learningRateSchedule how the rate changes; constant unless set
     * @param beta1 decay of the first moment, in [0, 1); 0.9 unless set
     * @param beta2 decay of the second moment, in [0, 1); 0.999 unless set
     * @param epsilon added to the root of the second moment, above 0; 1.0E-8 unless set
     * @param weightDecay decoupled decay per step, in units of the learning rate, 0 or more; 0.01 unless set
     * @param maxGradientNorm norm that the gradient of all parameters together is clipped to, above 0; 1.0 unless set
     * @see <a href="https://arxiv.org/abs/1711.05101">Loshchilov and Hutter, Decoupled Weight Decay Regularization</a>
     */
    public record Optimizer(
            float learningRate,
            LearningRateSchedule learningRateSchedule,
            float beta1,
            float beta2,
            float epsilon,
            float weightDecay,
            float maxGradientNorm) {

        /** Checks each value. */
        public Optimizer {
            check(isPositive(learningRate), "a learning rate above 0", learningRate);
            Objects.requireNonNull(learningRateSchedule);
            check(beta1 >= 0 && beta1 < 1, "beta1 from 0 to below 1", beta1);
            check(beta2 >= 0 && beta2 < 1, "beta2 from 0 to below 1", beta2);
            check(isPositive(epsilon), "epsilon above 0", epsilon);
            check(weightDecay >= 0 && Float.isFinite(weightDecay), "a weight decay of 0 or more", weightDecay);
            check(isPositive(maxGradientNorm), "a gradient norm above 0", maxGradientNorm);
        }

        private static boolean isPositive(float value) {
            return value > 0 && Float.isFinite(value);
        }
    }

    /**
     * The parameters that are trained.
     *
     * @param trainableModules name suffixes of the modules to train, at least one; LAMP's {@code conv1d},
     *     {@code conv_gate}, {@code attn_temp} and {@code attn1.to_q} unless set
     * @param lowRank rank and α of updates of matrices; empty if whole matrices are trained. Biases, gates and matrices
     *     that are no larger than their factors are trained whole
     */
    public record Parameters(List<String> trainableModules, Optional<LowRank> lowRank) {

        /** Checks the names. */
        public Parameters {
            check(
                    !trainableModules.isEmpty() && trainableModules.stream().noneMatch(String::isBlank),
                    "names of modules to train",
                    trainableModules);
            trainableModules = List.copyOf(trainableModules);
        }
    }

    /**
     * The checkpoints of a run: where and how often it is saved, so that another run can resume it. It is also saved
     * when it ends or is stopped. A checkpoint takes three times the room of its pattern, and can be read as one. To
     * find the best one, each save takes as long as eight batches; that of an interrupted run does without.
     *
     * @param folder where the checkpoints go, one run a folder, laid out as {@link CheckpointFolder} says; made if it
     *     is not there
     * @param every number of steps between two saves, at least 1; 500 unless set
     * @param keep number of the newest to keep besides the best, at least 1; older ones are deleted; 3 unless set
     */
    public record Checkpoints(Path folder, int every, int keep) {

        static final int EVERY = 500;
        static final int KEEP = 3;

        /** Checks the numbers, and that the folder has not the name of a pattern, which cannot be saved there then. */
        public Checkpoints {
            check(every >= 1, "1 or more steps between two checkpoints", every);
            check(keep >= 1, "1 or more checkpoints to keep", keep);
            if (folder.toString().endsWith(".safetensors")) {
                throw new IllegalArgumentException(
                        "expected a folder for checkpoints, but was the name of a pattern's file (" + folder + ")");
            }
        }
    }

    /**
     * Checks the number of steps, and what two settings say together.
     *
     * @throws IllegalArgumentException if there are no steps, a window is longer than any clip can be, or there is both
     *     a run to resume and a pattern to start from
     */
    public TrainingOptions {
        checkSteps(steps);
        if (window.length() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("expected windows of at most " + Integer.MAX_VALUE + " frames, but "
                    + window.frameCount + " frames at stride " + window.frameStride + " take " + window.length());
        }
        Objects.requireNonNull(gradientCheckpointing);
        if (resume.isPresent() && startFrom.isPresent()) {
            throw new IllegalArgumentException(
                    "expected either a run to resume or a pattern to start from, but was both, " + resume.get()
                            + " and " + startFrom.get());
        }
        Objects.requireNonNull(listener);
    }

    static void checkSteps(int steps) {
        check(steps >= 1, "1 or more steps", steps);
    }

    private static void check(boolean holds, String expected, Object value) {
        if (!holds) {
            throw new IllegalArgumentException("expected " + expected + ", but was " + value);
        }
    }

    /** Returns a builder with the paper's settings. */
    public static TrainingOptionsBuilder newBuilder() {
        return PAPER.toBuilder();
    }

    /**
     * Returns a builder with settings for a pattern of one clip, which is then
     * {@linkplain org.lamp4j.MotionPattern#edit edited}: 500 steps with windows of 24 frames, every second one of the
     * clip.
     *
     * @return a new builder, in which each option may be set once more
     */
    public static TrainingOptionsBuilder forEditing() {
        return newBuilder().steps(500).frameCount(24).frameStride(2).build().toBuilder();
    }

    /** Returns a builder that starts from these options instead of the paper's; in it, each may be set once more. */
    public TrainingOptionsBuilder toBuilder() {
        return new TrainingOptionsBuilder(this);
    }
}
