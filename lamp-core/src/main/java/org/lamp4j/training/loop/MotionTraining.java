package org.lamp4j.training.loop;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.errors.TrainingDivergedException;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.generation.pipeline.DdimInversion;
import org.lamp4j.generation.pipeline.FrozenModel;
import org.lamp4j.generation.pipeline.VideoGenerator;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.VideoClip;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.LatentCodec;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.tensor.HeapLimit;
import org.lamp4j.tensor.Shape;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingProgress;
import org.lamp4j.training.Validation;

/** Trains patterns: reads and encodes the clips, then takes the steps. */
public final class MotionTraining {

    private static final int BATCH_COPIES = 12;

    /** Hidden states of a prompt: 77 tokens of 768 values each for Stable Diffusion. */
    private static final int CONTEXT_BYTES = 1 << 18;

    private final BackboneModel model;
    private final NoiseSchedule schedule;
    private final FrozenModel base;

    /**
     * Creates a training.
     *
     * @param base the base model
     */
    public MotionTraining(FrozenModel base) {
        this.base = base;
        this.model = base.networks();
        this.schedule = base.schedule();
    }

    /**
     * Trains a pattern, from fresh parameters, those of another pattern, or a checkpoint. An interrupt, or a listener
     * that says stop, ends it early with what was learned so far; the interrupt flag stays set.
     *
     * @param clips what it learns from
     * @param options how it is trained
     * @return the trained parameters and how they came about
     * @throws IOException if a clip, the pattern to start from or the checkpoint to go on from cannot be read, a
     *     checkpoint not written, or the folder for checkpoints is in use by another run or holds some of another or
     *     later ones
     * @throws IllegalArgumentException if a clip is too short or too long, the first one for a validation that inverts
     *     it, a frame size is no multiple of the auto-encoder's factor, the schedule does not allow a validation's
     *     number of steps, a prompt of a validation cannot be read, a timestep is asked for that the schedule does not
     *     have, a trainable module does not exist, the pattern to start from has other parameters, or the checkpoint
     *     belongs to a run with other clips or options; the message names what differs
     * @throws org.lamp4j.errors.NonFiniteException if the auto-encoder gives something that is no finite number
     * @throws TrainingDivergedException if loss or gradient is no finite number
     */
    public TrainedMotion run(TrainingClips clips, TrainingOptions options) throws IOException {
        options.window().frameSize().requireMultipleOf(model.latentCodec().factor());
        options.batches().timestepSampling().requireWithin(schedule.trainTimesteps());
        requireRoom(options);
        options.validation().ifPresent(this::check);
        LatentEncoder encoder = new LatentEncoder(base, options);
        Deque<ReadClip> read = encoder.read(clips.clips(), framesToInvert(options));
        if (options.checkpoints().isEmpty()) {
            return run(read, options, encoder, Optional.empty());
        }
        try (RunFolder folder = RunFolder.take(options)) {
            return run(read, options, encoder, Optional.of(folder));
        }
    }

    private TrainedMotion run(
            Deque<ReadClip> clips, TrainingOptions options, LatentEncoder encoder, Optional<RunFolder> folder)
            throws IOException {
        TrainingRecord record = TrainingRecord.start(model.baseFingerprint(schedule), clips, options, base.prompts());
        Map<String, String> saved = Map.of();
        Optional<MotionTrainer.State> resumed = Optional.empty();
        if (options.resume().isPresent()) {
            Resumption resumption = Resumption.from(options.resume().get(), model);
            resumed = Optional.of(resumption.takeUp(record, options));
            if (options.checkpoints().isPresent()) {
                resumption.setDamagedAside(options.checkpoints().get().folder(), model);
            }
            saved = resumption.entries();
        }
        if (folder.isPresent()) {
            folder.get().begin(saved, record.steps());
        }
        Run run = new Run(options, record, folder, clips.element().firstWindow(), new StopSignal(options.listener()));
        MotionWeights start = resumed.isPresent() ? resumed.get().weights() : start(record, options);
        TrainedMotion trained = train(encode(clips, encoder, run.stop()), start, run, resumed);
        return folder.isPresent() ? trained.keptIn(folder.get().keeping(record.steps())) : trained;
    }

    /** What the parts of a run have in common. */
    private record Run(
            TrainingOptions options,
            TrainingRecord record,
            Optional<RunFolder> folder,
            Optional<VideoClip> toInvert,
            StopSignal stop) {}

    /** A batch as it is drawn: latents, noise, what is made of both, and the prompts' hidden states. */
    private void requireRoom(TrainingOptions options) {
        Shape frame = latentShape(options).with(0, 1).with(2, 1);
        int batchSize = options.batches().batchSize();
        TrainingOptions.Window window = options.window();
        double latents = (double) frame.elementCount() * batchSize * window.frameCount();
        HeapLimit.require(
                "a batch",
                batchSize + " clips of " + window.frameCount() + " frames of " + window.frameSize(),
                BATCH_COPIES * Float.BYTES * latents + (double) CONTEXT_BYTES * batchSize);
    }

    /** What would be refused after hours, at the first validation, is refused now. */
    private void check(Validation validation) {
        VideoGenerator.requireGeneratable(model, schedule, validation.options());
        GenerationOptions.Sampling sampling = validation.options().sampling();
        base.prompts().requireReadable(sampling.negativePrompt(), sampling.promptSyntax());
        validation
                .examples()
                .forEach(example -> base.prompts().requireReadable(example.prompt(), sampling.promptSyntax()));
        validation.inversionSteps().ifPresent(steps -> DdimInversion.of(schedule, steps, sampling.timestepSpacing()));
    }

    /** Frames of the first clip that validation starts from, if it does not start from noise. */
    private static Optional<Integer> framesToInvert(TrainingOptions options) {
        return options.validation()
                .filter(validation -> validation.inversionSteps().isPresent())
                .map(validation -> validation.options().frameCount());
    }

    private TrainedMotion train(
            List<LatentClip> clips, MotionWeights start, Run run, Optional<MotionTrainer.State> resumed)
            throws IOException {
        TrainingOptions options = run.options();
        TrainingRecord record = run.record();
        StopSignal stop = run.stop();
        if (stop.isGiven()) {
            return new TrainedMotion(start, record.metadata());
        }
        try (MotionTrainer trainer = model.motionTrainer(
                start,
                options.parameters().trainableModules(),
                latentShape(options),
                options.gradientCheckpointing())) {
            resumed.ifPresent(trainer::restore);
            float scalingFactor = model.latentCodec().scalingFactor();
            BatchSampler sampler = new BatchSampler(clips, schedule, scalingFactor, options);
            ComparisonLoss loss = ComparisonLoss.of(trainer, clips, schedule, scalingFactor, options);
            List<StepAction> actions = new ArrayList<>();
            run.folder().ifPresent(folder -> actions.add(new CheckpointWriter(model, trainer, record, loss, folder)));
            options.validation()
                    .ifPresent(validation -> actions.add(new ValidationRun(
                            () -> new VideoGenerator(base, trainer.state().weights()), validation, run.toInvert())));
            return new TrainingLoop(model, trainer, sampler, options, record, actions).run(stop);
        }
    }

    private MotionWeights start(TrainingRecord record, TrainingOptions options) throws IOException {
        if (options.startFrom().isEmpty()) {
            return fresh(options);
        }
        WarmStart warm = WarmStart.read(options.startFrom().get(), model, record.base());
        MotionWeights start = warm.fitting(fresh(options), options.parameters());
        record.startFrom(start.hash());
        return start;
    }

    private MotionWeights fresh(TrainingOptions options) {
        List<String> modules = options.parameters().trainableModules();
        return options.parameters()
                .lowRank()
                .map(lowRank -> model.freshMotion(modules, lowRank, options.seed()))
                .orElseGet(() -> model.freshMotion(modules, options.seed()));
    }

    /** Takes the clips out one by one, so that their frames are free again as soon as they are encoded. */
    private static List<LatentClip> encode(Deque<ReadClip> clips, LatentEncoder encoder, StopSignal stop)
            throws IOException {
        List<LatentClip> encoded = new ArrayList<>();
        int count = clips.size();
        Pace pace = Pace.of(count);
        while (!clips.isEmpty() && !stop.isGiven()) {
            encoded.add(encoder.encode(clips.remove(), stop));
            pace.stepDone();
            stop.report(
                    new TrainingProgress.EncodingClips(pace.done(), count, pace.stepsPerSecond(), pace.remaining()));
        }
        return encoded;
    }

    private Shape latentShape(TrainingOptions options) {
        LatentCodec codec = model.latentCodec();
        FrameSize size = options.window().frameSize();
        return Shape.of(
                options.batches().batchSize(),
                codec.latentChannels(),
                options.window().frameCount(),
                size.height() / codec.factor(),
                size.width() / codec.factor());
    }
}
