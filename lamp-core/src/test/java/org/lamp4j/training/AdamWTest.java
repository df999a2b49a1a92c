package org.lamp4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdamWTest {

    @Test
    void default_numbers_areLamps() {
        assertThat(AdamW.DEFAULT).isEqualTo(new AdamW(0.9f, 0.999f, 1e-8f, 0.01f));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0.999, 1e-8, 0.01, 'expected beta1 from 0 to below 1, but was 1.0'",
        "0.9, -0.1, 1e-8, 0.01, 'expected beta2 from 0 to below 1, but was -0.1'",
        "0.9, 0.999, 0, 0.01, 'expected epsilon above 0, but was 0.0'",
        "0.9, 0.999, 1e-8, NaN, 'expected a weight decay of 0 or more, but was NaN'"
    })
    void constructor_badNumber_isRefused(float beta1, float beta2, float epsilon, float decay, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AdamW(beta1, beta2, epsilon, decay))
                .withMessage(message);
    }
}
