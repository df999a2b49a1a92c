package org.lamp4j.examples.accept;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.lamp4j.Backbone;
import org.lamp4j.device.Device;
import org.lamp4j.device.Device.Precision;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.examples.accept.PartResult.Table;
import org.lamp4j.examples.bench.Benchmark;
import org.lamp4j.media.FrameSize;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.tensor.Shape;

/**
 * The gradients of a training step on the embedded model, against those that the CPU computes in float32: in both
 * precisions, with activations kept and with checkpointing.
 *
 * @param model folder of the embedded model
 * @param device where to compare them
 */
record GradientPart(Path model, Device device) implements Part {

    private static final int FRAMES = 4;
    private static final FrameSize SIZE = new FrameSize(64, 64);

    @Override
    public String name() {
        return "gradients";
    }

    @Override
    public String inputs() {
        return FRAMES + " frames of " + SIZE;
    }

    @Override
    public Finding run() throws IOException {
        MotionWeights reference = gradients(Device.cpu(), GradientCheckpointing.AS_NEEDED);
        boolean passed = true;
        Map<String, Double> figures = new LinkedHashMap<>();
        List<List<String>> rows = new ArrayList<>();
        for (Precision precision : List.of(Precision.FLOAT32, Precision.FLOAT16)) {
            for (GradientCheckpointing checkpointing : GradientCheckpointing.values()) {
                Device precise = device.withPrecision(precision);
                double error = error(gradients(precise, checkpointing), reference);
                double tolerance = DeviceTolerance.of(precise).ofAllGradients();
                passed &= error <= tolerance;
                String name = (precision + ", checkpointing " + checkpointing).toLowerCase(Locale.ROOT);
                figures.put("relative error, " + name, error);
                rows.add(List.of(
                        name,
                        String.format(Locale.ROOT, "%.1e", error),
                        String.format(Locale.ROOT, "%.0e", tolerance)));
            }
        }
        return new Finding(
                Optional.of(passed),
                "relative to the norm of the CPU's gradients in float32",
                figures,
                List.of(new Table("Gradients", List.of("precision", "error", "tolerance"), rows)));
    }

    private MotionWeights gradients(Device where, GradientCheckpointing checkpointing) throws IOException {
        Benchmark step = new Benchmark(FRAMES, SIZE, 1, checkpointing);
        try (Backbone backbone = Backbone.load(model, where)) {
            Shape latents = step.latents(backbone);
            MotionWeights motion = backbone.model().freshMotion(Benchmark.modules(), 0);
            try (MotionTrainer trainer = step.openTrainer(backbone, motion, latents)) {
                trainer.accumulate(Benchmark.batch(latents, backbone.encodePrompt("")));
                return trainer.gradients();
            }
        }
    }

    private static double error(MotionWeights actual, MotionWeights reference) {
        double error = 0;
        double norm = 0;
        for (MotionWeights.Parameter expected : reference.parameters()) {
            MotionWeights.Parameter found = actual.parameter(expected.name());
            for (int index = 0; index < expected.shape().elementCount(); index++) {
                double value = expected.values().get(index);
                error += Math.pow(found.values().get(index) - value, 2);
                norm += value * value;
            }
        }
        return Math.sqrt(error / norm);
    }
}
