package org.lamp4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.evaluation.Likeness;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.VideoClip;
import org.lamp4j.training.TrainingOptions;

class WithEmbeddedModelTest {

    /** The first frame goes through an auto-encoder that has seen other balls, and 17 dB remain. */
    private static final double SAME_IMAGE_DB = 15;

    private static final List<Backbone> GIVEN = new ArrayList<>();

    @BeforeEach
    void forget() {
        GIVEN.clear();
    }

    @WithEmbeddedModel
    static class AnnotatedClass {
        @Test
        void first(Backbone backbone) {
            GIVEN.add(backbone);
        }

        @Test
        void second(Backbone backbone) {
            GIVEN.add(backbone);
        }

        @Nested
        class Inner {
            @Test
            void third(Backbone backbone) {
                GIVEN.add(backbone);
            }
        }
    }

    static class AnnotatedMethod {
        @WithEmbeddedModel
        @Test
        void annotated(Backbone backbone) {
            GIVEN.add(backbone);
        }

        @Test
        void plain(Backbone backbone) {
            GIVEN.add(backbone);
        }
    }

    @WithEmbeddedModel
    static class TrainingAndGenerating {
        @Test
        void generate(Backbone backbone) throws IOException {
            TrainingOptions training = TrainingOptions.newBuilder()
                    .frameSize(EmbeddedModel.FRAME_SIZE)
                    .frameCount(4)
                    .steps(1)
                    .build();
            GenerationOptions options = GenerationOptions.newBuilder()
                    .frameSize(EmbeddedModel.FRAME_SIZE)
                    .frameCount(4)
                    .steps(2)
                    .build();

            VideoClip clip = MotionPattern.train(backbone, DrawnClips.training(), training)
                    .generate("a green ball moves right on the grass", DrawnClips.firstFrame(), options);

            assertThat(clip.frameCount()).isEqualTo(4);
            assertThat(Likeness.of(clip.frames().get(0), DrawnClips.firstFrame())
                            .psnr())
                    .isGreaterThan(SAME_IMAGE_DB);
        }
    }

    private static TestExecutionSummary run(Class<?> tests) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(tests))
                                .build(),
                        listener);
        return listener.getSummary();
    }

    private static void assertIsClosed(Backbone backbone) {
        assertThatThrownBy(() -> MotionPattern.untrained(backbone))
                .hasMessageStartingWith("expected an open backbone, but it was closed");
    }

    @Test
    void backbone_inAllTestsOfAClass_isOneThatIsClosedAfterThem() {
        TestExecutionSummary summary = run(AnnotatedClass.class);

        assertThat(summary.getTestsSucceededCount()).isEqualTo(3);
        assertThat(GIVEN).hasSize(3).allSatisfy(given -> assertThat(given).isSameAs(GIVEN.get(0)));
        assertIsClosed(GIVEN.get(0));
    }

    @Test
    void backbone_inAnotherClass_isAnother() {
        run(AnnotatedClass.class);
        run(AnnotatedMethod.class);

        assertThat(GIVEN).hasSize(4).last().isNotSameAs(GIVEN.get(0));
    }

    @Test
    void annotation_onAMethod_givesTheModelToThatMethodOnly() {
        TestExecutionSummary summary = run(AnnotatedMethod.class);

        assertThat(summary.getTestsSucceededCount()).isEqualTo(1);
        assertThat(summary.getFailures())
                .singleElement()
                .satisfies(failure ->
                        assertThat(failure.getTestIdentifier().getDisplayName()).startsWith("plain"));
        assertThat(GIVEN).hasSize(1);
    }

    @Test
    void drawnClips_areWhatAPatternIsTrainedOnAndStartsFrom() {
        TestExecutionSummary summary = run(TrainingAndGenerating.class);

        assertThat(summary.getFailures()).isEmpty();
        assertThat(summary.getTestsSucceededCount()).isEqualTo(1);
    }
}
