package org.lamp4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

class ClipScoresTest {

    private static final FloatTensor RIGHT = vector(1, 0);
    private static final FloatTensor UP = vector(0, 3);
    private static final FloatTensor DIAGONAL = vector(2, 2);
    private static final double DIAGONAL_COSINE = 100 * Math.sqrt(0.5);
    private static final double ROUNDING = 1e-5;

    private static FloatTensor vector(float... values) {
        return FloatTensor.of(Shape.of(values.length), values);
    }

    @Test
    void alignment_framesOfAnyLength_isTheirMeanCosine() {
        assertThat(ClipScores.alignment(List.of(RIGHT, UP, DIAGONAL), RIGHT))
                .isCloseTo((100 + 0 + DIAGONAL_COSINE) / 3, within(ROUNDING));
    }

    @Test
    void consistency_threeFrames_isTheMeanOfAllPairs() {
        assertThat(ClipScores.consistency(List.of(RIGHT, UP, DIAGONAL)))
                .isCloseTo((0 + 2 * DIAGONAL_COSINE) / 3, within(ROUNDING));
    }

    @Test
    void diversity_clips_isTheCosineOfTheirMeans() {
        assertThat(ClipScores.diversity(List.of(List.of(RIGHT, UP), List.of(DIAGONAL), List.of(RIGHT))))
                .isCloseTo((100 + 2 * DIAGONAL_COSINE) / 3, within(ROUNDING));
    }

    @Test
    void scores_tooFew_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClipScores.alignment(List.of(), RIGHT))
                .withMessage("expected at least 1 frames, but was 0 (ClipScores)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClipScores.consistency(List.of(RIGHT)))
                .withMessage("expected at least 2 frames, but was 1 (ClipScores)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClipScores.diversity(List.of(List.of(RIGHT))))
                .withMessage("expected at least 2 clips, but was 1 (ClipScores.diversity)");
    }
}
