package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.Device;
import org.lamp4j.Device.Precision;
import org.lamp4j.GradientCheckpointing;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.MotionTrainer.Batch;
import org.lamp4j.spi.MotionWeights;
import org.lamp4j.spi.MotionWeights.Parameter;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** On a model for which there is always room, so that nothing but the option asks for recomputation. */
class GradientCheckpointingTest {

    private static final List<String> LAMP = List.of("conv1d", "conv_gate", "attn_temp", "attn1.to_q");
    private static final Shape LATENTS = Shape.of(1, 4, 3, 4, 4);

    /** The same operators on the same numbers, of which ONNX Runtime merges others in parts than in the whole. */
    private static final double ROUNDING = 1e-5;

    @TempDir
    private static Path model;

    @TempDir
    private Path folder;

    /** What a batch gave. */
    private record Outcome(float loss, MotionWeights gradients, List<String> profiles) {}

    @BeforeAll
    static void writeModel() throws IOException {
        TinyModel.in(model);
    }

    private Outcome train(GradientCheckpointing checkpointing) throws IOException {
        Path profiles = Files.createDirectory(folder.resolve(checkpointing.name()));
        float loss;
        MotionWeights gradients;
        try (BackboneModel backbone =
                new OnnxBackboneProvider().open(model, Device.cpu().withProfilesIn(profiles))) {
            MotionWeights motion = TinyModel.motion(backbone, LAMP);
            try (MotionTrainer trainer = backbone.motionTrainer(motion, LAMP, LATENTS, checkpointing)) {
                loss = trainer.accumulate(batch());
                gradients = trainer.gradients();
            }
        }
        try (Stream<Path> files = Files.list(profiles)) {
            return new Outcome(
                    loss,
                    gradients,
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    private static Batch batch() {
        return new Batch(
                RandomSource.stream(1, "latents", 0).gaussian(LATENTS),
                new int[] {321},
                RandomSource.stream(1, "context", 0).gaussian(Shape.of(1, 5, 8)),
                RandomSource.stream(1, "target", 0).gaussian(LATENTS));
    }

    @Test
    void motionTrainer_always_runsInPartsAndGivesTheSameGradients() throws IOException {
        Outcome whole = train(GradientCheckpointing.AS_NEEDED);
        Outcome inParts = train(GradientCheckpointing.ALWAYS);

        // Each session leaves a profile: one of the whole step, or two of each of its parts.
        assertThat(whole.profiles())
                .filteredOn(name -> name.startsWith("training-step"))
                .hasSize(1);
        assertThat(inParts.profiles())
                .filteredOn(name -> name.startsWith("training-step"))
                .hasSizeGreaterThan(10);
        assertThat((double) inParts.loss()).isCloseTo(whole.loss(), within(ROUNDING * whole.loss()));
        double error = 0;
        double all = 0;
        for (Parameter expected : whole.gradients().parameters()) {
            FloatTensor reference = FloatTensor.of(expected.shape(), expected.values());
            FloatTensor found = FloatTensor.of(
                    expected.shape(),
                    inParts.gradients().parameter(expected.name()).values());
            error += Fixture.squares(found.minus(reference).values());
            all += Fixture.squares(reference.values());
        }
        assertThat(Math.sqrt(error / all)).isLessThan(ROUNDING);
    }

    @Test
    void motionTrainer_alwaysWhereNothingCanRecompute_warnsAndTrains() throws IOException {
        List<String> warnings = new ArrayList<>();
        Logger logger = Logger.getLogger(VideoUNets.class.getName());
        Handler handler = noting(warnings);
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        Device half = Device.cpu().withPrecision(Precision.FLOAT16);
        try (BackboneModel backbone = new OnnxBackboneProvider().open(model, half);
                MotionTrainer trainer = backbone.motionTrainer(
                        TinyModel.motion(backbone, LAMP), LAMP, LATENTS, GradientCheckpointing.ALWAYS)) {
            assertThat(trainer.accumulate(batch())).isFinite();
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
        }

        assertThat(warnings)
                .containsExactly("expected the processor in float32 for gradient checkpointing, but was CPU, float16:"
                        + " training keeps all values");
    }

    private static Handler noting(List<String> messages) {
        return new Handler() {
            @Override
            public void publish(LogRecord logged) {
                messages.add(new SimpleFormatter().formatMessage(logged));
            }

            @Override
            public void flush() {
                // Nothing is kept back.
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
    }
}
