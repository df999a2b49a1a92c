package org.lamp4j.generation.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lamp4j.diffusion.Guidance;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.SamplerType;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.generation.Enlargement;
import org.lamp4j.generation.Extension;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.progress.Decision;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.testing.FakeBackboneModel;
import org.lamp4j.testing.FakeMediaFiles;
import org.lamp4j.testing.Fixture;

/** At which steps the whole network runs, and what is kept for the others. */
class DeepCacheTest {

    private static final FrameSize SIZE = new FrameSize(16, 8);
    private static final RgbImage IMAGE =
            FakeMediaFiles.clip(3, 1, SIZE).frames().get(0);

    private final FakeBackboneModel model = new FakeBackboneModel();
    private FrozenModel base;
    private VideoGenerator generator;

    @BeforeEach
    void createGenerator() throws IOException {
        model.network((latents, timesteps, context) -> latents.times(0.5f));
        base = new FrozenModel(
                model,
                NoiseSchedule.read(Fixture.open("sd14-mini").model("scheduler")),
                prompt -> FloatTensor.of(Shape.of(1, 1, 1), prompt.length()));
        generator = new VideoGenerator(base, model.freshMotion(List.of("conv1d"), 0));
    }

    private static GenerationOptions.Builder options() {
        return options(SIZE);
    }

    private static GenerationOptions.Builder options(FrameSize size) {
        return GenerationOptions.newBuilder().frameSize(size).frameCount(4);
    }

    /** What a run of steps asks for, whole at each third. */
    private static List<String> run(int number, int steps) {
        return IntStream.range(0, steps)
                .mapToObj(step -> number + (step % 3 == 0 ? " keep" : " reuse"))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(SamplerType.class)
    void generate_interval_runsTheWholeNetworkAtTheFirstAndEachNthStep(SamplerType sampler) {
        VideoClip clip = generator.generate(
                "a horse",
                IMAGE,
                options().sampler(sampler).steps(8).deepCache(3).build());

        assertThat(model.reusingCalls()).isEqualTo(run(1, 8));
        assertThat(model.predictorShapes()).containsExactly(Shape.of(2, 4, 4, 4, 8));
        assertThat(model.predictorReuses()).containsExactly(1);
        assertThat(model.openReuses()).isZero();
        assertThat(model.openPredictors()).isZero();
        assertThat(clip.provenance()).containsEntry("deep_cache", "3");
    }

    /** The fake network gives the same, whole or not. */
    @Test
    void generate_interval1_keepsNothingAndGivesTheSame() {
        VideoClip usual =
                generator.generate("a horse", IMAGE, options().steps(5).build());
        assertThat(model.reusingCalls()).isEmpty();
        assertThat(model.predictorReuses()).containsExactly(0);
        assertThat(usual.provenance()).containsEntry("deep_cache", "1");

        VideoClip reusing = generator.generate(
                "a horse", IMAGE, options().steps(5).deepCache(9).build());
        assertThat(model.reusingCalls()).containsExactly("1 keep", "1 reuse", "1 reuse", "1 reuse", "1 reuse");
        assertThat(reusing.frames()).isEqualTo(usual.frames());
    }

    @Test
    void extend_eachWindow_beginsWhole() {
        generator.extend(
                FakeMediaFiles.clip(3, 4, SIZE),
                "a horse",
                new Extension(4, 2, 0),
                options().steps(5).deepCache(3).build());

        assertThat(model.reusingCalls()).hasSize(10);
        assertThat(model.reusingCalls().subList(0, 5)).isEqualTo(run(1, 5));
        assertThat(model.reusingCalls().subList(5, 10)).isEqualTo(run(1, 5));
        assertThat(model.openReuses()).isZero();
    }

    /** The last two of five steps: the first that is taken is whole, though it is not the sampler's first. */
    @Test
    void enlarge_tiles_keepFeaturesOfEach() {
        generator.enlarge(
                FakeMediaFiles.clip(3, 4, SIZE),
                "a horse",
                Enlargement.DEFAULT.withStrength(0.4).withTileSize(new FrameSize(20, 16)),
                options(new FrameSize(32, 16)).steps(5).deepCache(3).build());

        assertThat(model.predictorReuses()).containsExactly(2);
        assertThat(model.reusingCalls()).containsExactly("1 keep", "2 keep", "1 reuse", "2 reuse");
        assertThat(model.openReuses()).isZero();
    }

    /** Memory for the whole without features, and for nothing more. */
    @Test
    void enlarge_littleMemory_takesTilesThatFitWithTheirFeatures() {
        model.memory(2 * 4 * 4 * 8 * 16);
        Enlargement least = Enlargement.DEFAULT.withStrength(0.02);
        GenerationOptions.Builder options = options(new FrameSize(32, 16));
        VideoClip clip = FakeMediaFiles.clip(3, 4, SIZE);

        assertThat(generator.enlarge(clip, "a horse", least, options.build()).provenance())
                .containsEntry("tiles", "1x1 of 32x16");
        assertThat(generator
                        .enlarge(clip, "a horse", least, options.deepCache(2).build())
                        .provenance())
                .containsEntry("tiles", "1x3 of 16x16");
    }

    @Test
    void generate_images_reuseFeaturesOfTheBatch() {
        new ImageGenerator(base)
                .generate(List.of("a", "b"), options().steps(4).deepCache(3).build());

        assertThat(model.reusingCalls()).isEqualTo(run(1, 4));
        assertThat(model.openReuses()).isZero();
    }

    @Test
    void generate_stopped_freesTheFeatures() {
        GenerationOptions options = options()
                .steps(4)
                .deepCache(2)
                .listener(progress -> Decision.STOP)
                .build();

        assertThatThrownBy(() -> generator.generate("a horse", IMAGE, options)).isInstanceOf(StoppedException.class);

        assertThat(model.reusingCalls()).containsExactly("1 keep");
        assertThat(model.openReuses()).isZero();
        assertThat(model.openPredictors()).isZero();
    }

    /** Each run counts its own steps. */
    @Test
    void steps_twoRunsOfOnePredictor_doNotMeet() {
        Shape latents = Shape.of(1, 4, 2, 4, 4);
        NoisePredictor network = model.noisePredictor(null, latents, 1, 2);
        FloatTensor context = FloatTensor.zeros(Shape.of(1, 1, 1));
        try (GuidedPredictor predictor = GuidedPredictor.of(network, context, new Guidance(1), base.schedule(), 2);
                GuidedPredictor.Steps one = predictor.steps();
                GuidedPredictor.Steps other = predictor.steps()) {
            for (GuidedPredictor.Steps steps : List.of(one, one, other, one, other)) {
                assertThat(steps.predictedNoise(FloatTensor.zeros(latents), 500).shape())
                        .isEqualTo(latents);
            }
            predictor.predictedNoise(FloatTensor.zeros(latents), 500);
        }

        assertThat(model.reusingCalls()).containsExactly("1 keep", "1 reuse", "2 keep", "1 keep", "2 reuse");
    }

    @Test
    void steps_networkOpenedForNone_areRefused() {
        NoisePredictor network = model.noisePredictor(null, Shape.of(1, 4, 2, 4, 4));
        FloatTensor context = FloatTensor.zeros(Shape.of(1, 1, 1));
        try (GuidedPredictor predictor = GuidedPredictor.of(network, context, new Guidance(1), base.schedule(), 2)) {
            assertThatIllegalStateException()
                    .isThrownBy(predictor::steps)
                    .withMessageStartingWith("expected a predictor that was opened to reuse features");
        }
    }
}
