package org.lamp4j.generation.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.SamplerType;
import org.lamp4j.generation.Doubling;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.generation.GenerationProgress;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.progress.Decision;
import org.lamp4j.progress.ProgressListener;
import org.lamp4j.spi.LatentCodec;
import org.lamp4j.spi.LatentDistribution;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;
import org.lamp4j.testing.FakeBackboneModel;
import org.lamp4j.testing.FakeLatentCodec;
import org.lamp4j.testing.FakeMediaFiles;
import org.lamp4j.testing.Fixture;

class PreviewTest {

    private static final FrameSize SIZE = new FrameSize(16, 8);
    private static final RgbImage FIRST_FRAME =
            FakeMediaFiles.clip(3, 1, SIZE).frames().get(0);

    /** What the fake network sees behind the noise: the latent of a mean grey is 0, of white 0.5. */
    private static final float SEEN = 0.25f;

    /** SEEN as the fake codec shows it, of 255: (0.25 / 0.5) / 2 + 0.5. */
    private static final int SHOWN = 191;

    /** A level of 256, and half of one for the map's fit. */
    private static final double A_LEVEL = 1.5;

    private final FakeBackboneModel model = new FakeBackboneModel();
    private final List<List<RgbImage>> previews = new ArrayList<>();
    private final ProgressListener<GenerationProgress> asking = progress -> {
        if (progress instanceof GenerationProgress.Denoising step) {
            previews.add(step.preview().frames());
        }
        return Decision.CONTINUE;
    };
    private NoiseSchedule schedule;
    private FrozenModel base;

    /** A network that sees one and the same grey in whatever it is given. */
    @BeforeEach
    void createModel() throws IOException {
        schedule = NoiseSchedule.read(Fixture.open("sd14-mini").model("scheduler"));
        model.network((latents, timesteps, context) -> {
            double alpha = schedule.alphaCumprod(timesteps[0]);
            return FloatTensor.generate(latents.shape(), index ->
                    (float) ((latents.valueAt(index) - Math.sqrt(alpha) * SEEN) / Math.sqrt(1 - alpha)));
        });
        base = new FrozenModel(model, schedule, prompt -> FloatTensor.of(Shape.of(1, 1, 1), prompt.length()));
    }

    private VideoGenerator generator() {
        return new VideoGenerator(base, model.freshMotion(List.of("conv1d"), 0));
    }

    private static GenerationOptions.Builder options() {
        return GenerationOptions.newBuilder()
                .frameSize(SIZE)
                .frameCount(4)
                .steps(5)
                .guidanceScale(1)
                .withoutHistogramMatching();
    }

    @ParameterizedTest
    @EnumSource(SamplerType.class)
    void preview_everyStep_showsWhatTheClipIsPredictedToBecomeAndNotTheNoise(SamplerType sampler) {
        generator()
                .generate(
                        "a horse",
                        FIRST_FRAME,
                        options()
                                .sampler(sampler)
                                .withoutAdaIn()
                                .listener(asking)
                                .build());

        assertThat(previews).hasSize(5);
        for (List<RgbImage> frames : previews) {
            assertThat(frames)
                    .hasSize(4)
                    .allSatisfy(frame -> assertThat(frame.size()).isEqualTo(new FrameSize(8, 4)));
            assertThat(frames.get(0).valueAt(5, 2, 2)).isCloseTo(50, within(2)); // the first frame's blue
            for (RgbImage frame : frames.subList(1, 4)) {
                assertThat((double) frame.valueAt(5, 2, 1)).isCloseTo(SHOWN, within(A_LEVEL));
                assertThat((double) frame.valueAt(0, 0, 2)).isCloseTo(SHOWN, within(A_LEVEL));
            }
        }
    }

    /** AdaIN gives the frames the first frame's statistics after the last step, and so it does in a preview. */
    @Test
    void preview_lastStep_isTheClipAsItIsDecoded() {
        VideoClip clip = generator()
                .generate("a horse", FIRST_FRAME, options().listener(asking).build());

        for (int frame = 0; frame < 4; frame++) {
            RgbImage decoded = clip.frames().get(frame);
            RgbImage preview = previews.get(4).get(frame);
            for (int x = 0; x < 8; x++) {
                assertThat((double) preview.valueAt(x, 1, 0))
                        .as("frame " + frame)
                        .isCloseTo(decoded.valueAt(2 * x, 2, 0), within(A_LEVEL));
            }
        }
    }

    @Test
    void preview_windowWithKnownFrames_showsThemAsTheyAre() {
        VideoClip clip = FakeMediaFiles.clip(3, 2, SIZE);

        generator()
                .doubleFrameRate(
                        clip,
                        "a horse",
                        Doubling.DEFAULT,
                        options().listener(asking).build());

        assertThat(previews.get(0)).hasSize(3);
        assertThat(previews.get(0).get(2).valueAt(5, 2, 1)).isCloseTo(8, within(2));
        assertThat((double) previews.get(0).get(1).valueAt(5, 2, 1)).isNotCloseTo(8, within(3.0));
    }

    @Test
    void preview_images_oneForEach() {
        new ImageGenerator(base)
                .generate(
                        List.of("a horse", "a cow"), options().listener(asking).build());

        assertThat(previews).hasSize(5).allSatisfy(images -> assertThat(images).hasSize(2));
        assertThat((double) previews.get(0).get(1).valueAt(3, 3, 0)).isCloseTo(SHOWN, within(A_LEVEL));
    }

    @Test
    void preview_asked_changesNothing() {
        VideoClip asked = generator()
                .generate("a horse", FIRST_FRAME, options().listener(asking).build());
        VideoClip unasked =
                generator().generate("a horse", FIRST_FRAME, options().build());

        assertThat(previews).isNotEmpty();
        assertThat(asked.frames()).isEqualTo(unasked.frames());
    }

    @Test
    void preview_notAsked_fitsNothing() {
        int before = model.fakeCodec().decodings();
        generator().generate("a horse", FIRST_FRAME, options().build());
        int unasked = model.fakeCodec().decodings() - before;
        generator().generate("a horse", FIRST_FRAME, options().listener(asking).build());
        int asked = model.fakeCodec().decodings() - before - unasked;
        generator().generate("a horse", FIRST_FRAME, options().listener(asking).build());

        assertThat(asked).isGreaterThan(unasked);
        assertThat(model.fakeCodec().decodings() - before).isEqualTo(2 * unasked + asked);
    }

    @Test
    void linearMap_linearAutoEncoder_isFoundExactlyAndIsTheSameAgain() {
        LatentCodec codec = new FakeLatentCodec();
        FloatTensor latents = RandomSource.stream(3, "latents", 0)
                .gaussian(Shape.of(2, 4, 3, 5))
                .times(0.2f);

        FloatTensor shown = LinearPreviewDecoder.fittedTo(codec).decode(latents);

        assertThat(shown.shape()).isEqualTo(Shape.of(2, 3, 3, 5));
        for (int index = 0; index < 90; index++) {
            int image = index / 45;
            float latent = latents.get(image, index / 15 % 3, index / 5 % 3, index % 5);
            float expected = Math.min(1, Math.max(0, latent / codec.scalingFactor() / 2 + 0.5f));
            assertThat(shown.valueAt(index)).isCloseTo(expected, within(1e-4f));
        }
        assertThat(LinearPreviewDecoder.fittedTo(codec).decode(latents).toArray())
                .isEqualTo(shown.toArray());
        assertThatThrownBy(() -> LinearPreviewDecoder.fittedTo(codec).decode(FloatTensor.zeros(Shape.of(1, 3, 2, 2))))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected latents [n, 4, h, w], but was [1, 3, 2, 2] (LinearPreviewDecoder)");
    }

    /** Each colour is mixed of all channels, with a bias. */
    @Test
    void linearMap_mixedChannels_areToldApart() {
        float[][] mix = {{0.1f, -0.2f, 0.3f, 0.05f}, {0.2f, 0.2f, 0, -0.1f}, {0, 0.3f, -0.1f, 0.2f}};
        LatentCodec codec = new FakeMixingCodec(mix);
        FloatTensor latents = FloatTensor.of(Shape.of(1, 4, 1, 1), 0.5f, -1, 0.25f, 1);

        float[] shown = LinearPreviewDecoder.fittedTo(codec).decode(latents).toArray();

        for (int colour = 0; colour < 3; colour++) {
            float expected = 0.1f;
            for (int channel = 0; channel < 4; channel++) {
                expected += mix[colour][channel] * latents.valueAt(channel);
            }
            assertThat(shown[colour]).isCloseTo(Math.max(0, expected / 2 + 0.5f), within(1e-4f));
        }
    }

    /** Decodes each latent to a pixel by a matrix, and 0.1. */
    private record FakeMixingCodec(float[][] mix) implements LatentCodec {

        @Override
        public LatentDistribution encode(FloatTensor pixels) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FloatTensor decode(FloatTensor latents) {
            Shape shape = latents.shape();
            return FloatTensor.generate(shape.with(1, 3), index -> {
                int plane = shape.size(2) * shape.size(3);
                float sum = 0.1f;
                for (int channel = 0; channel < 4; channel++) {
                    sum += mix[index / plane][channel] * latents.valueAt(channel * plane + index % plane);
                }
                return sum;
            });
        }

        @Override
        public int factor() {
            return 1;
        }

        @Override
        public int latentChannels() {
            return 4;
        }

        @Override
        public float scalingFactor() {
            return 1;
        }
    }
}
