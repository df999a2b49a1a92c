package org.lamp4j.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lamp4j.testing.Fixture;

class SamplerTypeTest {

    @ParameterizedTest
    @EnumSource
    void ofLabel_labelOfAType_findsIt(SamplerType type) {
        assertThat(SamplerType.ofLabel(type.toString())).isEqualTo(type);
    }

    @Test
    void ofLabel_unknown_namesThoseThereAre() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SamplerType.ofLabel("heun"))
                .withMessage("expected one of the samplers ddim, dpm-solver++, euler, lcm, but was heun");
    }

    @Test
    void sampler_eachType_isTheOneOfItsName() throws IOException {
        NoiseSchedule schedule = NoiseSchedule.read(Fixture.open("sd14-mini").model("scheduler"));

        assertThat(SamplerType.DDIM.sampler(schedule, 4)).isInstanceOf(DdimSampler.class);
        assertThat(SamplerType.DPM_SOLVER_PLUS_PLUS.sampler(schedule, 4)).isInstanceOf(DpmSolverPlusPlusSampler.class);
        assertThat(SamplerType.EULER.sampler(schedule, 4)).isInstanceOf(EulerSampler.class);
        assertThat(SamplerType.LCM.sampler(schedule, 4)).isInstanceOf(LcmSampler.class);
        assertThat(SamplerType.EULER.sampler(schedule, 4).timesteps()).hasSize(4);
    }
}
