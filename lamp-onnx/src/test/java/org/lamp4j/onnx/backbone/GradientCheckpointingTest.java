package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.device.Device;
import org.lamp4j.device.Device.Precision;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.MotionTrainer.Batch;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** On a model for which there is always room, so that nothing but the option asks for recomputation. */
class GradientCheckpointingTest {

    private static final List<String> LAMP = List.of("conv1d", "conv_gate", "attn_temp", "attn1.to_q");
    private static final Shape LATENTS = Shape.of(1, 4, 3, 4, 4);

    /** The same operators on the same numbers, of which ONNX Runtime merges others in parts than in the whole. */
    private static final double ROUNDING = 1e-5;

    /** Half precision has eleven bits, and some hundred operators follow each other. */
    private static final double ROUNDING_OF_HALVES = 2e-2;

    /**
     * All parts but the last run forward twice. Of those in one session ONNX Runtime would merge some: 1.28, not 1.40.
     */
    private static final double MORE_CONVOLUTIONS = 1.35;

    private static final Pattern CONVOLUTION = Pattern.compile("kernel_time.*?\"op_name\"\\s*:\\s*\"(Fused)?Conv\"");

    @TempDir
    private static Path model;

    @TempDir
    private Path folder;

    /** What a batch gave, and the profiles of its sessions. */
    private record Outcome(float loss, MotionWeights gradients, List<String> profiles) {

        long convolutions() {
            return profiles.stream()
                    .flatMap(profile -> CONVOLUTION.matcher(profile).results())
                    .count();
        }
    }

    @BeforeAll
    static void writeModel() throws IOException {
        TinyModel.in(model);
    }

    private Outcome train(String name, Device device, GradientCheckpointing checkpointing) throws IOException {
        Path profiles = Files.createDirectory(folder.resolve(name));
        float loss;
        MotionWeights gradients;
        try (BackboneModel backbone = new OnnxBackboneProvider().open(model, device.withProfilesIn(profiles))) {
            MotionWeights motion = TinyModel.motion(backbone, LAMP);
            try (MotionTrainer trainer = backbone.motionTrainer(motion, LAMP, LATENTS, checkpointing)) {
                loss = trainer.accumulate(batch());
                gradients = trainer.gradients();
            }
        }
        List<String> texts = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(profiles, "training-step*")) {
            for (Path file : files) {
                texts.add(Files.readString(file));
            }
        }
        return new Outcome(loss, gradients, texts);
    }

    private static Batch batch() {
        return new Batch(
                RandomSource.stream(1, "latents", 0).gaussian(LATENTS),
                new int[] {321},
                RandomSource.stream(1, "context", 0).gaussian(Shape.of(1, 5, 8)),
                RandomSource.stream(1, "target", 0).gaussian(LATENTS));
    }

    private static void assertSame(Outcome found, Outcome expected, double tolerance) {
        assertThat((double) found.loss()).isCloseTo(expected.loss(), within(tolerance * expected.loss()));
        double error = 0;
        double all = 0;
        for (Parameter parameter : expected.gradients().parameters()) {
            FloatTensor reference = FloatTensor.of(parameter.shape(), parameter.values());
            FloatTensor gradient = FloatTensor.of(
                    parameter.shape(),
                    found.gradients().parameter(parameter.name()).values());
            error += Fixture.squares(gradient.minus(reference).values());
            all += Fixture.squares(reference.values());
        }
        assertThat(Math.sqrt(error / all)).isLessThan(tolerance);
    }

    @Test
    void motionTrainer_leastMemory_runsInPartsAndGivesTheSameGradients() throws IOException {
        Outcome whole = train("whole", Device.cpu(), GradientCheckpointing.AS_NEEDED);
        Outcome inParts =
                train("parts", Device.cpu().withMemoryBudget(MemoryBudget.least()), GradientCheckpointing.AS_NEEDED);

        assertThat(inParts.profiles()).as("two sessions of each part").hasSizeGreaterThan(10);
        assertThat((double) inParts.convolutions()).isGreaterThan(MORE_CONVOLUTIONS * whole.convolutions());
        assertSame(inParts, whole, ROUNDING);
    }

    @Test
    void motionTrainer_always_computesTwiceInOneSessionAndGivesTheSameGradients() throws IOException {
        Outcome whole = train("whole", Device.cpu(), GradientCheckpointing.AS_NEEDED);
        Outcome recomputing = train("recomputing", Device.cpu(), GradientCheckpointing.ALWAYS);

        assertThat(recomputing.profiles()).hasSize(1);
        assertThat((double) recomputing.convolutions()).isGreaterThan(MORE_CONVOLUTIONS * whole.convolutions());
        assertSame(recomputing, whole, ROUNDING);
    }

    @Test
    void motionTrainer_alwaysInHalfPrecision_givesTheSameGradients() throws IOException {
        Device half = Device.cpu().withPrecision(Precision.FLOAT16);
        Outcome whole = train("whole", half, GradientCheckpointing.AS_NEEDED);
        Outcome recomputing = train("recomputing", half, GradientCheckpointing.ALWAYS);

        assertThat(recomputing.profiles())
                .as("parts know nothing of a loss scale")
                .hasSize(1);
        assertThat((double) recomputing.convolutions()).isGreaterThan(MORE_CONVOLUTIONS * whole.convolutions());
        assertSame(recomputing, whole, ROUNDING_OF_HALVES);
    }
}
