package org.lamp4j.generation.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.SamplerType;
import org.lamp4j.errors.NonFiniteException;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.generation.GenerationProgress;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.progress.Decision;
import org.lamp4j.progress.ProgressListener;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.testing.FakeBackboneModel;
import org.lamp4j.testing.FakeMediaFiles;
import org.lamp4j.testing.Fixture;

class VideoGeneratorTest {

    private static final FrameSize SIZE = new FrameSize(8, 4);
    private static final RgbImage FIRST_FRAME =
            FakeMediaFiles.clip(3, 1, SIZE).frames().get(0);

    private final FakeBackboneModel model = new FakeBackboneModel();
    private VideoGenerator generator;

    @BeforeEach
    void createGenerator() throws IOException {
        NoiseSchedule schedule = NoiseSchedule.read(Fixture.open("sd14-mini").model("scheduler"));
        model.network((latents, timesteps, context) -> latents.times(0.5f));
        generator = new VideoGenerator(
                new FrozenModel(model, schedule, prompt -> FloatTensor.of(Shape.of(1, 1, 1), prompt.length())),
                model.freshMotion(List.of("conv1d"), 0));
    }

    private static GenerationOptions.Builder options() {
        return GenerationOptions.newBuilder().frameSize(SIZE).frameCount(4).steps(3);
    }

    private static byte[][] bytes(VideoClip clip) {
        return clip.frames().stream().map(RgbImage::toRgbBytes).toArray(byte[][]::new);
    }

    @Test
    void generate_firstFrame_isTheGivenImage() {
        VideoClip clip = generator.generate("a horse", FIRST_FRAME, options().build());

        assertThat(clip.frames().get(0).toRgbBytes()).containsExactly(FIRST_FRAME.toRgbBytes());
        assertThat(clip.frameCount()).isEqualTo(4);
        assertThat(clip.frameSize()).isEqualTo(SIZE);
        assertThat(clip.framesPerSecond()).isEqualTo(8);
    }

    @Test
    void generate_sameSeed_givesTheSameBytes() {
        byte[][] once = bytes(
                generator.generate("a horse", FIRST_FRAME, options().seed(5).build()));
        byte[][] again = bytes(
                generator.generate("a horse", FIRST_FRAME, options().seed(5).build()));
        byte[][] other = bytes(
                generator.generate("a horse", FIRST_FRAME, options().seed(6).build()));

        assertThat(again).isDeepEqualTo(once);
        assertThat(Arrays.deepEquals(other, once)).isFalse();
    }

    @Test
    void generate_histogramMatching_givesEveryFrameTheFirstFramesColours() {
        VideoClip matched = generator.generate("a horse", FIRST_FRAME, options().build());
        VideoClip unmatched = generator.generate(
                "a horse", FIRST_FRAME, options().withoutHistogramMatching().build());

        // The first frame is red 48 all over; 8-bit values are cut, so that 47.999 counts as 47.
        assertThat(reds(matched.frames().get(2))).isSubsetOf(47, 48);
        assertThat(reds(unmatched.frames().get(2)))
                .isNotEqualTo(reds(matched.frames().get(2)));
    }

    private static List<Integer> reds(RgbImage image) {
        List<Integer> reds = new ArrayList<>();
        for (int y = 0; y < image.size().height(); y++) {
            for (int x = 0; x < image.size().width(); x++) {
                reds.add(image.valueAt(x, y, 0));
            }
        }
        return reds;
    }

    @Test
    void generate_guidance_putsTheNegativePromptFirst() {
        model.network((latents, timesteps, context) -> {
            assertThat(context.toArray()).containsExactly("blurred".length(), "a red car".length());
            return latents;
        });

        generator.generate(
                "a red car", FIRST_FRAME, options().negativePrompt("blurred").build());

        assertThat(model.predictorShapes()).containsExactly(Shape.of(2, 4, 4, 2, 4));
    }

    @Test
    void generate_withoutGuidance_runsTheTextBranchAlone() {
        model.network((latents, timesteps, context) -> {
            assertThat(context.toArray()).containsExactly("a red car".length());
            return latents;
        });

        generator.generate("a red car", FIRST_FRAME, options().guidanceScale(1).build());

        assertThat(model.predictorShapes()).containsExactly(Shape.of(1, 4, 4, 2, 4));
    }

    @Test
    void generate_imageOfOtherProportions_isCoveredAndCropped() {
        RgbImage wide = FakeMediaFiles.clip(3, 1, new FrameSize(20, 4)).frames().get(0);

        VideoClip clip = generator.generate("a horse", wide, options().build());

        assertThat(clip.frames().get(0).toRgbBytes())
                .containsExactly(wide.coverCrop(SIZE).toRgbBytes());
    }

    @Test
    void generate_anyLength_decodesOneFrameAtATime() {
        generator.generate("a horse", FIRST_FRAME, options().build());

        assertThat(model.fakeCodec().largestBatch()).isEqualTo(1);
    }

    @Test
    void generate_oneFrame_isTheGivenImage() {
        VideoClip clip = generator.generate(
                "a horse",
                FIRST_FRAME,
                GenerationOptions.newBuilder()
                        .frameSize(SIZE)
                        .frameCount(1)
                        .steps(3)
                        .build());

        assertThat(bytes(clip)).isDeepEqualTo(new byte[][] {FIRST_FRAME.toRgbBytes()});
    }

    @Test
    void generate_provenance_holdsPromptAndOptions() {
        VideoClip clip =
                generator.generate("a horse", FIRST_FRAME, options().seed(12).build());

        assertThat(clip.provenance())
                .containsEntry("prompt", "a horse")
                .containsEntry("seed", "12")
                .containsEntry("steps", "3");
    }

    @Test
    void generate_listener_hearsOfEveryStepAndFrame() {
        HeardProgress heard = new HeardProgress();

        generator.generate("a horse", FIRST_FRAME, options().listener(heard).build());

        assertThat(heard.all())
                .startsWith("Denoising 1/3")
                .contains("Denoising 3/3")
                .endsWith("Decoding 4/4")
                .hasSize(7);
    }

    @Test
    void generate_listenerStops_isCancelledAndClosesThePredictor() {
        GenerationOptions options = options()
                .listener(progress -> progress.step() == 2 ? Decision.STOP : Decision.CONTINUE)
                .build();

        assertThatThrownBy(() -> generator.generate("a horse", FIRST_FRAME, options))
                .isInstanceOf(StoppedException.class)
                .hasMessage("generation was stopped by its listener");
        assertThat(model.predictorShapes()).hasSize(1);
        assertThat(model.openPredictors()).isZero();
    }

    @Test
    void generate_interrupted_isCancelledAndKeepsTheFlag() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() ->
                        generator.generate("a horse", FIRST_FRAME, options().build()))
                .isInstanceOf(StoppedException.class)
                .hasMessage("generation was stopped: the thread was interrupted");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(model.openPredictors()).isZero();
    }

    @Test
    void generate_networkGivesNaN_saysAtWhichStep() {
        model.network((latents, timesteps, context) -> timesteps[0] < 600
                ? latents.times(Float.NaN)
                : RandomSource.stream(1, "x", 0).gaussian(latents.shape()));

        assertThatExceptionOfType(NonFiniteException.class)
                .isThrownBy(() ->
                        generator.generate("a horse", FIRST_FRAME, options().build()))
                .withMessageStartingWith(
                        "expected finite latents after step 1, but was NaN; no damaged weight was found");
        assertThat(model.openPredictors()).isZero();
    }

    @Test
    void generate_weightIsNaN_namesTheTensor() {
        model.network((latents, timesteps, context) -> latents.times(Float.NaN))
                .damagedWeight("tensor conv_in.bias of unet.bin, whose element 3 is NaN");

        assertThatExceptionOfType(NonFiniteException.class)
                .isThrownBy(() ->
                        generator.generate("a horse", FIRST_FRAME, options().build()))
                .withMessage("expected finite latents after step 0, but was NaN; the cause is tensor conv_in.bias of"
                        + " unet.bin, whose element 3 is NaN");
    }

    @Test
    void generate_decoderGivesNaN_isRefusedInsteadOfBlack() {
        ProgressListener<GenerationProgress> damageBeforeDecoding = progress -> {
            model.fakeCodec().damage();
            return Decision.CONTINUE;
        };

        assertThatExceptionOfType(NonFiniteException.class)
                .isThrownBy(() -> generator.generate(
                        "a horse",
                        FIRST_FRAME,
                        options().listener(damageBeforeDecoding).build()))
                .withMessage(
                        "expected finite pixels of frame 0, but was NaN; no damaged weight was found, so numbers have overflowed, as they do with float16 where a model's are too large for it");
    }

    @Test
    void generate_sizeOffTheGrid_namesTheNearest() {
        GenerationOptions options =
                GenerationOptions.newBuilder().frameSize(new FrameSize(9, 4)).build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.generate("a horse", FIRST_FRAME, options))
                .withMessage("expected a frame size whose sides are multiples of 2, such as 8x4 or 10x4, but was 9x4");
    }

    // --- editing ---

    /** Without any noise predicted, inversion and sampling undo each other. */
    @Test
    void edit_networkThatSeesNoNoise_givesTheSourceBack() {
        model.network((latents, timesteps, context) -> FloatTensor.zeros(latents.shape()));
        VideoClip source = FakeMediaFiles.clip(7, 4, SIZE);

        VideoClip edited = generator.edit(
                source,
                "a cow",
                source.frames().get(0),
                options().withoutAdaIn().withoutHistogramMatching().build());

        for (int frame = 0; frame < 4; frame++) {
            for (int channel = 0; channel < 3; channel++) {
                assertThat(edited.frames().get(frame).valueAt(3, 2, channel))
                        .isCloseTo(source.frames().get(frame).valueAt(3, 2, channel), within(1));
            }
        }
    }

    @Test
    void edit_newFirstFrame_isFrame0() {
        VideoClip edited = generator.edit(
                FakeMediaFiles.clip(7, 4, SIZE), "a cow", FIRST_FRAME, options().build());

        assertThat(edited.frames().get(0).toRgbBytes()).containsExactly(FIRST_FRAME.toRgbBytes());
    }

    @Test
    void edit_sourceOfAnotherRate_keepsItsRate() {
        VideoClip source = VideoClip.of(FakeMediaFiles.clip(7, 4, SIZE).frames(), 23.976);

        VideoClip edited =
                generator.edit(source, "a cow", FIRST_FRAME, options().build());

        assertThat(edited.framesPerSecond()).isEqualTo(23.976);
    }

    @Test
    void edit_inversion_isWithoutPromptAndGuidance() {
        List<Integer> contexts = new ArrayList<>();
        model.network((latents, timesteps, context) -> {
            contexts.add(context.shape().size(0) * 100
                    + (int) context.valueAt(context.shape().size(0) - 1));
            return latents.times(0.5f);
        });

        generator.edit(
                FakeMediaFiles.clip(7, 4, SIZE), "a cow", FIRST_FRAME, options().build());

        assertThat(contexts).containsExactly(100, 100, 100, 205, 205, 205);
    }

    @Test
    void edit_listener_hearsOfTheInversionToo() {
        HeardProgress heard = new HeardProgress();

        generator.edit(
                FakeMediaFiles.clip(7, 4, SIZE),
                "a cow",
                FIRST_FRAME,
                options().listener(heard).build());

        assertThat(heard.all())
                .startsWith("Inverting 1/3")
                .containsSubsequence("Inverting 3/3", "Denoising 1/3")
                .hasSize(10);
    }

    @Test
    void edit_listenerStopsTheInversion_isCancelledAndClosesThePredictor() {
        GenerationOptions options =
                options().listener(progress -> Decision.STOP).build();

        assertThatThrownBy(() -> generator.edit(FakeMediaFiles.clip(7, 4, SIZE), "a cow", FIRST_FRAME, options))
                .isInstanceOf(StoppedException.class);
        assertThat(model.predictorShapes()).hasSize(1);
        assertThat(model.openPredictors()).isZero();
    }

    @Test
    void edit_weightIsNaN_isNoticedAfterTheInversion() {
        model.network((latents, timesteps, context) -> latents.times(Float.NaN))
                .damagedWeight("tensor conv_in.bias of unet.bin, whose element 3 is NaN");

        assertThatExceptionOfType(NonFiniteException.class)
                .isThrownBy(() -> generator.edit(
                        FakeMediaFiles.clip(7, 4, SIZE),
                        "a cow",
                        FIRST_FRAME,
                        options().build()))
                .withMessage(
                        "expected finite latents of the inversion, but was NaN; the cause is tensor conv_in.bias of"
                                + " unet.bin, whose element 3 is NaN");
    }

    @Test
    void edit_moreStepsThanTheScheduleHas_isRefusedBeforeAnythingIsEncoded() {
        VideoClip source = FakeMediaFiles.clip(7, 4, SIZE);
        GenerationOptions options = GenerationOptions.newBuilder()
                .frameCount(4)
                .frameSize(SIZE)
                .steps(1000)
                .build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.edit(source, "a cow", FIRST_FRAME, options))
                .withMessage(
                        "expected sampling steps whose first timestep is at most 999, but 1000 steps begin at timestep"
                                + " 1000");
        assertThat(model.fakeCodec().encodedImages()).isZero();
        assertThat(model.predictorShapes()).isEmpty();
    }

    @Test
    void edit_clipOfAnotherLength_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.edit(
                        FakeMediaFiles.clip(7, 5, SIZE),
                        "a cow",
                        FIRST_FRAME,
                        options().build()))
                .withMessage("expected a clip of 4 frames to edit, but was 5");
    }

    @Test
    void edit_otherSampler_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.edit(
                        FakeMediaFiles.clip(7, 4, SIZE),
                        "a cow",
                        FIRST_FRAME,
                        options().sampler(SamplerType.EULER).build()))
                .withMessage("expected the sampler ddim, which can be inverted, but was euler");
    }
}
