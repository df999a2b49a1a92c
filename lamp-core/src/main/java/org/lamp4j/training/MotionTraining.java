package org.lamp4j.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.errors.TrainingDivergedException;
import org.lamp4j.generation.ClipGenerator;
import org.lamp4j.generation.DdimInversion;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.VideoClip;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.LatentCodec;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.HeapLimit;
import org.lamp4j.tensor.Shape;

/**
 * Trains patterns: reads and encodes the clips, then takes the steps. Users call it through {@code MotionPattern.train}.
 */
public final class MotionTraining {

    private static final int BATCH_COPIES = 12;

    /** Hidden states of a prompt: 77 tokens of 768 values each for Stable Diffusion. */
    private static final int CONTEXT_BYTES = 1 << 18;

    private final BackboneModel model;
    private final NoiseSchedule schedule;
    private final Function<String, FloatTensor> promptEncoder;

    /**
     * Creates a training.
     *
     * @param model the open model; stays the caller's
     * @param schedule the noise schedule it was trained with
     * @param promptEncoder turns a prompt into text hidden states {@code [1, N, D]}
     */
    public MotionTraining(BackboneModel model, NoiseSchedule schedule, Function<String, FloatTensor> promptEncoder) {
        this.model = model;
        this.schedule = schedule;
        this.promptEncoder = promptEncoder;
    }

    /**
     * Trains a pattern, from fresh parameters or from a checkpoint. An interrupt, or a listener that says stop, ends it
     * early with what was learned so far; the interrupt flag stays set.
     *
     * @param clips what it learns from
     * @param options how it is trained
     * @return the trained parameters and how they came about
     * @throws IOException if a clip or the checkpoint to go on from cannot be read, a checkpoint not written, or the
     *     folder for checkpoints is in use by another run or holds some of another or later ones
     * @throws IllegalArgumentException if a clip is too short or too long, the first one for a validation that inverts it, a frame size is no multiple of the auto-encoder's
     *     factor, the schedule does not allow a validation's number of steps, a timestep is asked for that the schedule does not have, a trainable module does not exist, or the
     *     checkpoint belongs to a run with other clips or options; the message names what differs
     * @throws org.lamp4j.errors.NonFiniteException if the auto-encoder gives something that is no finite number
     * @throws TrainingDivergedException if loss or gradient is no finite number
     */
    public TrainedMotion run(TrainingClips clips, TrainingOptions options) throws IOException {
        options.frameSize().requireMultipleOf(model.latentCodec().factor());
        options.timestepSampling().requireWithin(schedule.trainTimesteps());
        requireRoom(options);
        options.validation().ifPresent(this::check);
        ClipEncoder encoder = new ClipEncoder(model, promptEncoder, options);
        encoder.checkLengths(clips.clips());
        if (options.checkpoint().isEmpty()) {
            return run(clips, options, encoder, Optional.empty());
        }
        try (RunFolder folder = RunFolder.take(options)) {
            return run(clips, options, encoder, Optional.of(folder));
        }
    }

    private TrainedMotion run(
            TrainingClips clips, TrainingOptions options, ClipEncoder encoder, Optional<RunFolder> folder)
            throws IOException {
        TrainingRecord record = TrainingRecord.start(model.baseFingerprint(schedule), clips, options);
        Map<String, String> saved = Map.of();
        Optional<MotionTrainer.State> resumed = Optional.empty();
        if (options.resume().isPresent()) {
            Resumption resumption = Resumption.from(options.resume().get(), model);
            resumed = Optional.of(resumption.takeUp(record, options));
            if (options.checkpoint().isPresent()) {
                resumption.setDamagedAside(options.checkpoint().get().folder(), model);
            }
            saved = resumption.entries();
        }
        if (folder.isPresent()) {
            folder.get().begin(saved, record.steps());
        }
        Run run = new Run(options, record, folder, clipToInvert(clips, options), new StopSignal(options.listener()));
        MotionWeights start = resumed.map(MotionTrainer.State::weights).orElseGet(() -> fresh(options));
        return train(encode(clips.clips(), encoder, run.stop()), start, run, resumed);
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
        double latents = (double) frame.elementCount() * options.batchSize() * options.frameCount();
        HeapLimit.require(
                "a batch",
                options.batchSize() + " clips of " + options.frameCount() + " frames of " + options.frameSize(),
                BATCH_COPIES * Float.BYTES * latents + (double) CONTEXT_BYTES * options.batchSize());
    }

    /** What would be refused after hours, at the first validation, is refused now. */
    private void check(Validation validation) {
        ClipGenerator.requireGeneratable(model, schedule, validation.options());
        validation.inversionSteps().ifPresent(steps -> DdimInversion.of(schedule, steps));
    }

    private static Optional<VideoClip> clipToInvert(TrainingClips clips, TrainingOptions options) throws IOException {
        Optional<Validation> inverting = options.validation()
                .filter(validation -> validation.inversionSteps().isPresent());
        return inverting.isEmpty()
                ? Optional.empty()
                : Optional.of(clips.clips()
                        .get(0)
                        .firstWindow(inverting.get().options().frameCount(), options.frameStride()));
    }

    private TrainedMotion train(
            List<EncodedClip> clips, MotionWeights start, Run run, Optional<MotionTrainer.State> resumed)
            throws IOException {
        TrainingOptions options = run.options();
        TrainingRecord record = run.record();
        StopSignal stop = run.stop();
        if (stop.isGiven()) {
            return new TrainedMotion(start, record.metadata());
        }
        try (MotionTrainer trainer = model.motionTrainer(
                start, options.trainableModules(), latentShape(options), options.gradientCheckpointing())) {
            resumed.ifPresent(trainer::restore);
            float scalingFactor = model.latentCodec().scalingFactor();
            BatchSampler sampler = new BatchSampler(clips, schedule, scalingFactor, options);
            ComparisonLoss loss = ComparisonLoss.of(trainer, clips, schedule, scalingFactor, options);
            List<StepAction> actions = new ArrayList<>();
            run.folder().ifPresent(folder -> actions.add(new CheckpointWriter(model, trainer, record, loss, folder)));
            options.validation()
                    .ifPresent(validation -> actions.add(new ValidationRun(
                            () -> new ClipGenerator(
                                    model,
                                    schedule,
                                    promptEncoder,
                                    trainer.state().weights()),
                            validation,
                            run.toInvert())));
            return new TrainingLoop(model, trainer, sampler, options, record, actions).run(stop);
        }
    }

    private MotionWeights fresh(TrainingOptions options) {
        return options.lowRank().isPresent()
                ? model.freshMotion(
                        options.trainableModules(), options.lowRank().get(), options.seed())
                : model.freshMotion(options.trainableModules(), options.seed());
    }

    private static List<EncodedClip> encode(List<TrainingClip> clips, ClipEncoder encoder, StopSignal stop)
            throws IOException {
        List<EncodedClip> encoded = new ArrayList<>();
        Pace pace = Pace.of(clips.size());
        for (TrainingClip clip : clips) {
            if (stop.isGiven()) {
                break;
            }
            encoded.add(encoder.encode(clip, stop));
            pace.stepDone();
            stop.report(new TrainingProgress.EncodingClips(
                    pace.done(), clips.size(), pace.stepsPerSecond(), pace.remaining()));
        }
        return encoded;
    }

    private Shape latentShape(TrainingOptions options) {
        LatentCodec codec = model.latentCodec();
        FrameSize size = options.frameSize();
        return Shape.of(
                options.batchSize(),
                codec.latentChannels(),
                options.frameCount(),
                size.height() / codec.factor(),
                size.width() / codec.factor());
    }
}
