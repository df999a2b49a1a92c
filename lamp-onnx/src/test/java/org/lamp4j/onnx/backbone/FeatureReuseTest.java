package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.device.Device;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.model.LowRankUpdates;
import org.lamp4j.onnx.model.UNetKeys;
import org.lamp4j.onnx.model.VideoUNetGraph;
import org.lamp4j.onnx.model.VideoUNetParameters;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.FeatureReuse;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

class FeatureReuseTest {

    /** The same sums; ONNX Runtime fuses other nodes where a graph ends elsewhere. */
    private static final float SAME = 1e-5f;

    private static final List<String> MODULES = List.of("conv1d", "attn_temp", "attn1.to_q");
    private static final Shape LATENTS = Shape.of(2, 4, 3, 4, 4);
    private static final int CHUNKS = 2;

    @TempDir
    private static Path folder;

    private static BackboneModel model;
    private static VideoUNets unets;
    private static UNetKeys keys;

    @BeforeAll
    static void open() throws IOException {
        TinyModel.in(folder);
        model = new OnnxBackboneProvider().open(folder, Device.cpu());
        ModelFiles files = ModelFiles.open(folder);
        unets = new VideoUNets(files, ComputeDevice.cpu(), MemoryBudget.ofMachine());
        keys = UNetKeys.of(files.unetConfig());
    }

    @AfterAll
    static void close() {
        model.close();
    }

    /** A step: latents, their timestep and a text. */
    private record Step(FloatTensor latents, int[] timesteps, FloatTensor context) {

        static Step of(int number) {
            return new Step(
                    RandomSource.stream(number, "latents", 0).gaussian(LATENTS),
                    new int[] {900 - number, 900 - number},
                    RandomSource.stream(5, "context", 0).gaussian(Shape.of(2, CHUNKS * 5, 8)));
        }

        FloatTensor keptBy(FeatureReuse reuse) {
            return reuse.predictAndKeep(latents, timesteps, context);
        }

        FloatTensor reusedBy(FeatureReuse reuse) {
            return reuse.predictReusing(latents, timesteps, context);
        }

        FloatTensor predictedBy(NoisePredictor predictor) {
            return predictor.predict(latents, timesteps, context);
        }
    }

    private static NoisePredictor predictor() {
        return model.noisePredictor(TinyModel.motion(model, MODULES), LATENTS, CHUNKS, 1);
    }

    private static MemoryPlan<NoisePredictor> way(int way, MotionWeights motion, int reuses) {
        return unets.waysToPredict(motion, LowRankUpdates.of(motion, keys), unets.inputs(LATENTS, CHUNKS), reuses)
                .get(way);
    }

    private static void assertSame(FloatTensor actual, FloatTensor expected) {
        assertThat(actual.toArray()).usingComparatorWithPrecision(SAME).containsExactly(expected.toArray());
    }

    private static void assertDifferent(FloatTensor actual, FloatTensor other) {
        double squares = 0;
        for (float difference : actual.minus(other).toArray()) {
            squares += (double) difference * difference;
        }
        assertThat(Math.sqrt(squares)).isGreaterThan(1e-2);
    }

    @ParameterizedTest
    @CsvSource({
        "0, weights copied, false",
        "1, weights mapped, false",
        "2, 'weights mapped, in parts', false",
        "0, weights copied, true",
        "2, 'weights mapped, in parts', true"
    })
    void predictReusing_anyWayToRun_givesWhatTheWholeNetworkDoesForItsOwnFeatures(
            int way, String name, boolean lowRank) {
        MotionWeights motion = lowRank ? TinyModel.lowRankMotion(model, MODULES) : TinyModel.motion(model, MODULES);
        MemoryPlan<NoisePredictor> plan = way(way, motion, 1);
        assertThat(plan.name()).isEqualTo(name);
        FloatTensor first;
        FloatTensor second;
        try (NoisePredictor usual = way(0, motion, 0).open().get()) {
            first = Step.of(1).predictedBy(usual);
            second = Step.of(2).predictedBy(usual);
        }
        int open = NativeTensor.openCount();
        try (NoisePredictor predictor = plan.open().get();
                FeatureReuse reuse = predictor.reuseFeatures()) {
            assertSame(Step.of(1).keptBy(reuse), first);
            assertSame(Step.of(1).reusedBy(reuse), first);
            assertSame(Step.of(1).predictedBy(predictor), first);
            FloatTensor nearly = Step.of(2).reusedBy(reuse);
            assertDifferent(nearly, second);
            assertSame(Step.of(2).keptBy(reuse), second);
            assertDifferent(Step.of(1).reusedBy(reuse), first);
            Step.of(1).keptBy(reuse);
            assertSame(Step.of(2).reusedBy(reuse), nearly);
        }
        assertThat(NativeTensor.openCount()).isEqualTo(open);
    }

    /** As large clips of a guided batch are. */
    @ParameterizedTest
    @CsvSource({"false", "true"})
    void predictReusing_oneClipAtATime_keepsTheFeaturesOfEach(boolean inParts) {
        ModelFiles files = unets.files();
        MotionWeights none = MotionWeights.of(List.of());
        PredictorGraphs graphs = PredictorGraphs.reusing(VideoUNetGraph.build(
                "video UNet",
                files.unetConfig(),
                new VideoUNetParameters(files.unet(), unets.inflation(), Set.of(), none),
                unets.inputs(LATENTS, CHUNKS).ofOneClip(),
                ElementType.FLOAT));
        ComputeDevice device = ComputeDevice.cpu();
        try (NoisePredictor together = way(0, none, 1).open().get();
                FeatureReuse ofBoth = together.reuseFeatures();
                NoisePredictor alone = new VideoUNetPredictor(
                        inParts ? graphs.inParts() : graphs,
                        none,
                        LATENTS,
                        inParts ? device.lowMemory() : device,
                        files.unet());
                FeatureReuse ofEach = alone.reuseFeatures()) {
            assertSame(Step.of(1).keptBy(ofEach), Step.of(1).keptBy(ofBoth));
            assertSame(Step.of(2).reusedBy(ofEach), Step.of(2).reusedBy(ofBoth));
        }
    }

    @Test
    void predictReusing_twoRunsInTwoThreads_eachHasItsOwnFeatures() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (NoisePredictor predictor = predictor()) {
            List<List<FloatTensor>> expected = List.of(run(predictor, 10), run(predictor, 40));
            List<Future<List<FloatTensor>>> results = new ArrayList<>();
            for (int round = 0; round < 8; round++) {
                int first = round % 2 == 0 ? 10 : 40;
                results.add(threads.submit(() -> run(predictor, first)));
            }
            for (int round = 0; round < 8; round++) {
                List<FloatTensor> result = results.get(round).get();
                for (int step = 0; step < result.size(); step++) {
                    assertThat(result.get(step).toArray())
                            .isEqualTo(expected.get(round % 2).get(step).toArray());
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<FloatTensor> run(NoisePredictor predictor, int first) {
        List<FloatTensor> results = new ArrayList<>();
        try (FeatureReuse reuse = predictor.reuseFeatures()) {
            for (int step = first; step < first + 6; step++) {
                results.add(
                        step % 3 == first % 3
                                ? Step.of(step).keptBy(reuse)
                                : Step.of(step).reusedBy(reuse));
            }
        }
        return results;
    }

    @Test
    void predictReusing_nothingKept_isRefused() {
        try (NoisePredictor predictor = predictor();
                FeatureReuse reuse = predictor.reuseFeatures()) {
            String message = "expected features that a prediction before has kept, but was none"
                    + " (FeatureReuse.predictReusing)";
            assertThatIllegalStateException()
                    .isThrownBy(() -> Step.of(1).reusedBy(reuse))
                    .withMessage(message);
            Step.of(1).keptBy(reuse);
            Step broken = new Step(Step.of(2).latents(), new int[1], Step.of(2).context());
            assertThatThrownBy(() -> broken.keptBy(reuse)).isInstanceOf(ShapeMismatchException.class);
            assertThatIllegalStateException()
                    .isThrownBy(() -> Step.of(1).reusedBy(reuse))
                    .withMessage(message);
        }
    }

    @Test
    void reuseFeatures_predictorOpenedForNone_isRefused() {
        try (NoisePredictor predictor = model.noisePredictor(TinyModel.motion(model, MODULES), LATENTS)) {
            assertThatIllegalStateException()
                    .isThrownBy(predictor::reuseFeatures)
                    .withMessage("expected a predictor that was opened to reuse features, but was one that was not"
                            + " (NoisePredictor.reuseFeatures)");
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "2"})
    void waysToPredict_runsThatReuse_takeMemoryForTheirFeatures(int way) {
        MotionWeights none = MotionWeights.of(List.of());
        long features = LATENTS.with(1, 8).elementCount() * Float.BYTES; // channels of the last layer but one
        long without = way(way, none, 0).bytes().getAsLong();
        long one = way(way, none, 1).bytes().getAsLong();
        long three = way(way, none, 3).bytes().getAsLong();

        assertThat(one).isGreaterThanOrEqualTo(without + features);
        assertThat(three).isEqualTo(one + 2 * features);
    }
}
