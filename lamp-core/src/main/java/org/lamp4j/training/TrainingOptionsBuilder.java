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
import org.lamp4j.training.TrainingOptions.Batches;
import org.lamp4j.training.TrainingOptions.Checkpoints;
import org.lamp4j.training.TrainingOptions.Optimizer;
import org.lamp4j.training.TrainingOptions.Parameters;
import org.lamp4j.training.TrainingOptions.Window;

/**
 * A builder of {@link TrainingOptions}, whose components describe each option. A value out of range is refused at once
 * with an {@link IllegalArgumentException}, what contradicts another setting by {@link #build}. Each may be set once:
 * setting it again is an {@link IllegalStateException}.
 */
public final class TrainingOptionsBuilder {

    /** Stands for a folder that is not set yet, where the numbers beside it are checked. */
    private static final Path ANY_FOLDER = Path.of("checkpoints");

    private final Set<String> alreadySet = new HashSet<>();
    private final WindowDraft window;
    private final OptimizerDraft optimizer;
    private int steps;
    private int batchSize;
    private int gradientAccumulation;
    private TimestepSampling timestepSampling;
    private List<String> trainableModules;
    private Optional<Integer> rank;
    private Optional<Float> alpha;
    private long seed;
    private GradientCheckpointing gradientCheckpointing;
    private Optional<Path> checkpoint;
    private int checkpointEvery;
    private int keepCheckpoints;
    private Optional<Path> resume;
    private Optional<Path> startFrom;
    private Optional<Validation> validation;
    private ProgressListener<TrainingProgress> listener;

    TrainingOptionsBuilder(TrainingOptions options) {
        window = new WindowDraft(options.window());
        optimizer = new OptimizerDraft(options.optimizer());
        steps = options.steps();
        batchSize = options.batches().batchSize();
        gradientAccumulation = options.batches().gradientAccumulation();
        timestepSampling = options.batches().timestepSampling();
        trainableModules = options.parameters().trainableModules();
        rank = options.parameters().lowRank().map(LowRank::rank);
        alpha = options.parameters()
                .lowRank()
                .filter(lowRank -> lowRank.alpha() != lowRank.rank()) // else it follows another rank
                .map(LowRank::alpha);
        seed = options.seed();
        gradientCheckpointing = options.gradientCheckpointing();
        checkpoint = options.checkpoints().map(Checkpoints::folder);
        checkpointEvery = options.checkpoints().map(Checkpoints::every).orElse(Checkpoints.EVERY);
        keepCheckpoints = options.checkpoints().map(Checkpoints::keep).orElse(Checkpoints.KEEP);
        resume = options.resume();
        startFrom = options.startFrom();
        validation = options.validation();
        listener = options.listener();
    }

    /** Sets {@link TrainingOptions#steps()}. */
    public TrainingOptionsBuilder steps(int newValue) {
        steps = once("steps", newValue);
        TrainingOptions.checkSteps(steps);
        return this;
    }

    /** Sets {@link Window#frameCount()}. */
    public TrainingOptionsBuilder frameCount(int newValue) {
        window.frameCount = once("frameCount", newValue);
        return checked(window.done());
    }

    /** Sets {@link Window#frameSize()}. */
    public TrainingOptionsBuilder frameSize(FrameSize newValue) {
        window.frameSize = once("frameSize", newValue);
        return checked(window.done());
    }

    /** Sets {@link Window#frameStride()}. */
    public TrainingOptionsBuilder frameStride(int newValue) {
        window.frameStride = once("frameStride", newValue);
        return checked(window.done());
    }

    /** Sets {@link Window#windowStart()}. */
    public TrainingOptionsBuilder windowStart(WindowStart newValue) {
        window.windowStart = once("windowStart", newValue);
        return this;
    }

    /** Sets {@link Window#maxClipFrames()}. */
    public TrainingOptionsBuilder maxClipFrames(int newValue) {
        window.maxClipFrames = once("maxClipFrames", newValue);
        return checked(window.done());
    }

    /** Sets {@link Window#horizontalFlip()}. */
    public TrainingOptionsBuilder horizontalFlip(HorizontalFlip newValue) {
        window.horizontalFlip = once("horizontalFlip", newValue);
        return checked(window.done());
    }

    /** Sets {@link Batches#batchSize()}. */
    public TrainingOptionsBuilder batchSize(int newValue) {
        batchSize = once("batchSize", newValue);
        return checked(batches());
    }

    /** Sets {@link Batches#gradientAccumulation()}. */
    public TrainingOptionsBuilder gradientAccumulation(int newValue) {
        gradientAccumulation = once("gradientAccumulation", newValue);
        return checked(batches());
    }

    /** Sets {@link Batches#timestepSampling()}. */
    public TrainingOptionsBuilder timestepSampling(TimestepSampling newValue) {
        timestepSampling = once("timestepSampling", newValue);
        return checked(batches());
    }

    /** Sets {@link Optimizer#learningRate()}. */
    public TrainingOptionsBuilder learningRate(float newValue) {
        optimizer.learningRate = once("learningRate", newValue);
        return checked(optimizer.done());
    }

    /** Sets {@link Optimizer#learningRateSchedule()}. */
    public TrainingOptionsBuilder learningRateSchedule(LearningRateSchedule newValue) {
        optimizer.learningRateSchedule = once("learningRateSchedule", newValue);
        return checked(optimizer.done());
    }

    /** Sets {@link Optimizer#beta1()}. */
    public TrainingOptionsBuilder beta1(float newValue) {
        optimizer.beta1 = once("beta1", newValue);
        return checked(optimizer.done());
    }

    /** Sets {@link Optimizer#beta2()}. */
    public TrainingOptionsBuilder beta2(float newValue) {
        optimizer.beta2 = once("beta2", newValue);
        return checked(optimizer.done());
    }

    /** Sets {@link Optimizer#epsilon()}. */
    public TrainingOptionsBuilder epsilon(float newValue) {
        optimizer.epsilon = once("epsilon", newValue);
        return checked(optimizer.done());
    }

    /** Sets {@link Optimizer#weightDecay()}. */
    public TrainingOptionsBuilder weightDecay(float newValue) {
        optimizer.weightDecay = once("weightDecay", newValue);
        return checked(optimizer.done());
    }

    /** Sets {@link Optimizer#maxGradientNorm()}. */
    public TrainingOptionsBuilder maxGradientNorm(float newValue) {
        optimizer.maxGradientNorm = once("maxGradientNorm", newValue);
        return checked(optimizer.done());
    }

    /** Sets {@link Parameters#trainableModules()}. */
    public TrainingOptionsBuilder trainableModules(List<String> newValue) {
        trainableModules = List.copyOf(once("trainableModules", newValue));
        return checked(parameters());
    }

    /**
     * Trains low-rank updates W = W<sub>0</sub> + (α/r) B A of matrices (LoRA) instead of whole ones, for a file of a
     * fortieth of the size for Stable Diffusion v1.4.
     *
     * @param newValue {@link LowRank#rank() r}; 16 gives a pattern of 25 MB for Stable Diffusion v1.4
     * @return this builder
     * @see <a href="https://arxiv.org/abs/2106.09685">Hu et al., LoRA</a>
     */
    public TrainingOptionsBuilder rank(int newValue) {
        rank = Optional.of(once("rank", newValue));
        return checked(parameters());
    }

    /** Sets {@link LowRank#alpha()} of the updates of the {@link #rank} that is set, too; as large as it unless set. */
    public TrainingOptionsBuilder alpha(float newValue) {
        alpha = Optional.of(once("alpha", newValue));
        return checked(new LowRank(rank.orElse(1), newValue));
    }

    /** Sets {@link TrainingOptions#seed()}. */
    public TrainingOptionsBuilder seed(long newValue) {
        seed = once("seed", newValue);
        return this;
    }

    /** Sets {@link TrainingOptions#gradientCheckpointing()}. */
    public TrainingOptionsBuilder gradientCheckpointing(GradientCheckpointing newValue) {
        gradientCheckpointing = once("gradientCheckpointing", newValue);
        return this;
    }

    /** Saves the run on the way: sets {@link Checkpoints#folder()}. */
    public TrainingOptionsBuilder checkpoint(Path folder) {
        checkpoint = Optional.of(once("checkpoint", folder));
        return checked(checkpoints(folder));
    }

    /** Sets {@link Checkpoints#every()} of the folder that {@link #checkpoint} sets. */
    public TrainingOptionsBuilder checkpointEvery(int newValue) {
        checkpointEvery = once("checkpointEvery", newValue);
        return checked(checkpoints(ANY_FOLDER));
    }

    /** Sets {@link Checkpoints#keep()} of the folder that {@link #checkpoint} sets. */
    public TrainingOptionsBuilder keepCheckpoints(int newValue) {
        keepCheckpoints = once("keepCheckpoints", newValue);
        return checked(checkpoints(ANY_FOLDER));
    }

    /**
     * Goes on with a run that was interrupted, bit for bit as if it had not been (on the same machine with the same
     * number of threads). Clips and options must be the same; only the number of steps may be another, where the
     * learning rates so far did not depend on it.
     *
     * <p>If the newest of a folder is damaged, training does not begin, and the error names the newest that is whole.
     * To go on from that one, give it instead of the folder; the damaged ones after it are renamed to
     * {@code ….damaged}.
     *
     * @param newValue a checkpoint, or a folder of them whose newest is meant
     * @return this builder
     */
    public TrainingOptionsBuilder resume(Path newValue) {
        resume = Optional.of(once("resume", newValue));
        return this;
    }

    /** Begins with what another pattern has learned: sets {@link TrainingOptions#startFrom()}. */
    public TrainingOptionsBuilder startFrom(Path newValue) {
        startFrom = Optional.of(once("startFrom", newValue));
        return this;
    }

    /** Sets {@link TrainingOptions#validation()}. */
    public TrainingOptionsBuilder validation(Validation newValue) {
        validation = Optional.of(once("validation", newValue));
        return this;
    }

    /** Sets {@link TrainingOptions#listener()}. */
    public TrainingOptionsBuilder listener(ProgressListener<TrainingProgress> newValue) {
        listener = once("listener", newValue);
        return this;
    }

    /**
     * Returns the options.
     *
     * @return immutable options
     * @throws IllegalArgumentException if a window is longer than any clip can be, something is set that needs a rank
     *     or a folder for checkpoints, and that is not, or both a run to resume and a pattern to start from are set
     */
    public TrainingOptions build() {
        requireFor("alpha", rank.isPresent(), "a rank");
        requireFor("checkpointEvery", checkpoint.isPresent(), "a folder for checkpoints");
        requireFor("keepCheckpoints", checkpoint.isPresent(), "a folder for checkpoints");
        return new TrainingOptions(
                steps,
                window.done(),
                batches(),
                optimizer.done(),
                parameters(),
                seed,
                gradientCheckpointing,
                checkpoint.map(this::checkpoints),
                resume,
                startFrom,
                validation,
                listener);
    }

    private <T> T once(String option, T value) {
        if (!alreadySet.add(option)) {
            throw new IllegalStateException("expected " + option + " to be set once, but was set again");
        }
        return Objects.requireNonNull(value);
    }

    private void requireFor(String option, boolean isThere, String needed) {
        if (alreadySet.contains(option) && !isThere) {
            throw new IllegalArgumentException("expected " + needed + " for " + option + ", but was none");
        }
    }

    /** Groups check what is in them when they are made. */
    private TrainingOptionsBuilder checked(Record group) {
        Objects.requireNonNull(group);
        return this;
    }

    private Batches batches() {
        return new Batches(batchSize, gradientAccumulation, timestepSampling);
    }

    private Parameters parameters() {
        return new Parameters(
                trainableModules, rank.map(value -> new LowRank(value, alpha.orElseGet(() -> (float) value))));
    }

    private Checkpoints checkpoints(Path folder) {
        return new Checkpoints(folder, checkpointEvery, keepCheckpoints);
    }
}
