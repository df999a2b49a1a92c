package org.lamp4j.diffusion;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.lamp4j.fuzz.ReaderFuzzTest;

class NoiseScheduleFuzzTest extends ReaderFuzzTest {

    @Override
    protected List<Path> write(Path folder) throws IOException {
        return List.of(Files.writeString(folder.resolve("scheduler_config.json"), """
                {"_class_name": "DDIMScheduler", "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear",
                 "num_train_timesteps": 1000, "steps_offset": 1, "clip_sample": false, "set_alpha_to_one": false,
                 "prediction_type": "epsilon", "trained_betas": null}"""));
    }

    @Override
    protected void read(Path file) throws IOException {
        NoiseSchedule.read(file.getParent());
    }
}
