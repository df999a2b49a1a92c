package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.motion.LowRank;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.motion.StoredMotion;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

class LowRankMotionTest {

    private static final List<String> LAMP = List.of("conv1d", "conv_gate", "attn_temp", "attn1.to_q");

    private static final int RANK = 2;

    private static final float ALPHA = 3;

    private static final Shape LATENTS = Shape.of(1, 4, 3, 4, 4);

    private static final String CONV = "conv_in.conv1d";

    /** Float32 rounding of sums of some dozen products. */
    private static final double ROUNDING = 1e-5;

    /** The same of a gradient that went through the whole network. */
    private static final double GRADIENT_ROUNDING = 1e-3;

    @TempDir
    private static Path folder;

    private static BackboneModel model;

    /** All factors random, as after some training; and the same pattern merged. */
    private static MotionWeights learned;

    private static MotionWeights merged;

    @BeforeAll
    static void open() throws IOException {
        model = TinyModel.in(folder.resolve("base")).open();
        learned = TinyModel.lowRankMotion(model, LAMP);
        merged = model.merged(learned);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static MotionWeights fresh() {
        return model.freshMotion(LAMP, new LowRank(RANK, ALPHA), 7);
    }

    /** α/r of what was learned. */
    private static double scale() {
        return learned.parameter("lora_alpha").values().get(0) / RANK;
    }

    private static MotionWeights changed(MotionWeights motion, UnaryOperator<Parameter> change) {
        return MotionWeights.of(motion.parameters().stream().map(change).toList());
    }

    private static MotionWeights without(MotionWeights motion, Predicate<Parameter> left) {
        return MotionWeights.of(
                motion.parameters().stream().filter(left.negate()).toList());
    }

    private static Parameter parameter(String name, Shape shape, float... values) {
        FloatBuffer buffer = TinyModel.direct(shape);
        buffer.put(values).flip();
        return new Parameter(name, shape, buffer);
    }

    private static FloatTensor predict(MotionWeights motion) {
        try (NoisePredictor predictor = model.noisePredictor(motion, LATENTS)) {
            return predictor.predict(
                    RandomSource.stream(1, "latents", 0).gaussian(LATENTS), new int[] {300}, context());
        }
    }

    private static FloatTensor context() {
        return RandomSource.stream(1, "context", 0).gaussian(Shape.of(1, 5, 8));
    }

    private static MotionTrainer.Batch batch() {
        return new MotionTrainer.Batch(
                RandomSource.stream(2, "latents", 0).gaussian(LATENTS),
                new int[] {500},
                context(),
                RandomSource.stream(2, "target", 0).gaussian(LATENTS));
    }

    // --- fresh ---

    @Test
    void freshMotion_lowRank_isFactorsOfMatricesAndWholeSmallParameters() {
        MotionWeights fresh = fresh();

        assertThat(fresh.names())
                .contains(CONV + ".lora_A.weight", CONV + ".lora_B.weight", CONV + ".bias", "conv_in.conv_gate.weight")
                .contains("lora_alpha")
                .doesNotContain(CONV + ".weight");
        assertThat(fresh.parameter(CONV + ".lora_A.weight").shape()).isEqualTo(Shape.of(RANK, 24));
        assertThat(fresh.parameter(CONV + ".lora_B.weight").shape()).isEqualTo(Shape.of(8, RANK));
        assertThat(fresh.parameter("lora_alpha").values().get(0)).isEqualTo(ALPHA);
        FloatBuffer a = fresh.parameter(CONV + ".lora_A.weight").values();
        float bound = (float) (1 / Math.sqrt(24));
        for (int index = 0; index < a.limit(); index++) {
            assertThat(a.get(index)).isBetween(-bound, bound).isNotZero();
        }
        assertThat(fresh.parameter(CONV + ".lora_B.weight").values()).isEqualTo(TinyModel.direct(Shape.of(8, RANK)));
    }

    @Test
    void freshMotion_lowRank_givesWhatNoPatternGives() {
        assertThat(predict(fresh()).toArray())
                .isEqualTo(predict(MotionWeights.of(List.of())).toArray());
    }

    @Test
    void freshMotion_rankTooLargeToSaveAnything_isWhole() {
        assertThat(model.freshMotion(LAMP, new LowRank(100, 1), 0).names())
                .isEqualTo(model.freshMotion(LAMP, 0).names());
    }

    // --- merging ---

    @Test
    void merged_learnedUpdates_areBaseAndProductOfTheFactors() {
        MotionWeights base = model.freshMotion(LAMP, 0);

        assertThat(merged.names()).containsExactlyInAnyOrderElementsOf(base.names());
        int checked = 0;
        for (Parameter whole : merged.parameters()) {
            String a = whole.name().replaceFirst("weight$", "lora_A.weight");
            if (!a.equals(whole.name()) && learned.names().contains(a)) {
                float[] expected = product(whole, learned.parameter(a));
                for (int index = 0; index < expected.length; index++) {
                    assertThat(whole.values().get(index))
                            .as(whole.name())
                            .isCloseTo(
                                    base.parameter(whole.name()).values().get(index) + expected[index],
                                    within((float) ROUNDING));
                }
                checked++;
            } else {
                assertThat(whole.values())
                        .isEqualTo(learned.parameter(whole.name()).values());
            }
        }
        assertThat(checked).isGreaterThan(20);
    }

    /** α/r B A, row by row. */
    private static float[] product(Parameter whole, Parameter a) {
        FloatBuffer left =
                learned.parameter(a.name().replace("lora_A", "lora_B")).values();
        int columns = a.shape().size(1);
        float[] result = new float[whole.values().remaining()];
        for (int index = 0; index < result.length; index++) {
            double sum = 0;
            for (int inner = 0; inner < RANK; inner++) {
                sum += (double) left.get(index / columns * RANK + inner)
                        * a.values().get(inner * columns + index % columns);
            }
            result[index] = (float) (scale() * sum);
        }
        return result;
    }

    @Test
    void noisePredictor_mergedPattern_givesTheSame() {
        FloatTensor unmerged = predict(learned);

        assertThat(Fixture.error(predict(merged), unmerged)).isLessThan(ROUNDING);
        assertThat(Fixture.error(predict(fresh()), unmerged))
                .as("the updates do something")
                .isGreaterThan(100 * ROUNDING);
    }

    @Test
    void merged_wholePattern_isItself() {
        MotionWeights whole = TinyModel.motion(model, LAMP);

        assertThat(model.merged(whole)).isSameAs(whole);
    }

    /** Low-rank updates of a pattern that is whole: its matrices take the place of the inflated base's. */
    @Test
    void merged_matrixAndItsUpdate_areAddedUp() {
        Shape shape = Shape.of(8, 8, 3);
        float[] ones = new float[8 * 24];
        Arrays.fill(ones, 1);
        List<Parameter> both = new ArrayList<>(learned.parameters());
        both.add(parameter(CONV + ".weight", shape, ones));
        MotionWeights motion = MotionWeights.of(both);

        FloatBuffer sum = model.merged(motion).parameter(CONV + ".weight").values();
        FloatBuffer update = merged.parameter(CONV + ".weight").values();
        for (int index = 0; index < ones.length; index++) {
            assertThat(sum.get(index)).isCloseTo(1 + update.get(index), within((float) ROUNDING));
        }
    }

    // --- training ---

    /** dA = α/r Bᵀ dW, dB = α/r dW Aᵀ, with dW of the merged pattern's training. */
    @Test
    void gradients_ofFactors_areThoseOfTheMatrixTimesTheOtherFactor() {
        MotionWeights factors = gradients(learned);
        MotionWeights whole = gradients(merged);

        for (Parameter gradient : factors.parameters()) {
            if (gradient.name().contains(".lora_A.")) {
                String bName = gradient.name().replace("lora_A", "lora_B");
                Parameter dW = whole.parameter(gradient.name().replace("lora_A.", ""));
                int columns = gradient.shape().size(1);
                FloatTensor expectedA = FloatTensor.generate(gradient.shape(), index -> {
                    double sum = 0;
                    for (int row = 0; row < dW.shape().size(0); row++) {
                        sum += (double) learned.parameter(bName).values().get(row * RANK + index / columns)
                                * dW.values().get(row * columns + index % columns);
                    }
                    return (float) (scale() * sum);
                });
                FloatTensor expectedB =
                        FloatTensor.generate(factors.parameter(bName).shape(), index -> {
                            double sum = 0;
                            for (int column = 0; column < columns; column++) {
                                sum += (double) dW.values().get(index / RANK * columns + column)
                                        * learned.parameter(gradient.name())
                                                .values()
                                                .get(index % RANK * columns + column);
                            }
                            return (float) (scale() * sum);
                        });
                assertClose(gradient, expectedA);
                assertClose(factors.parameter(bName), expectedB);
            } else if (!gradient.name().contains(".lora_B.")) {
                Parameter same = whole.parameter(gradient.name());
                assertClose(gradient, FloatTensor.of(same.shape(), same.values()));
            }
        }
    }

    private static void assertClose(Parameter actual, FloatTensor expected) {
        assertThat(Fixture.error(FloatTensor.of(actual.shape(), actual.values()), expected))
                .as(actual.name())
                .isLessThan(GRADIENT_ROUNDING);
    }

    private static MotionWeights gradients(MotionWeights motion) {
        try (MotionTrainer trainer = model.motionTrainer(motion, LAMP, LATENTS)) {
            trainer.accumulate(batch());
            return trainer.gradients();
        }
    }

    @Test
    void train_oneBatchManyTimes_lossFallsAndOnlyFactorsAndSmallParametersChange() {
        try (MotionTrainer trainer = model.motionTrainer(fresh(), LAMP, LATENTS)) {
            float first = trainer.accumulate(batch());
            float last = first;
            for (int step = 0; step < 40; step++) {
                trainer.update(new MotionTrainer.Update(1e-2f, 0.9f, 0.999f, 1e-8f, 0, 1));
                last = trainer.accumulate(batch());
            }

            assertThat(last).isLessThan(0.8f * first);
            assertThat(trainer.weights().names()).containsExactlyInAnyOrderElementsOf(fresh().names());
            assertThat(trainer.weights().parameter("lora_alpha").values().get(0))
                    .isEqualTo(ALPHA);
            assertThat(trainer.gradients().names())
                    .doesNotContain("lora_alpha")
                    .hasSize(fresh().names().size() - 1);
        }
    }

    // --- files ---

    @Test
    void writeMotion_lowRank_isReadBackAndGivesTheSame() throws IOException {
        Path file = folder.resolve("low-rank.safetensors");
        Path whole = folder.resolve("whole.safetensors");

        model.storage().writeMotion(file, learned, StoredPrecision.FLOAT32, Map.of("a", "b"));
        model.storage().writeMotion(whole, merged, StoredPrecision.FLOAT32, Map.of());

        StoredMotion stored = model.storage().readMotion(file);
        assertThat(stored.metadata()).containsEntry("a", "b");
        assertThat(predict(stored.weights()).toArray())
                .isEqualTo(predict(learned).toArray());
        assertThat(Files.size(file)).isLessThan(Files.size(whole));
    }

    @Test
    void writeVideoUNet_lowRank_holdsTheMergedMatrices() throws IOException {
        model.storage().writeVideoUNet(folder.resolve("video"), learned);

        MotionWeights read = model.storage().readMotion(folder.resolve("video")).weights();
        assertThat(read.parameter(CONV + ".weight").values())
                .isEqualTo(merged.parameter(CONV + ".weight").values());
    }

    // --- what does not fit ---

    @Test
    void noisePredictor_factorWithoutItsPartner_isRefusedByName() {
        MotionWeights damaged = without(learned, parameter -> parameter.name().equals(CONV + ".lora_B.weight"));

        assertThatThrownBy(() -> model.noisePredictor(damaged, LATENTS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected " + CONV + ".lora_B.weight beside " + CONV
                        + ".lora_A.weight, but there is none (LowRankUpdates)");
    }

    @Test
    void noisePredictor_updatesWithoutAlpha_orAlphaAlone_isRefused() {
        MotionWeights damaged = without(learned, parameter -> parameter.name().equals("lora_alpha"));
        MotionWeights alone = without(learned, parameter -> parameter.name().contains(".lora_"));

        assertThatThrownBy(() -> model.noisePredictor(damaged, LATENTS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected low-rank updates and their lora_alpha, but was no lora_alpha (LowRankUpdates)");
        assertThatThrownBy(() -> model.noisePredictor(alone, LATENTS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected low-rank updates and their lora_alpha, but was no update (LowRankUpdates)");
    }

    @Test
    void noisePredictor_factorOfAnotherShapeOrMatrix_isRefusedByName() {
        MotionWeights misshaped = changed(
                learned,
                parameter -> parameter.name().equals(CONV + ".lora_B.weight")
                        ? parameter(parameter.name(), Shape.of(8, 3), new float[24])
                        : parameter);
        MotionWeights unknown = changed(
                learned,
                parameter -> parameter.name().equals(CONV + ".lora_B.weight")
                        ? parameter("conv_in.conv3d.lora_B.weight", Shape.of(8, 2), new float[16])
                        : parameter);

        assertThatThrownBy(() -> model.noisePredictor(misshaped, LATENTS))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected " + CONV + ".lora_B.weight [8, 2], but was [8, 3] (LowRankUpdates)");
        assertThatThrownBy(() -> model.noisePredictor(
                        without(unknown, parameter -> parameter.name().equals(CONV + ".lora_A.weight")), LATENTS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a factor of one of the video UNet's matrices, but was"
                        + " conv_in.conv3d.lora_B.weight (LowRankUpdates)");
    }
}
