package org.lamp4j.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.generation.ClipGenerator;
import org.lamp4j.media.VideoClip;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.tensor.FloatTensor;

/** Generates the clips of a {@link Validation} every so many steps. All it draws comes from the generation's own seed. */
final class ValidationRun implements StepAction {

    private final BackboneModel model;
    private final NoiseSchedule schedule;
    private final Function<String, FloatTensor> promptEncoder;
    private final MotionTrainer trainer;
    private final Validation validation;

    ValidationRun(
            BackboneModel model,
            NoiseSchedule schedule,
            Function<String, FloatTensor> promptEncoder,
            MotionTrainer trainer,
            Validation validation) {
        this.model = model;
        this.schedule = schedule;
        this.promptEncoder = promptEncoder;
        this.trainer = trainer;
        this.validation = validation;
    }

    @Override
    public void stepDone(int step) throws IOException {
        if (step % validation.everySteps() == 0) {
            validate(step);
        }
    }

    @Override
    public void runDone(int step) {}

    private void validate(int step) throws IOException {
        ClipGenerator generator = new ClipGenerator(
                model, schedule, promptEncoder, trainer.state().weights());
        List<VideoClip> clips = new ArrayList<>();
        try {
            for (Validation.Example example : validation.examples()) {
                VideoClip clip = generator.generate(example.prompt(), example.firstFrame(), validation.options());
                Map<String, String> made = new LinkedHashMap<>(clip.provenance());
                made.put("pattern_steps", Integer.toString(step));
                clips.add(clip.withProvenance(made));
            }
        } catch (CancellationException stopped) {
            return;
        }
        validation.listener().onClips(step, clips);
    }
}
