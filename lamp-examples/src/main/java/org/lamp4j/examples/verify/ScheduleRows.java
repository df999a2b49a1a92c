package org.lamp4j.examples.verify;

import java.io.IOException;
import java.util.function.Consumer;
import org.lamp4j.diffusion.DdimSampler;

/** The noise schedule and the timesteps that sampling visits. */
final class ScheduleRows implements RowGroup {

    private static final String ALPHAS = "scheduler.alphas_cumprod";
    private static final String TIMESTEPS = "scheduler.ddim_timesteps";
    private static final double TOLERANCE = 1e-6;

    @Override
    public void compare(Subject subject, Fixture fixture, Consumer<Row> rows) throws IOException {
        if (fixture.has(ALPHAS)) {
            rows.accept(Row.of(ALPHAS, subject.schedule().alphasCumprod(), fixture.tensor(ALPHAS), TOLERANCE));
        } else {
            rows.accept(Row.absent(ALPHAS, TOLERANCE));
        }
        if (fixture.has(TIMESTEPS)) {
            DdimSampler sampler = DdimSampler.of(subject.schedule(), fixture.integer("/num_inference_steps"));
            rows.accept(Row.exact(TIMESTEPS, sampler.timesteps(), fixture.integers(TIMESTEPS)));
        } else {
            rows.accept(Row.absent(TIMESTEPS, 0));
        }
    }
}
