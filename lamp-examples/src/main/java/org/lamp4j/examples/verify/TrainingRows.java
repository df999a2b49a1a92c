package org.lamp4j.examples.verify;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/** Three consecutive training steps: predictions, losses, gradients and updated parameters. */
final class TrainingRows implements RowGroup {

    private static final int STEPS = 3;
    private static final double TOLERANCE = 1e-4;
    private static final double NORM_TOLERANCE = 2e-3;
    private static final double GRADIENT_TOLERANCE = 2e-3;

    /** A gradient that is small beside all others may be off by this part of the norm of all together. */
    private static final double GLOBAL_GRADIENT_TOLERANCE = 2e-5;

    private static final double PARAMETER_TOLERANCE = 2e-2;

    @Override
    public void compare(Subject subject, Fixture fixture, Consumer<Row> rows) throws IOException {
        List<String> modules = fixture.strings("/trainable_modules");
        for (int step = 0; step < STEPS; step++) {
            if (!fixture.has(key(step, "clean"), key(step, "noise"), key(step, "timesteps"), key(step, "context"))) {
                rows.accept(Row.absent("train." + step, TOLERANCE));
                return;
            }
        }
        Shape latents = fixture.shape(key(0, "clean"));
        try (MotionTrainer trainer =
                subject.model().motionTrainer(subject.motion(), modules, latents, subject.checkpointing())) {
            Run run = new Run(subject, fixture, rows, trainer, trainer.weights());
            for (int step = 0; step < STEPS; step++) {
                run.step(step);
            }
        }
    }

    private static String key(int step, String what) {
        return "train." + step + "." + what;
    }

    /** The steps, one after the other, from the parameters that the trainer starts with. */
    private record Run(
            Subject subject, Fixture fixture, Consumer<Row> rows, MotionTrainer trainer, MotionWeights start) {

        void step(int step) throws IOException {
            FloatTensor clean = fixture.tensor(key(step, "clean"));
            FloatTensor noise = fixture.tensor(key(step, "noise"));
            int[] timesteps = fixture.integers(key(step, "timesteps"));
            FloatTensor allNoisy = subject.schedule().addNoise(clean, noise, timesteps);
            if (step == 0) {
                compare(key(step, "noisy_before_first_frame"), allNoisy);
            }
            int frames = clean.shape().size(2);
            FloatTensor noisy = FloatTensor.concat(2, List.of(clean.slice(2, 0, 1), allNoisy.slice(2, 1, frames)));
            FloatTensor context = fixture.tensor(key(step, "context"));
            try (NoisePredictor predictor = subject.model().noisePredictor(trainer.weights(), noisy.shape())) {
                compare(key(step, "prediction"), predictor.predict(noisy, timesteps, context));
            }
            FloatTensor target = subject.schedule().target(clean, noise, timesteps);
            float loss = trainer.accumulate(new MotionTrainer.Batch(noisy, timesteps, context, target));
            compareScalar(key(step, "loss"), loss, "/train_losses/" + step, TOLERANCE);
            if (step == 0) {
                compareGradients(trainer.gradients());
            }
            float norm = trainer.update(update());
            compareScalar(key(step, "gradient norm"), norm, "/train_grad_norms/" + step, NORM_TOLERANCE);
            if (step == 0 || step == STEPS - 1) {
                compareParameters(step);
            }
        }

        private MotionTrainer.Update update() throws IOException {
            List<Double> betas = fixture.numbers("/train/betas");
            return new MotionTrainer.Update(
                    (float) fixture.number("/train/learning_rate"),
                    betas.get(0).floatValue(),
                    betas.get(1).floatValue(),
                    (float) fixture.number("/train/epsilon"),
                    (float) fixture.number("/train/weight_decay"),
                    (float) fixture.number("/train/max_grad_norm"));
        }

        private void compare(String name, FloatTensor actual) {
            rows.accept(
                    fixture.has(name)
                            ? Row.of(name, actual, fixture.tensor(name), TOLERANCE)
                            : Row.absent(name, TOLERANCE));
        }

        private void compareScalar(String name, double actual, String pointer, double tolerance) throws IOException {
            double expected = fixture.number(pointer);
            rows.accept(Row.of(name, Row.ratio(Math.abs(actual - expected), Math.abs(expected)), tolerance));
        }

        /**
         * The error of a gradient is relative to its norm, or to that of all gradients together in units that make both
         * tolerances the same number; the smaller counts.
         */
        private void compareGradients(MotionWeights gradients) throws IOException {
            Set<String> different = new HashSet<>(fixture.strings("/trainable_parameters"));
            Set<String> expected = Set.copyOf(different);
            different.removeAll(gradients.names());
            gradients.names().stream().filter(name -> !expected.contains(name)).forEach(different::add);
            rows.accept(Row.of("trainable_parameters", different.size(), 0));
            String row = key(0, "grad.*");
            if (!hasAll(0, "grad", expected) || !different.isEmpty()) {
                rows.accept(different.isEmpty() ? Row.absent(row, GRADIENT_TOLERANCE) : incomparable(row));
                return;
            }
            double globalNorm = fixture.number("/train_grad_norms/0");
            double worst = 0;
            for (String name : expected) {
                FloatTensor reference = fixture.tensor(key(0, "grad." + name));
                double error = distance(gradients.parameter(name), reference);
                double relative = Row.ratio(error, norm(reference));
                double global = error / globalNorm * (GRADIENT_TOLERANCE / GLOBAL_GRADIENT_TOLERANCE);
                worst = Math.max(worst, Math.min(relative, global));
            }
            rows.accept(Row.of(row, worst, GRADIENT_TOLERANCE));
        }

        private void compareParameters(int step) throws IOException {
            MotionWeights actual = trainer.weights();
            Set<String> names = Set.copyOf(fixture.strings("/trainable_parameters"));
            String row = key(step, "param.*");
            boolean complete = actual.names().containsAll(names);
            if (!hasAll(step, "param", names) || !complete) {
                rows.accept(complete ? Row.absent(row, PARAMETER_TOLERANCE) : incomparable(row));
                return;
            }
            double error = 0;
            double way = 0;
            for (String name : names) {
                FloatTensor reference = fixture.tensor(key(step, "param." + name));
                error += Row.square(distance(actual.parameter(name), reference));
                way += Row.square(distance(start.parameter(name), reference));
            }
            rows.accept(Row.of(row, Row.ratio(Math.sqrt(error), Math.sqrt(way)), PARAMETER_TOLERANCE));
        }

        /** Other parameters are trained than the reference trains. */
        private static Row incomparable(String row) {
            return Row.of(row, Double.NaN, 0);
        }

        private boolean hasAll(int step, String kind, Set<String> names) {
            return fixture.has(
                    names.stream().map(name -> key(step, kind + "." + name)).toList());
        }

        private static double distance(MotionWeights.Parameter actual, FloatTensor reference) {
            FloatBuffer values = actual.values().slice();
            double sum = 0;
            for (int index = 0; index < Math.toIntExact(reference.shape().elementCount()); index++) {
                sum += Row.square(values.get(index) - (double) reference.valueAt(index));
            }
            return Math.sqrt(sum);
        }

        private static double norm(FloatTensor tensor) {
            double sum = 0;
            for (int index = 0; index < Math.toIntExact(tensor.shape().elementCount()); index++) {
                sum += Row.square(tensor.valueAt(index));
            }
            return Math.sqrt(sum);
        }
    }
}
