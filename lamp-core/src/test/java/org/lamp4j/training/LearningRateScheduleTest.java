package org.lamp4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LearningRateScheduleTest {

    @Test
    void factorAt_constant_isOne() {
        assertThat(LearningRateSchedule.constant().factorAt(0, 10)).isEqualTo(1);
        assertThat(LearningRateSchedule.constant().factorAt(9, 10)).isEqualTo(1);
    }

    @Test
    void factorAt_warmUp_risesInEqualPartsAndStays() {
        LearningRateSchedule schedule = LearningRateSchedule.warmUp(4);

        assertThat(schedule.factorAt(0, 10)).isEqualTo(0.25);
        assertThat(schedule.factorAt(2, 10)).isEqualTo(0.75);
        assertThat(schedule.factorAt(3, 10)).isEqualTo(1);
        assertThat(schedule.factorAt(9, 10)).isEqualTo(1);
    }

    @Test
    void factorAt_cosine_fallsToTheFraction() {
        LearningRateSchedule schedule = LearningRateSchedule.cosineTo(0.05);

        assertThat(schedule.factorAt(0, 1000)).isEqualTo(1);
        assertThat(schedule.factorAt(500, 1000)).isCloseTo((1 + 0.05) / 2, within(1e-12));
        assertThat(schedule.factorAt(999, 1000)).isCloseTo(0.05, within(1e-5));
    }

    @Test
    void times_twoSchedules_isTheirProduct() {
        LearningRateSchedule schedule = LearningRateSchedule.warmUp(10).times(LearningRateSchedule.cosineTo(0));

        assertThat(schedule.factorAt(4, 8)).isCloseTo(0.5 * 0.5, within(1e-12));
        assertThat(schedule).hasToString("warm-up over 10 steps × cosine to 0.0");
    }

    @Test
    void times_constant_isTheOther() {
        LearningRateSchedule warmUp = LearningRateSchedule.warmUp(3);
        LearningRateSchedule constant = LearningRateSchedule.constant();

        assertThat(constant.times(warmUp)).isEqualTo(warmUp);
        assertThat(warmUp.times(constant)).isEqualTo(warmUp);
        assertThat(constant.times(constant)).isEqualTo(constant);
    }

    /** Runs that were begun in Java are resumed from the command line, which gives texts. */
    @Test
    void parse_texts_equalTheSchedulesThatTheyName() {
        LearningRateSchedule warmUp = LearningRateSchedule.warmUp(100);
        LearningRateSchedule cosine = LearningRateSchedule.cosineTo(0.05);

        assertThat(LearningRateSchedule.parse("constant")).isEqualTo(LearningRateSchedule.constant());
        assertThat(LearningRateSchedule.parse("warmup:100")).isEqualTo(warmUp);
        assertThat(LearningRateSchedule.parse("cosine:0.05")).isEqualTo(cosine);
        assertThat(LearningRateSchedule.parse("warmup:100,cosine:0.05")).isEqualTo(warmUp.times(cosine));
        assertThat(LearningRateSchedule.parse("constant,warmup:100")).isEqualTo(warmUp);
    }

    @Test
    void factorAt_stepOutsideTheRun_isRefused() {
        assertThatThrownBy(() -> LearningRateSchedule.constant().factorAt(10, 10))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void warmUp_noSteps_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LearningRateSchedule.warmUp(0))
                .withMessage("expected 1 or more warm-up steps, but was 0");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void cosineTo_badFraction_isRefused(double fraction) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LearningRateSchedule.cosineTo(fraction))
                .withMessage("expected a fraction from 0 to 1, but was " + fraction);
    }
}
