package org.lamp4j.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.SamplerType;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.generation.GenerationProgress;
import org.lamp4j.generation.pipeline.FrozenModel;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.progress.Decision;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.testing.FakeBackboneModel;
import org.lamp4j.testing.FakeMediaFiles;
import org.lamp4j.testing.Fixture;
import org.lamp4j.training.TrainingClip;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.Validation;
import org.lamp4j.training.ValidationListener;

class ValidationRunTest {

    private static final FrameSize SIZE = new FrameSize(8, 4);
    private static final RgbImage IMAGE =
            FakeMediaFiles.clip(3, 1, SIZE).frames().get(0);
    private static final List<Validation.Example> EXAMPLES =
            List.of(new Validation.Example("a cat", IMAGE), new Validation.Example("a dog", IMAGE));

    private final FakeBackboneModel model = new FakeBackboneModel();
    private final List<String> seen = new ArrayList<>();
    private MotionTraining training;

    @BeforeEach
    void createTraining() throws IOException {
        NoiseSchedule schedule = NoiseSchedule.read(Fixture.open("sd14-mini").model("scheduler"));
        training = new MotionTraining(
                new FrozenModel(model, schedule, prompt -> FloatTensor.of(Shape.of(1, 1, 1), prompt.length())));
    }

    private static GenerationOptions.Builder generation() {
        return GenerationOptions.newBuilder().frameSize(SIZE).frameCount(2).steps(2);
    }

    private void note(int step, List<VideoClip> clips) {
        for (VideoClip clip : clips) {
            seen.add(step + " " + clip.provenance().get("prompt") + " "
                    + clip.provenance().get("pattern_steps"));
        }
    }

    private TrainedMotion train(int steps, Validation validation) throws IOException {
        TrainingClips clips = TrainingClips.of(List.of(TrainingClip.of("c", FakeMediaFiles.clip(0, 5, SIZE), "x")));
        return training.run(
                clips,
                TrainingOptions.newBuilder()
                        .frameSize(SIZE)
                        .frameCount(3)
                        .steps(steps)
                        .validation(validation)
                        .build());
    }

    @Test
    void run_everySecondStep_allExamplesAreHandedOver() throws IOException {
        train(5, new Validation(2, EXAMPLES, generation().build(), this::note));

        assertThat(seen).containsExactly("2 a cat 2", "2 a dog 2", "4 a cat 4", "4 a dog 4");
        assertThat(model.openPredictors()).isZero();
    }

    @Test
    void run_listenerStopsTheGeneration_trainingGoesOn() throws IOException {
        GenerationOptions stopping =
                generation().listener(progress -> Decision.STOP).build();

        TrainedMotion trained = train(3, new Validation(1, EXAMPLES, stopping, this::note));

        assertThat(trained.metadata().steps()).hasValue(3);
        assertThat(seen).isEmpty();
    }

    @Test
    void run_interruptWhileValidating_endsTheTrainingWithWhatWasLearned() throws IOException {
        GenerationOptions interrupting = generation()
                .listener(progress -> {
                    Thread.currentThread().interrupt();
                    return Decision.CONTINUE;
                })
                .build();

        TrainedMotion trained = train(9, new Validation(2, EXAMPLES, interrupting, this::note));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(trained.metadata().steps()).hasValue(2);
        assertThat(seen).isEmpty();
    }

    @Test
    void run_clipsCannotBeSaved_endsTheTrainingWithThatError() {
        Validation validation = new Validation(1, EXAMPLES, generation().build(), (step, clips) -> {
            throw new IOException("disk full");
        });

        assertThatThrownBy(() -> train(3, validation)).hasMessage("disk full");
        assertThat(model.trainers().get(0).isClosed()).isTrue();
    }

    private static Validation inverting(int steps, GenerationOptions options, ValidationListener listener) {
        return new Validation(2, EXAMPLES, options, OptionalInt.of(steps), listener);
    }

    /** A network that sees no noise leads from a clip to its multiple and back. */
    @Test
    void run_inversion_startsFromTheFirstClipAtTheTrainingsStride() throws IOException {
        List<VideoClip> made = new ArrayList<>();
        GenerationOptions options = GenerationOptions.newBuilder()
                .frameSize(SIZE)
                .frameCount(3)
                .steps(4)
                .withoutAdaIn()
                .withoutHistogramMatching()
                .build();
        TrainingClips clips = TrainingClips.of(List.of(
                TrainingClip.of("c", FakeMediaFiles.clip(5, 6, SIZE), "x"),
                TrainingClip.of("d", FakeMediaFiles.clip(9, 6, SIZE), "x")));

        training.run(
                clips,
                TrainingOptions.newBuilder()
                        .frameSize(SIZE)
                        .frameCount(2)
                        .frameStride(2)
                        .steps(2)
                        .validation(inverting(4, options, (step, generated) -> made.addAll(generated)))
                        .build());

        assertThat(made).hasSize(2);
        for (VideoClip clip : made) {
            List<RgbImage> source = FakeMediaFiles.clip(5, 6, SIZE).frames();
            assertThat(clip.frames().get(0).toRgbBytes()).isEqualTo(IMAGE.toRgbBytes());
            for (int frame = 1; frame < 3; frame++) {
                for (int channel = 0; channel < 3; channel++) {
                    assertThat(clip.frames().get(frame).valueAt(5, 2, channel))
                            .isCloseTo(source.get(2 * frame).valueAt(5, 2, channel), within(1));
                }
            }
            assertThat(clip.provenance()).containsEntry("inversion_steps", "4");
        }
    }

    @Test
    void run_inversion_isMadeOnceForAllExamplesOfAValidation() throws IOException {
        List<GenerationProgress> inverted = new ArrayList<>();
        GenerationOptions options = generation()
                .listener(progress -> {
                    if (progress instanceof GenerationProgress.Inverting) {
                        inverted.add(progress);
                    }
                    return Decision.CONTINUE;
                })
                .build();

        train(5, inverting(3, options, this::note));

        assertThat(seen).containsExactly("2 a cat 2", "2 a dog 2", "4 a cat 4", "4 a dog 4");
        assertThat(inverted).extracting(GenerationProgress::step).containsExactly(1, 2, 3, 1, 2, 3);
        assertThat(inverted).extracting(GenerationProgress::steps).containsOnly(3);
    }

    @Test
    void run_interruptWhileInverting_endsTheTrainingWithWhatWasLearned() throws IOException {
        List<GenerationProgress> heard = new ArrayList<>();
        GenerationOptions interrupting = generation()
                .listener(progress -> {
                    heard.add(progress);
                    Thread.currentThread().interrupt();
                    return Decision.CONTINUE;
                })
                .build();

        TrainedMotion trained = train(9, inverting(5, interrupting, this::note));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(trained.metadata().steps()).hasValue(2);
        assertThat(heard).containsExactly(new GenerationProgress.Inverting(1, 5));
        assertThat(seen).isEmpty();
        assertThat(model.openPredictors()).isZero();
    }

    @Test
    void run_inversionThatCannotWork_isRefusedBeforeAnythingIsTrained() {
        GenerationOptions longer = GenerationOptions.newBuilder()
                .frameSize(SIZE)
                .frameCount(6)
                .steps(2)
                .build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> train(3, inverting(2, longer, this::note)))
                .withMessage("expected 6 frames at stride 1, but was 5 (clip c)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> train(3, inverting(1000, generation().build(), this::note)))
                .withMessage(
                        "expected sampling steps whose first timestep is at most 999, but 1000 steps begin at timestep"
                                + " 1000");
        assertThat(model.trainers()).isEmpty();
        assertThat(model.fakeCodec().encodedImages()).isZero();
    }

    @Test
    void validation_inversionWithoutStepsOrByAnotherSampler_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> inverting(0, generation().build(), this::note))
                .withMessage("expected 1 or more steps of inversion, but was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> inverting(
                        2,
                        generation().sampler(SamplerType.DPM_SOLVER_PLUS_PLUS).build(),
                        this::note))
                .withMessage("expected the sampler ddim, which can be inverted, but was dpm-solver++");
    }

    @Test
    void run_validationThatCannotWork_isRefusedBeforeAnythingIsTrained() {
        Validation wrongSize = new Validation(
                1,
                EXAMPLES,
                GenerationOptions.newBuilder().frameSize(new FrameSize(9, 4)).build(),
                this::note);
        Validation wrongSteps = new Validation(
                1,
                EXAMPLES,
                GenerationOptions.newBuilder().frameSize(SIZE).steps(1000).build(),
                this::note);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> train(3, wrongSize))
                .withMessage("expected a frame size whose sides are multiples of 2, such as 8x4 or 10x4, but was 9x4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> train(3, wrongSteps))
                .withMessage(
                        "expected sampling steps whose first timestep is at most 999, but 1000 steps begin at timestep"
                                + " 1000");
        assertThat(model.trainers()).isEmpty();
    }

    @Test
    void validation_withoutStepsOrExamples_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Validation(0, EXAMPLES, generation().build(), this::note))
                .withMessage("expected 1 or more steps between two validations, but was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Validation(1, List.of(), generation().build(), this::note))
                .withMessage("expected a first frame and prompt to validate with, but was none");
    }
}
