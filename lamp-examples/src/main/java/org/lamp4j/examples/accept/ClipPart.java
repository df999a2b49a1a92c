package org.lamp4j.examples.accept;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.examples.bench.Series;
import org.lamp4j.examples.drawing.Motion;
import org.lamp4j.examples.drawing.MotionClips;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.RgbImage;

/**
 * Seconds of a clip, from image and prompt to frames: all denoising steps with guidance, text encoder and auto-encoder.
 *
 * @param model the random model
 */
record ClipPart(RandomModelFolder model) implements Part {

    @Override
    public String name() {
        return "clip";
    }

    @Override
    public String inputs() {
        return model.description() + ", " + model.scale().samplingSteps() + " steps";
    }

    @Override
    public Finding run() throws IOException {
        Scale scale = model.scale();
        GenerationOptions options = GenerationOptions.newBuilder()
                .frameCount(scale.frameCount())
                .frameSize(scale.frameSize())
                .steps(scale.samplingSteps())
                .build();
        RgbImage start =
                new MotionClips(0).heldOutStarts(Motion.GROW).get(0).scene().image();
        Series clip = new Series(0);
        try (Backbone backbone = model.open();
                GpuMemoryWatch watch = new GpuMemoryWatch(model.device())) {
            MotionPattern pattern = MotionPattern.untrained(backbone);
            clip.time(() -> pattern.generate("", start, options));
            Peaks peaks = Peaks.of(watch, clip);
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put("clip, s", clip.median());
            peaks.putTo(figures);
            return new Finding(
                    Optional.empty(),
                    String.format(
                            Locale.ROOT,
                            "%.1f s a clip of %d steps; %s (%s)",
                            clip.median(),
                            scale.samplingSteps(),
                            peaks,
                            model.description()),
                    figures,
                    List.of());
        }
    }
}
