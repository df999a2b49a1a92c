package org.lamp4j.generation.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;
import org.lamp4j.diffusion.Guidance;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.PredictionType;
import org.lamp4j.spi.FeatureReuse;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

class TiledStepsTest {

    private static final Shape LATENTS = Shape.of(1, 4, 3, 8, 24);

    /** A network that has room for the features of some runs. */
    private static final class SmallNetwork implements NoisePredictor {

        private final int room;
        private final boolean closesWell;
        private int made;
        private int open;

        SmallNetwork(int room, boolean closesWell) {
            this.room = room;
            this.closesWell = closesWell;
        }

        @Override
        public FloatTensor predict(FloatTensor latents, int[] timesteps, FloatTensor context) {
            return latents;
        }

        @Override
        public FeatureReuse reuseFeatures() {
            if (open == room) {
                throw new IllegalStateException("no room");
            }
            made++;
            open++;
            return new FeatureReuse() {
                @Override
                public FloatTensor predictAndKeep(FloatTensor latents, int[] timesteps, FloatTensor context) {
                    return latents;
                }

                @Override
                public FloatTensor predictReusing(FloatTensor latents, int[] timesteps, FloatTensor context) {
                    return latents;
                }

                @Override
                public void close() {
                    open--;
                    if (!closesWell) {
                        throw new IllegalStateException("not closed well");
                    }
                }
            };
        }

        @Override
        public void close() {}
    }

    private static TiledSteps steps(SmallNetwork network) {
        LatentTiles tiles = LatentTiles.ofSize(LATENTS, 8, 8);
        assertThat(tiles.count()).isGreaterThan(2);
        return new TiledSteps(
                tiles,
                GuidedPredictor.of(
                        network,
                        FloatTensor.zeros(Shape.of(1, 1, 1)),
                        new Guidance(1),
                        NoiseSchedule.stableDiffusion(PredictionType.EPSILON),
                        2));
    }

    @Test
    void constructor_stepsOfOneTileFail_closesThoseBefore() {
        SmallNetwork network = new SmallNetwork(2, true);

        assertThatIllegalStateException().isThrownBy(() -> steps(network)).withMessage("no room");

        assertThat(network.made).isEqualTo(2);
        assertThat(network.open).isZero();
    }

    @Test
    void constructor_stepsBeforeFailToClose_areSuppressed() {
        SmallNetwork network = new SmallNetwork(2, false);

        assertThatIllegalStateException()
                .isThrownBy(() -> steps(network))
                .withMessage("no room")
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .hasSize(2)
                        .allSatisfy(suppressed -> assertThat(suppressed).hasMessage("not closed well")));

        assertThat(network.open).isZero();
    }
}
