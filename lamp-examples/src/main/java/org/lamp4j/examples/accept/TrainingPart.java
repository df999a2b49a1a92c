package org.lamp4j.examples.accept;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.lamp4j.Backbone;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.examples.bench.Benchmark;
import org.lamp4j.examples.bench.TrainingTimes;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.spi.MotionTrainer.Batch;
import org.lamp4j.tensor.Shape;

/**
 * Seconds of a training step of the random model, and its memory.
 *
 * @param model the random model
 * @param checkpointing whether activations are kept where the memory budget has room for them, or never
 */
record TrainingPart(RandomModelFolder model, GradientCheckpointing checkpointing) implements Part {

    @Override
    public String name() {
        return "training step, checkpointing "
                + checkpointing.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    @Override
    public String inputs() {
        return model.description() + ", " + model.scale().rounds() + " rounds";
    }

    @Override
    public Finding run() throws IOException {
        Scale scale = model.scale();
        Benchmark step = new Benchmark(scale.frameCount(), scale.frameSize(), scale.rounds(), checkpointing);
        try (Backbone backbone = model.open();
                GpuMemoryWatch watch = new GpuMemoryWatch(model.device())) {
            Shape latents = step.latents(backbone);
            Batch batch = Benchmark.batch(latents, backbone.encodePrompt(""));
            MotionWeights motion = backbone.model().freshMotion(Benchmark.modules(), 0);
            TrainingTimes times = TrainingTimes.measure(
                    () -> step.openTrainer(backbone, motion, latents), batch, scale.warmUpRounds(), scale.rounds());
            double seconds = times.gradients().median() + times.update().median();
            Peaks peaks = Peaks.of(watch, times.open(), times.gradients(), times.update());
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put("step, s", seconds);
            figures.put("loss and gradients, s", times.gradients().median());
            figures.put("clipping and AdamW, s", times.update().median());
            figures.put("opening, s", times.open().median());
            peaks.putTo(figures);
            return new Finding(
                    Optional.empty(),
                    String.format(
                            Locale.ROOT,
                            "%.3f s a step, opened in %.1f s; %s (%s)",
                            seconds,
                            times.open().median(),
                            peaks,
                            model.description()),
                    figures,
                    List.of());
        }
    }
}
