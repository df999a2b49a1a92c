package org.lamp4j.onnx.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.onnx.autodiff.PartGradients;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.FlopCount;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Target;
import org.lamp4j.onnx.layer.RandomParameters;
import org.lamp4j.onnx.model.TinyConfig;
import org.lamp4j.onnx.model.UNetKeys;
import org.lamp4j.onnx.model.VideoUNetGraph;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.OnnxSession;
import org.lamp4j.spi.MotionTrainer.Batch;
import org.lamp4j.spi.MotionTrainer.State;
import org.lamp4j.spi.MotionTrainer.Update;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

class VideoUNetTrainerTest {

    private static final List<String> LAMP = List.of("conv1d", "conv_gate", "attn_temp", "attn1.to_q");

    private static final VideoUNetConfig CONFIG = new TinyConfig().build();

    private static final UNetKeys KEYS = UNetKeys.of(CONFIG);

    private static final Shape LATENTS = Shape.of(1, 4, 3, 4, 4);

    /** An update that moves parameters in proportion to their gradients, so that clipping shows. */
    private static final Update PROPORTIONAL = new Update(1e-1f, 0.9f, 0.999f, 10, 0, 0.5f);

    private static final Update PAPER = new Update(1e-3f, 0.9f, 0.999f, 1e-8f, 1e-2f, 1);

    /** Float32 rounding. */
    private static final double ROUNDING = 1e-5;

    /** A finite difference in float32 along one parameter's gradient; truncation and rounding are below 1e-2. */
    private static final double FINITE_DIFFERENCE = 2e-2;

    /** Opening one takes longer than most of what is done with it. */
    private static VideoUNetTrainer shared;

    private static State initial;

    @BeforeAll
    static void open() {
        shared = trainer(LAMP);
        State state = shared.state();
        initial = new State(
                copy(state.weights()),
                copy(state.firstMoments()),
                copy(state.secondMoments()),
                state.updateCount(),
                state.lossScale());
    }

    private static MotionWeights copy(MotionWeights weights) {
        return MotionWeights.of(weights.parameters().stream()
                .map(parameter -> new Parameter(parameter.name(), parameter.shape(), direct(tensor(parameter))))
                .toList());
    }

    @AfterAll
    static void close() {
        shared.close();
    }

    /** Returns the shared trainer of the paper's modules as it was when it was opened; stays open. */
    private static VideoUNetTrainer atStart() {
        shared.restore(initial);
        return shared;
    }

    // --- which gradients ---

    @Test
    void gradients_modulesOfThePaper_areOfExactlyTheirParameters() {
        VideoUNetTrainer trainer = atStart();
        trainer.accumulate(batch(0));

        assertThat(trainer.gradients().names())
                .allMatch(key -> key.contains(".conv1d.")
                        || key.contains(".conv_gate.")
                        || key.contains(".attn_temp.")
                        || key.endsWith(".attn1.to_q.weight"));
        Set<String> all = KEYS.shapes().keySet();
        assertThat(trainer.gradients().names()).hasSize((int) all.stream()
                .filter(key -> key.matches(".*(conv1d|conv_gate|attn_temp|attn1\\.to_q)\\..*"))
                .count());
        assertThat(trainer.gradients().parameters())
                .allSatisfy(gradient -> assertThat(norm(gradient.values()))
                        .as(gradient.name())
                        .isFinite()
                        .isPositive());
    }

    /** Other modules reach rules that those of the paper do not: 2-D convolutions, scales, the text's attention. */
    @Test
    void gradients_otherModules_agreeWithFiniteDifferencesOfTheLoss() {
        List<String> modules = List.of("attn2.to_q", "norm_temp", "conv2d", "ff.net", "time_embedding", "attn1.to_k");
        Set<String> trained = KEYS.ofModules(modules);
        Map<String, FloatTensor> point = new HashMap<>();
        trained.forEach(key -> point.put(key, start(key)));
        VideoUNetGraph forward = unet(trained);
        forward.graph().output("prediction", forward.prediction());
        try (OnnxSession backward = OnnxSession.load(graph(trained), ComputeDevice.cpu());
                OnnxSession session = OnnxSession.load(forward.graph(), ComputeDevice.cpu())) {
            Map<String, FloatTensor> results = run(backward, point, true);
            double loss = loss(results.get(StepGraph.LOSS).valueAt(0), session, point);
            for (String key : trained) {
                FloatTensor gradient = results.get(PartGradients.gradientOf(key));
                FloatTensor noise = RandomSource.stream(1, key, 0).gaussian(gradient.shape());
                FloatTensor along = FloatTensor.generate(
                        gradient.shape(), index -> gradient.valueAt(index) * (1 + 0.5f * noise.valueAt(index)));
                double slope = dot(gradient, along);
                double step = Math.min(5e-3 * loss / slope, 2e-2 / Math.sqrt(dot(along, along)));
                double difference = (lossAt(session, point, key, along.times((float) step))
                                - lossAt(session, point, key, along.times((float) -step)))
                        / 2;
                double expected = step * slope;
                assertThat(difference).as(key).isCloseTo(expected, within(FINITE_DIFFERENCE * expected + 3e-7 * loss));
            }
        }
    }

    private static double loss(float reported, OnnxSession session, Map<String, FloatTensor> point) {
        double loss = lossOf(run(session, point, false).get("prediction"));
        assertThat((double) reported).isCloseTo(loss, within(ROUNDING * loss));
        return loss;
    }

    private static double lossAt(
            OnnxSession session, Map<String, FloatTensor> point, String key, FloatTensor displacement) {
        Map<String, FloatTensor> displaced = new HashMap<>(point);
        displaced.put(key, point.get(key).plus(displacement));
        return lossOf(run(session, displaced, false).get("prediction"));
    }

    /** The mean squared error over all frames but the first, in float64. */
    private static double lossOf(FloatTensor prediction) {
        int frames = LATENTS.size(2);
        FloatTensor error = prediction.minus(batch(0).target()).slice(2, 1, frames);
        return dot(error, error) / error.shape().elementCount();
    }

    private static Map<String, FloatTensor> run(
            OnnxSession session, Map<String, FloatTensor> parameters, boolean withTarget) {
        Batch batch = batch(0);
        Map<String, NativeTensor> given = new HashMap<>();
        Map<String, NativeTensor> results = new HashMap<>();
        try {
            parameters.forEach((key, value) -> given.put(key, NativeTensor.copyOf(value)));
            given.put(VideoUNetGraph.SAMPLE, NativeTensor.copyOf(batch.noisyLatents()));
            given.put(VideoUNetGraph.TIMESTEP, NativeTensor.copyOf(Shape.of(1), batch.timesteps()[0]));
            given.put(VideoUNetGraph.HIDDEN_STATES, NativeTensor.copyOf(batch.context()));
            if (withTarget) {
                given.put(StepGraph.TARGET, NativeTensor.copyOf(batch.target()));
            }
            session.outputs().forEach((name, type) -> results.put(name, NativeTensor.allocate(type)));
            session.run(given, results);
            Map<String, FloatTensor> tensors = new HashMap<>();
            results.forEach((name, result) -> tensors.put(name, result.toFloatTensor()));
            return tensors;
        } finally {
            given.values().forEach(NativeTensor::close);
            results.values().forEach(NativeTensor::close);
        }
    }

    // --- loss, accumulation, clipping ---

    @Test
    void loss_frameZeroOfTheTarget_isNotLookedAt() {
        try (VideoUNetTrainer trainer = trainer(List.of("conv_out.conv1d"))) {
            Batch batch = batch(0);
            FloatTensor other = FloatTensor.concat(
                    2,
                    List.of(
                            gaussian("x", Shape.of(1, 4, 1, 4, 4)),
                            batch.target().slice(2, 1, 3)));

            float loss = trainer.accumulate(batch);

            assertThat(loss).isPositive();
            assertThat(trainer.accumulate(new Batch(batch.noisyLatents(), batch.timesteps(), batch.context(), other)))
                    .isEqualTo(loss);
        }
    }

    @Test
    void accumulate_twoBatches_givesTheMeanOfTheirGradients() {
        VideoUNetTrainer trainer = atStart();
        MotionWeights first = gradientsOf(trainer, batch(0));
        MotionWeights second = gradientsOf(trainer, batch(1));

        trainer.accumulate(batch(0));
        trainer.accumulate(batch(1));

        for (Parameter mean : trainer.gradients().parameters()) {
            FloatTensor expected =
                    tensor(first.parameter(mean.name())).weighted(0.5f, 0.5f, tensor(second.parameter(mean.name())));
            assertThat(norm(tensor(mean).minus(expected).values()))
                    .as(mean.name())
                    .isLessThan(ROUNDING * norm(expected.values()) + 1e-9);
        }
    }

    /** An update of rate 0 and no decay forgets the gradients and leaves the parameters. */
    private static MotionWeights gradientsOf(VideoUNetTrainer trainer, Batch batch) {
        trainer.accumulate(batch);
        MotionWeights gradients = trainer.gradients();
        trainer.update(new Update(0, 0.9f, 0.999f, 1, 0, 1));
        return gradients;
    }

    @Test
    void loss_ofAnotherBatch_isThatOfAccumulateAndChangesNothing() {
        VideoUNetTrainer trainer = atStart();
        try (VideoUNetTrainer other = trainer(LAMP)) {
            assertThat(trainer.loss(batch(1))).isEqualTo(other.accumulate(batch(1)));
            assertThatThrownBy(() -> trainer.update(PAPER)).isInstanceOf(IllegalStateException.class);

            trainer.accumulate(batch(0));
            MotionWeights gradients = trainer.gradients();
            trainer.loss(batch(1));

            assertSame(trainer.gradients(), gradients);
            assertThat(trainer.state().updateCount()).isZero();
        }
    }

    @Test
    void update_normAboveTheLargest_clipsAllGradientsByOneFactor() {
        VideoUNetTrainer trainer = atStart();
        MotionWeights before = trainer.weights();
        trainer.accumulate(batch(0));
        MotionWeights gradients = trainer.gradients();
        double norm = Math.sqrt(gradients.parameters().stream()
                .mapToDouble(gradient -> Math.pow(norm(gradient.values()), 2))
                .sum());

        float reported = trainer.update(PROPORTIONAL);

        assertThat(norm).as("the case is one to clip").isGreaterThan(2 * PROPORTIONAL.maxGradientNorm());
        assertThat((double) reported).isCloseTo(norm, within(ROUNDING * norm));
        assertMoved(before, trainer.weights(), gradients, PROPORTIONAL.maxGradientNorm() / norm);
    }

    @Test
    void update_normBelowTheLargest_leavesGradientsAsTheyAre() {
        Update unclipped = new Update(1e-1f, 0.9f, 0.999f, 10, 0, 1e6f);
        VideoUNetTrainer trainer = atStart();
        MotionWeights before = trainer.weights();
        trainer.accumulate(batch(0));
        MotionWeights gradients = trainer.gradients();

        trainer.update(unclipped);

        assertMoved(before, trainer.weights(), gradients, 1);
    }

    /** The first AdamW step, whose corrected moments are the gradient and its square. */
    private static void assertMoved(MotionWeights before, MotionWeights after, MotionWeights gradients, double factor) {
        double error = 0;
        double moved = 0;
        for (Parameter gradient : gradients.parameters()) {
            FloatBuffer from = before.parameter(gradient.name()).values();
            FloatBuffer to = after.parameter(gradient.name()).values();
            FloatBuffer slopes = gradient.values();
            for (int index = 0; index < slopes.remaining(); index++) {
                double g = factor * slopes.get(index);
                double expected = -PROPORTIONAL.learningRate() * g / (Math.abs(g) + PROPORTIONAL.epsilon());
                error += Math.pow(to.get(index) - from.get(index) - expected, 2);
                moved += expected * expected;
            }
        }
        assertThat(Math.sqrt(error / moved)).isLessThan(1e-3); // a difference of float32 numbers near 1
    }

    @Test
    void update_gradientNotFinite_changesNothingAndForgetsIt() {
        Batch good = batch(0);
        FloatTensor infinite = good.target().times(Float.POSITIVE_INFINITY);
        Batch bad = new Batch(good.noisyLatents(), good.timesteps(), good.context(), infinite);
        VideoUNetTrainer trainer = atStart();
        trainer.accumulate(good);
        trainer.update(PAPER);
        MotionWeights expected = trainer.weights();

        trainer = atStart();
        MotionWeights before = trainer.weights();
        assertThat(trainer.accumulate(bad)).isNotFinite();

        assertThat(trainer.update(PAPER)).isNotFinite();

        assertSame(trainer.weights(), before);
        trainer.accumulate(good);
        trainer.update(PAPER);
        assertSame(trainer.weights(), expected);
    }

    // --- training ---

    @Test
    void severalSteps_oneBatch_lowerTheLossAndRepeatBitForBit() {
        List<Float> losses = train(atStart());

        assertThat(losses.get(losses.size() - 1)).isLessThan(0.8f * losses.get(0));
        try (VideoUNetTrainer another = trainer(LAMP)) {
            assertThat(train(another)).isEqualTo(losses);
        }
    }

    private static List<Float> train(VideoUNetTrainer trainer) {
        List<Float> losses = new ArrayList<>();
        for (int step = 0; step < 12; step++) {
            losses.add(trainer.accumulate(batch(0)));
            trainer.update(new Update(1e-2f, 0.9f, 0.999f, 1e-8f, 1e-2f, 1));
        }
        return losses;
    }

    @Test
    void weights_parametersThatAreNotTrained_stayAsTheyCame() {
        String key = "conv_in.conv1d.weight";
        MotionWeights fixed = weights(Set.of(key));
        Set<String> trained = KEYS.ofModules(List.of("conv_out.conv1d"));
        Set<String> inputs = new LinkedHashSet<>(trained);
        inputs.add(key);
        Graph graph = StepGraph.of(unet(inputs), trained, ElementType.FLOAT);
        try (VideoUNetTrainer trainer = new VideoUNetTrainer(graph, weights(trained), fixed, ComputeDevice.cpu())) {
            trainer.accumulate(batch(0));
            assertThat(trainer.gradients().names()).containsExactly("conv_out.conv1d.weight", "conv_out.conv1d.bias");
            trainer.update(PAPER);

            MotionWeights after = trainer.weights();
            assertThat(after.names()).containsExactly("conv_out.conv1d.weight", "conv_out.conv1d.bias", key);
            assertThat(after.parameter(key).values())
                    .isEqualTo(fixed.parameter(key).values());
            assertThat(after.parameter("conv_out.conv1d.weight").values())
                    .isNotEqualTo(
                            weights(trained).parameter("conv_out.conv1d.weight").values());
        }
    }

    @Test
    void weights_taken_doNotChangeWithLaterUpdatesNorWithClosing() {
        VideoUNetTrainer trainer = trainer(List.of("conv_out.conv1d"));
        MotionWeights taken = trainer.weights();
        trainer.accumulate(batch(0));
        trainer.update(PAPER);
        trainer.close();

        assertSame(taken, weights(KEYS.ofModules(List.of("conv_out.conv1d"))));
    }

    // --- misuse ---

    @Test
    void restore_stateOfAnotherTrainer_goesOnBitForBit() {
        try (VideoUNetTrainer uninterrupted = trainer(LAMP);
                VideoUNetTrainer first = trainer(LAMP);
                VideoUNetTrainer second = trainer(LAMP)) {
            for (int step = 0; step < 4; step++) {
                uninterrupted.accumulate(batch(step));
                uninterrupted.update(PAPER);
            }
            for (int step = 0; step < 2; step++) {
                first.accumulate(batch(step));
                first.update(PAPER);
            }
            second.accumulate(batch(7));

            second.restore(first.state());

            for (int step = 2; step < 4; step++) {
                second.accumulate(batch(step));
                second.update(PAPER);
            }
            assertThat(second.state().updateCount()).isEqualTo(4);
            assertSame(second.weights(), uninterrupted.weights());
            assertSame(second.state().firstMoments(), uninterrupted.state().firstMoments());
            assertSame(second.state().secondMoments(), uninterrupted.state().secondMoments());
        }
    }

    @Test
    void restore_stateOfOtherParameters_isRefusedByName() {
        VideoUNetTrainer trainer = atStart();
        try (VideoUNetTrainer other = trainer(List.of("conv_out.conv1d"))) {
            State state = other.state();

            assertThatThrownBy(() -> trainer.restore(state))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("expected one of the pattern's parameters, but was ");
        }
    }

    @Test
    void update_orGradients_withoutABatch_areRefused() {
        try (VideoUNetTrainer trainer = trainer(List.of("conv_out.conv1d"))) {
            String message = "expected a batch since the last update, but there was none";
            assertThatThrownBy(() -> trainer.update(PAPER))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(message);
            trainer.accumulate(batch(0));
            trainer.update(PAPER);
            assertThatThrownBy(trainer::gradients)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(message);
        }
    }

    @Test
    void closed_anyUse_isRefusedButClosingAgainIsNot() {
        VideoUNetTrainer trainer = trainer(List.of("conv_out.conv1d"));
        trainer.close();
        trainer.close();

        String message = "expected an open trainer, but it is closed";
        assertThatThrownBy(() -> trainer.accumulate(batch(0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> trainer.update(PAPER))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(message);
        assertThatThrownBy(trainer::gradients)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(message);
        assertThatThrownBy(trainer::weights)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(message);
    }

    @Test
    void close_whileAnotherThreadTrains_endsItsTrainingWithAnError() throws Exception {
        int sessions = OnnxSession.openCount();
        int tensors = NativeTensor.openCount();
        VideoUNetTrainer trainer = trainer(List.of("conv_out.conv1d"));
        CountDownLatch training = new CountDownLatch(1);
        FutureTask<Void> steps = new FutureTask<>(() -> {
            while (true) {
                trainer.accumulate(batch(0));
                trainer.update(PAPER);
                training.countDown();
            }
        });
        new Thread(steps).start();
        training.await();
        trainer.close();

        assertThatThrownBy(() -> steps.get(1, TimeUnit.MINUTES))
                .hasRootCauseMessage("expected an open trainer, but it is closed");
        assertThat(OnnxSession.openCount()).isEqualTo(sessions);
        assertThat(NativeTensor.openCount()).isEqualTo(tensors);
    }

    /** The step is opened beside the memory that it works on. */
    @Test
    void open_stepThatIsRefused_throwsItsErrorAndLeavesNothingOpen() {
        int tensors = NativeTensor.openCount();
        IllegalStateException refused = new IllegalStateException("refused");

        assertThatThrownBy(() -> new VideoUNetTrainer(
                        () -> {
                            throw refused;
                        },
                        initial.weights(),
                        MotionWeights.of(List.of()),
                        ComputeDevice.cpu()))
                .isSameAs(refused);
        assertThat(NativeTensor.openCount()).isEqualTo(tensors);
    }

    @Test
    void batch_ofAnotherShape_isRefusedWithBothShapes() {
        Shape longer = LATENTS.with(2, 4);
        Batch good = batch(0);
        try (VideoUNetTrainer trainer = trainer(List.of("conv_out.conv1d"))) {
            assertThatThrownBy(() -> trainer.accumulate(
                            new Batch(gaussian("x", longer), good.timesteps(), good.context(), gaussian("x", longer))))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessage("expected sample FLOAT[1, 4, 3, 4, 4], but was FLOAT[1, 4, 4, 4, 4] (step)");
            assertThatThrownBy(() -> trainer.accumulate(
                            new Batch(good.noisyLatents(), new int[] {1, 2}, good.context(), good.target())))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessage("expected timestep INT64[1], but was INT64[2] (step)");
        }
    }

    /** The whole UNet in parts; the fixtures compare its gradients with the reference's. */
    @Test
    void step_inParts_givesTheGradientsOfTheWholeInLessMemory() {
        Set<String> trained = KEYS.ofModules(LAMP);
        StepParts parts = parts(trained, Recomputation.OF_ALL);

        assertGivesGradientsOfTheWhole(trained, parts);
        assertThat(parts.peakBytes(trained)).isLessThan(TrainingStep.wholeHeldBytes(graph(trained)) / 2);
    }

    /** What costs 16 operations a byte: on a network of this size all convolutions and most products. */
    @Test
    void step_thatKeepsWhatCostsMost_givesTheSameGradientsWithFewerOperations() {
        Set<String> trained = KEYS.ofModules(LAMP);
        StepParts parts = parts(trained, new Recomputation(16));
        StepParts sparing = parts(trained, Recomputation.OF_ALL);
        long forward = FlopCount.of(StepGraph.forward(unet(trained), ElementType.FLOAT))
                .total();

        assertGivesGradientsOfTheWhole(trained, parts);
        assertThat(backwardFlops(sparing) - backwardFlops(parts)).isGreaterThan(forward / 2);
        assertThat(parts.peakBytes(trained)).isGreaterThan(sparing.peakBytes(trained));
    }

    private static StepParts parts(Set<String> trained, Recomputation recomputation) {
        return StepParts.of(StepGraph.forward(unet(trained), ElementType.FLOAT), trained, recomputation);
    }

    private static long backwardFlops(StepParts parts) {
        return parts.backward().stream()
                .flatMap(Optional::stream)
                .mapToLong(part -> FlopCount.of(part).total())
                .sum();
    }

    private static void assertGivesGradientsOfTheWhole(Set<String> trained, StepParts parts) {
        VideoUNetTrainer whole = atStart();
        try (VideoUNetTrainer inParts = new VideoUNetTrainer(
                () -> TrainingStep.recomputing(parts, ComputeDevice.cpu().lowMemory()),
                weights(trained),
                MotionWeights.of(List.of()),
                ComputeDevice.cpu())) {
            float expected = whole.accumulate(batch(0));

            assertThat(inParts.accumulate(batch(0))).isCloseTo(expected, within((float) ROUNDING * expected));
            double error = 0;
            double all = 0;
            for (Parameter gradient : whole.gradients().parameters()) {
                FloatTensor difference =
                        tensor(inParts.gradients().parameter(gradient.name())).minus(tensor(gradient));
                error += dot(difference, difference);
                all += Math.pow(norm(gradient.values()), 2);
            }
            assertThat(Math.sqrt(error / all)).isLessThan(ROUNDING);
        }
    }

    // --- what is trained ---

    private static VideoUNetTrainer trainer(List<String> modules) {
        Set<String> trained = KEYS.ofModules(modules);
        return new VideoUNetTrainer(graph(trained), weights(trained), MotionWeights.of(List.of()), ComputeDevice.cpu());
    }

    private static Graph graph(Set<String> trained) {
        return StepGraph.of(unet(trained), trained, ElementType.FLOAT);
    }

    private static VideoUNetGraph unet(Set<String> inputs) {
        return VideoUNetGraph.build(
                "step",
                CONFIG,
                RandomParameters.ofKeys().withInputs(inputs),
                VideoUNetGraph.Inputs.of(LATENTS, 5, CONFIG),
                new VideoUNetGraph.Types(ElementType.FLOAT, ElementType.FLOAT, Target.CPU));
    }

    private static MotionWeights weights(Set<String> keys) {
        return MotionWeights.of(keys.stream()
                .map(key -> new Parameter(key, KEYS.shapes().get(key), direct(start(key))))
                .toList());
    }

    private static FloatTensor start(String key) {
        return RandomParameters.ofKeys().values(key, KEYS.shapes().get(key));
    }

    private static FloatBuffer direct(FloatTensor tensor) {
        FloatBuffer values = ByteBuffer.allocateDirect(
                        4 * Math.toIntExact(tensor.shape().elementCount()))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        return values.put(tensor.values()).flip();
    }

    private static Batch batch(int index) {
        return new Batch(
                gaussian("latents" + index, LATENTS),
                new int[] {400 + index},
                gaussian("context" + index, Shape.of(1, 5, CONFIG.contextWidth())),
                gaussian("target" + index, LATENTS));
    }

    private static FloatTensor gaussian(String name, Shape shape) {
        return RandomSource.stream(4, name, 0).gaussian(shape);
    }

    private static FloatTensor tensor(Parameter parameter) {
        return FloatTensor.of(parameter.shape(), parameter.values());
    }

    private static void assertSame(MotionWeights actual, MotionWeights expected) {
        assertThat(actual.names()).containsExactlyElementsOf(expected.names());
        for (Parameter parameter : expected.parameters()) {
            assertThat(tensor(actual.parameter(parameter.name())).toArray())
                    .as(parameter.name())
                    .isEqualTo(tensor(parameter).toArray());
        }
    }

    private static double norm(FloatBuffer values) {
        double sum = 0;
        for (int index = 0; index < values.remaining(); index++) {
            sum += (double) values.get(index) * values.get(index);
        }
        return Math.sqrt(sum);
    }

    private static double dot(FloatTensor a, FloatTensor b) {
        double sum = 0;
        for (int index = 0; index < a.shape().elementCount(); index++) {
            sum += (double) a.valueAt(index) * b.valueAt(index);
        }
        return sum;
    }
}
