package org.lamp4j.generation.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.generation.Extension;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.VideoClip;
import org.lamp4j.progress.Decision;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.testing.FakeBackboneModel;
import org.lamp4j.testing.FakeMediaFiles;
import org.lamp4j.testing.Fixture;

class VideoExtensionTest {

    private static final FrameSize SIZE = new FrameSize(8, 4);

    /** Frame f is green 8 f all over. */
    private static final VideoClip CLIP = FakeMediaFiles.clip(3, 5, SIZE);

    private static final int WINDOW = 6;

    /** Float32 rounding where a difference is divided by little noise. */
    private static final double ROUNDING = 1e-3;

    /** The fake's posterior has next to no spread, but some. */
    private static final double POSTERIOR = 1e-5;

    private final FakeBackboneModel model = new FakeBackboneModel();
    private final List<FloatTensor> seen = new ArrayList<>();
    private final List<Integer> timesteps = new ArrayList<>();
    private NoiseSchedule schedule;
    private VideoGenerator generator;

    @BeforeEach
    void createGenerator() throws IOException {
        schedule = NoiseSchedule.read(Fixture.open("sd14-mini").model("scheduler"));
        model.network((latents, steps, context) -> {
            seen.add(latents);
            timesteps.add(steps[0]);
            return latents.times(0.5f);
        });
        generator = new VideoGenerator(
                new FrozenModel(model, schedule, prompt -> FloatTensor.of(Shape.of(1, 1, 1), prompt.length())),
                model.freshMotion(List.of("conv1d"), 0));
    }

    private static GenerationOptions.Builder options() {
        return GenerationOptions.newBuilder()
                .frameSize(SIZE)
                .frameCount(WINDOW)
                .steps(3)
                .guidanceScale(1)
                .framesPerSecond(30);
    }

    private VideoClip extend(int frames, int overlap) {
        return generator.extend(
                CLIP, "a horse", new Extension(frames, overlap, 0), options().build());
    }

    @Test
    void extend_clip_keepsItsFramesAndAddsAsManyAsWanted() {
        VideoClip longer = extend(9, 2);

        assertThat(longer.frameCount()).isEqualTo(5 + 9);
        assertThat(longer.framesPerSecond()).isEqualTo(CLIP.framesPerSecond());
        for (int frame = 0; frame < CLIP.frameCount(); frame++) {
            assertThat(longer.frames().get(frame)).isSameAs(CLIP.frames().get(frame));
        }
        assertThat(longer.provenance())
                .containsEntry("prompt", "a horse")
                .containsEntry("extended_from", "5 frames")
                .containsEntry("overlap", "2")
                .containsEntry("seams", "5,9,13");
    }

    /** Windows of 6 frames: one known, five new, of which the next window draws two anew. */
    @Test
    void extend_redraw_replacesTheLastFramesOfTheClipAndOfEachWindowButTheLast() {
        VideoClip longer = generator.extend(
                CLIP, "a horse", new Extension(5, 1, 2), options().build());
        VideoClip shorter = generator.extend(
                VideoClip.of(CLIP.frames().subList(0, 3), 30),
                "a horse",
                Extension.by(5).withOverlap(1),
                options().build());

        assertThat(longer.frameCount()).isEqualTo(5 + 5);
        assertThat(longer.frames().subList(0, 3)).isEqualTo(CLIP.frames().subList(0, 3));
        assertThat(bytes(longer)).startsWith(bytes(shorter).subList(0, 6).toArray(byte[][]::new));
        assertThat(longer.provenance()).containsEntry("redraw", "2").containsEntry("seams", "3,6");
    }

    @Test
    void extend_clipThatWasExtended_keepsItsSeams() {
        VideoClip longer = generator.extend(
                extend(9, 2), "a horse", new Extension(3, 2, 0), options().build());

        assertThat(longer.provenance()).containsEntry("seams", "5,9,13,14");
    }

    @Test
    void extend_clipWhoseSeamsAreNoNumbers_hasItsOwnOnly() {
        VideoClip clip = CLIP.withProvenance(Map.of("seams", "everywhere"));
        VideoClip longer = generator.extend(
                clip, "a horse", new Extension(3, 2, 0), options().build());

        assertThat(longer.provenance()).containsEntry("seams", "5");
    }

    @Test
    void extend_severalWindows_shareOnePredictorAndCloseIt() {
        extend(9, 2);

        assertThat(model.predictorShapes()).containsExactly(Shape.of(1, 4, WINDOW, 2, 4));
        assertThat(model.openPredictors()).isZero();
        assertThat(timesteps).hasSize(3 * 3);
    }

    @Test
    void extend_frame0OfEachWindow_isTheCleanLatentOfTheFirstOverlappingFrame() {
        extend(9, 2);

        for (FloatTensor latents : seen.subList(0, 3)) {
            assertThat(latents.slice(2, 0, 1).toArray())
                    .usingComparatorWithPrecision((float) POSTERIOR)
                    .containsExactly(latent(3).toArray());
        }
    }

    /** The green of frame f is channel 1; the fake's latents are half its pixels. */
    private static FloatTensor latent(int frame) {
        FloatTensor pixels = CLIP.frames().get(frame).toTensor();
        return FloatTensor.generate(Shape.of(1, 4, 1, 2, 4), index -> {
            int channel = index / 8;
            return channel == 3 ? 0 : 0.5f * pixels.get(channel, 2 * (index / 4 % 2), 2 * (index % 4));
        });
    }

    /** So the network sees them as noisy as the new ones, and the same noise all the way. */
    @Test
    void extend_otherOverlappingFrames_areNoisyByTheStepsTimestepWithTheSameNoise() {
        extend(3, 3);

        float[] first = noiseOf(seen.get(0).slice(2, 1, 2), latent(3), timesteps.get(0));
        float[] last = noiseOf(seen.get(2).slice(2, 1, 2), latent(3), timesteps.get(2));
        double squares = 0;
        for (int index = 0; index < first.length; index++) {
            assertThat(last[index]).isCloseTo(first[index], within((float) ROUNDING));
            squares += first[index] * first[index];
        }
        // 32 standard normal values: five standard deviations of their mean square about 1
        assertThat(squares / first.length).isCloseTo(1, within(5 * Math.sqrt(2.0 / first.length)));
    }

    private float[] noiseOf(FloatTensor noisy, FloatTensor clean, int timestep) {
        double alpha = schedule.alphaCumprod(timestep);
        float[] noise = new float[(int) clean.shape().elementCount()];
        for (int index = 0; index < noise.length; index++) {
            noise[index] =
                    (float) ((noisy.valueAt(index) - Math.sqrt(alpha) * clean.valueAt(index)) / Math.sqrt(1 - alpha));
        }
        return noise;
    }

    @Test
    void extend_secondWindow_beginsWithNewFramesAndOtherNoise() {
        VideoClip longer = extend(8, 2);

        FloatTensor secondStart = seen.get(3);
        assertThat(secondStart.slice(2, 0, 1).toArray()).isNotEqualTo(latent(3).toArray());
        assertThat(secondStart.slice(2, 2, WINDOW).toArray())
                .isNotEqualTo(seen.get(0).slice(2, 2, WINDOW).toArray());
        assertThat(longer.provenance()).containsEntry("seams", "5,9");
    }

    @Test
    void extend_sameSeed_givesTheSame() {
        List<byte[]> once = bytes(extend(4, 2));

        assertThat(bytes(extend(4, 2))).usingRecursiveComparison().isEqualTo(once);
    }

    private static List<byte[]> bytes(VideoClip clip) {
        return clip.frames().stream().map(frame -> frame.toRgbBytes()).toList();
    }

    @Test
    void extend_overlapThatDoesNotFit_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> extend(4, WINDOW))
                .withMessage("expected an overlap below the window's 6 frames, but was 6 (extend)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.extend(
                        VideoClip.of(CLIP.frames().subList(0, 2), 8),
                        "a horse",
                        new Extension(4, 3, 0),
                        options().build()))
                .withMessage("expected a clip of at least the 3 frames of the overlap, but was 2 (extend)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.extend(
                        CLIP, "a horse", new Extension(4, 4, 2), options().build()))
                .withMessage("expected fewer frames to draw anew than the 2 new ones of a window, but was 2 (extend)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.extend(
                        VideoClip.of(CLIP.frames().subList(0, 4), 8),
                        "a horse",
                        new Extension(4, 3, 2),
                        options().build()))
                .withMessage("expected a clip of at least the 5 frames of the overlap and those to draw anew, but was 4"
                        + " (extend)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Extension.by(1).withRedraw(-1))
                .withMessage("expected 0 or more frames to draw anew, but was -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Extension(0, 1, 0))
                .withMessage("expected 1 or more frames to add, but was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Extension.by(1).withOverlap(0))
                .withMessage("expected an overlap of 1 frame or more, but was 0");
    }

    @Test
    void extend_clipOfAnotherSize_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.extend(
                        FakeMediaFiles.clip(3, 5, new FrameSize(16, 4)),
                        "a horse",
                        new Extension(4, 2, 0),
                        options().build()))
                .withMessage("expected a clip of the frame size 8x4, but was 16x4 (extend)");
    }

    @Test
    void extend_listenerStops_isCancelledAndClosesThePredictor() {
        GenerationOptions options =
                options().listener(progress -> Decision.STOP).build();

        assertThatThrownBy(() -> generator.extend(CLIP, "a horse", Extension.by(4), options))
                .isInstanceOf(StoppedException.class);
        assertThat(model.openPredictors()).isZero();
    }
}
