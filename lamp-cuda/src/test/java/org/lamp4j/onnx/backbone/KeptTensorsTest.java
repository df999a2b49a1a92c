package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lamp4j.device.Device;
import org.lamp4j.device.Device.Precision;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.motion.LowRank;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.config.BaseModelConfig;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.pretraining.RandomModel;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.HostTraffic;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.OnnxSession;
import org.lamp4j.spi.FeatureReuse;
import org.lamp4j.spi.LossScale;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.MotionTrainer.Batch;
import org.lamp4j.spi.MotionTrainer.State;
import org.lamp4j.spi.MotionTrainer.Update;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/**
 * Parameters, gradients and moments in memory that only ONNX Runtime's C API reaches, on the CPU: the same bits as in
 * the process's own, and no copies of them in a step or a pass.
 */
class KeptTensorsTest {

    private static final List<String> MODULES = List.of("conv1d", "attn_temp", "attn1.to_q");

    private static final Shape LATENTS = Shape.of(1, 4, 2, 8, 8);

    private static final int POSITIONS = 7;
    private static final int WIDTH = 8;

    /** Shape of the hidden states of one prompt. */
    private static final Shape CONTEXT = Shape.of(1, POSITIONS, WIDTH);

    private static final Update UPDATE = new Update(1e-3f, 0.9f, 0.999f, 1e-8f, 1e-2f, 1);

    @TempDir
    private static Path folder;

    private static OnnxBackbone host;
    private static OnnxBackbone kept;

    @BeforeAll
    static void open() throws IOException {
        writeModel();
        host = open(ComputeDevice.cpu());
        kept = open(ComputeDevice.cpuThatKeepsTensors(Precision.FLOAT32));
    }

    private static void writeModel() throws IOException {
        Path config = Files.writeString(folder.resolve("config.json"), """
                {"_class_name": "UNet2DConditionModel", "block_out_channels": [32, 64], "layers_per_block": 1,
                 "attention_head_dim": 2, "cross_attention_dim": 8, "norm_num_groups": 4, "sample_size": 4,
                 "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"],
                 "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"],
                 "mid_block_type": "UNetMidBlock2DCrossAttn"}""");
        BaseModelConfig networks = new BaseModelConfig(
                new ClipTextConfig(600, POSITIONS, WIDTH, 16, 1, 2, 1e-5f, ClipTextConfig.Activation.QUICK_GELU),
                new VaeConfig(3, 4, List.of(8, 8), 1, 4, 0.18215f),
                VideoUNetConfig.read(config));
        new RandomModel(networks, StoredPrecision.FLOAT32, 1).write(folder.resolve("model"));
    }

    private static OnnxBackbone open(ComputeDevice device) throws IOException {
        return OnnxBackbone.open(ModelFiles.open(folder.resolve("model")), device, MemoryBudget.ofMachine());
    }

    @AfterAll
    static void close() {
        host.close();
        kept.close();
    }

    // --- training ---

    @ParameterizedTest
    @EnumSource(GradientCheckpointing.class)
    void train_severalSteps_givesTheBitsOfTheTrainerInHostMemory(GradientCheckpointing checkpointing) {
        MotionWeights start = host.freshMotion(MODULES, 1);
        try (MotionTrainer expected = host.motionTrainer(start, MODULES, LATENTS, checkpointing);
                MotionTrainer trainer = kept.motionTrainer(start, MODULES, LATENTS, checkpointing)) {
            assertThat(train(trainer, 0, 3)).isEqualTo(train(expected, 0, 3));

            assertSame(trainer, expected);
        }
    }

    @Test
    void train_lowRank_givesTheBitsOfTheTrainerInHostMemory() {
        MotionWeights start = host.freshMotion(MODULES, new LowRank(2, 2), 1);
        try (MotionTrainer expected = trainer(host, start);
                MotionTrainer trainer = trainer(kept, start)) {
            assertThat(train(trainer, 0, 2)).isEqualTo(train(expected, 0, 2));

            assertSame(trainer, expected);
        }
    }

    @Test
    void train_someParametersFixed_leavesThemAndGivesTheSameBits() {
        MotionWeights start = host.freshMotion(MODULES, 1);
        List<String> trained = List.of("attn_temp");
        try (MotionTrainer expected = host.motionTrainer(start, trained, LATENTS, GradientCheckpointing.AS_NEEDED);
                MotionTrainer trainer = kept.motionTrainer(start, trained, LATENTS, GradientCheckpointing.AS_NEEDED)) {
            assertThat(train(trainer, 0, 2)).isEqualTo(train(expected, 0, 2));

            assertSame(trainer, expected);
            assertThat(trainer.weights().names()).containsAll(start.names());
        }
    }

    @Test
    void restore_stateOfTheTrainerInHostMemory_goesOnWithTheSameBits() {
        MotionWeights start = host.freshMotion(MODULES, 1);
        try (MotionTrainer expected = trainer(host, start);
                MotionTrainer trainer = trainer(kept, start)) {
            train(expected, 0, 2);
            trainer.restore(expected.state());

            assertThat(train(trainer, 2, 4)).isEqualTo(train(expected, 2, 4));

            assertSame(trainer, expected);
        }
    }

    /** The scale, which is doubled on the way, lies there as well. */
    @Test
    void train_halfPrecision_scalesTheLossWithTheBitsOfTheTrainerInHostMemory() throws IOException {
        Device half = Device.cpu().withPrecision(Precision.FLOAT16);
        LossScale soonDoubled = new LossScale(1 << 10, 1998, 0);
        try (OnnxBackbone inHost = open(ComputeDevice.of(half));
                OnnxBackbone inMemory = open(ComputeDevice.cpuThatKeepsTensors(Precision.FLOAT16))) {
            MotionWeights start = inHost.freshMotion(MODULES, 1);
            try (MotionTrainer expected = trainer(inHost, start);
                    MotionTrainer trainer = trainer(inMemory, start)) {
                State fresh = expected.state();
                State scaled = new State(
                        fresh.weights(), fresh.firstMoments(), fresh.secondMoments(), fresh.updateCount(), soonDoubled);
                expected.restore(scaled);
                trainer.restore(scaled);

                assertThat(train(trainer, 0, 3)).isEqualTo(train(expected, 0, 3));

                assertSame(trainer, expected);
                assertThat(trainer.state().lossScale()).isEqualTo(new LossScale(1 << 11, 5, 0));
            }
        }
    }

    /** What was handed out before stays as it was, and what is handed out after the trainer is closed stays usable. */
    @Test
    void state_trainingGoesOn_isACopy() {
        MotionWeights start = host.freshMotion(MODULES, 1);
        State state;
        MotionWeights then;
        try (MotionTrainer trainer = trainer(kept, start)) {
            train(trainer, 0, 1);
            state = trainer.state();
            then = trainer.weights();
            train(trainer, 1, 2);
            assertThat(trainer.weights()).isNotEqualTo(then);
        }
        assertThat(state.weights()).isEqualTo(then);
    }

    @Test
    void update_gradientNotFinite_changesNothing() {
        MotionWeights start = host.freshMotion(MODULES, 1);
        Batch good = batch(0);
        Batch bad = new Batch(
                good.noisyLatents(),
                good.timesteps(),
                good.context(),
                good.target().times(Float.POSITIVE_INFINITY));
        try (MotionTrainer trainer = trainer(kept, start)) {
            assertThat(trainer.accumulate(bad)).isNotFinite();
            assertThat(trainer.update(UPDATE)).isNotFinite();

            assertThat(trainer.weights()).isEqualTo(start);
            assertThat(trainer.state().updateCount()).isZero();
        }
    }

    /** Of megabytes of parameters, only a batch goes there, and only loss and sums of squares come back. */
    @Test
    void step_hostTraffic_isTheBatchAndAFewNumbers() {
        MotionWeights start = host.freshMotion(MODULES, 1);
        try (MotionTrainer trainer = trainer(kept, start)) {
            train(trainer, 0, 1);
            Batch batch = batch(1);
            HostTraffic before = HostTraffic.ofProcess();

            trainer.accumulate(batch);
            trainer.update(UPDATE);

            HostTraffic step = HostTraffic.ofProcess().since(before);
            long batchBytes = Float.BYTES
                            * (batch.noisyLatents().shape().elementCount()
                                    + batch.target().shape().elementCount()
                                    + batch.context().shape().elementCount())
                    + Long.BYTES;
            long adamWNumbers = 9;
            long blocks = (start.elementCount() + (1 << 18) - 1) >> 18;
            assertThat(step)
                    .isEqualTo(new HostTraffic(
                            batchBytes + adamWNumbers * Float.BYTES, Float.BYTES + blocks * Float.BYTES));
            assertThat(start.elementCount() * Float.BYTES).isGreaterThan(20 * step.bytesRead());
        }
    }

    private static MotionTrainer trainer(OnnxBackbone backbone, MotionWeights start) {
        return backbone.motionTrainer(start, MODULES, LATENTS, GradientCheckpointing.AS_NEEDED);
    }

    /** Returns losses and norms of steps of two batches each. */
    private static List<Float> train(MotionTrainer trainer, int from, int to) {
        List<Float> numbers = new ArrayList<>();
        for (int step = from; step < to; step++) {
            numbers.add(trainer.accumulate(batch(2 * step)));
            numbers.add(trainer.accumulate(batch(2 * step + 1)));
            numbers.add(trainer.update(UPDATE));
        }
        return numbers;
    }

    private static void assertSame(MotionTrainer actual, MotionTrainer expected) {
        actual.accumulate(batch(9));
        expected.accumulate(batch(9));
        assertThat(actual.gradients()).isEqualTo(expected.gradients());
        assertThat(actual.weights()).isEqualTo(expected.weights());
        assertThat(actual.state()).isEqualTo(expected.state());
    }

    private static Batch batch(int index) {
        return new Batch(
                gaussian("latents" + index, LATENTS),
                new int[] {(index * 217 + 31) % 1000},
                gaussian("context" + index, CONTEXT),
                gaussian("target" + index, LATENTS));
    }

    private static FloatTensor gaussian(String name, Shape shape) {
        return RandomSource.stream(4, name, 0).gaussian(shape);
    }

    // --- generation ---

    @Test
    void predict_twoClips_givesTheBitsOfThePredictorInHostMemory() {
        MotionWeights motion = trained();
        Shape latents = LATENTS.with(0, 2);
        int[] timesteps = {700, 700};
        FloatTensor sample = gaussian("sample", latents);
        FloatTensor states = gaussian("context", CONTEXT.with(0, 2));
        try (NoisePredictor expected = host.noisePredictor(motion, latents, 1);
                NoisePredictor predictor = kept.noisePredictor(motion, latents, 1)) {
            HostTraffic before = HostTraffic.ofProcess();

            FloatTensor noise = predictor.predict(sample, timesteps, states);

            HostTraffic pass = HostTraffic.ofProcess().since(before);
            long sampleBytes = latents.elementCount() * Float.BYTES;
            long given = sampleBytes + states.shape().elementCount() * Float.BYTES + 2 * Long.BYTES;
            assertThat(pass).isEqualTo(new HostTraffic(given, sampleBytes));
            assertThat(noise).isEqualTo(expected.predict(sample, timesteps, states));
        }
    }

    @Test
    void predictReusing_deepFeatures_givesTheSameBitsAndLeavesThemThere() {
        MotionWeights motion = trained();
        int[] timesteps = {700};
        FloatTensor sample = gaussian("sample", LATENTS);
        FloatTensor states = gaussian("context", CONTEXT);
        try (NoisePredictor expected = host.noisePredictor(motion, LATENTS, 1, 1);
                NoisePredictor predictor = kept.noisePredictor(motion, LATENTS, 1, 1);
                FeatureReuse expectedReuse = expected.reuseFeatures();
                FeatureReuse reuse = predictor.reuseFeatures()) {
            expectedReuse.predictAndKeep(sample, timesteps, states);
            HostTraffic before = HostTraffic.ofProcess();

            reuse.predictAndKeep(sample, timesteps, states);

            assertThat(HostTraffic.ofProcess().since(before).bytesWritten())
                    .isEqualTo(LATENTS.elementCount() * Float.BYTES);
            assertThat(reuse.predictReusing(sample, timesteps, states))
                    .isEqualTo(expectedReuse.predictReusing(sample, timesteps, states));
        }
    }

    /** What copies to the device's memory and back is a session, too. */
    @Test
    void predictor_nothingToKeep_isTheNetworksSessionAlone() {
        MotionWeights none = MotionWeights.of(List.of());
        int sessions = OnnxSession.openCount();
        try (NoisePredictor predictor = kept.noisePredictor(none, LATENTS, 1)) {
            assertThat(OnnxSession.openCount()).isEqualTo(sessions + 1);
            assertThat(predictor
                            .predict(gaussian("sample", LATENTS), new int[] {5}, gaussian("context", CONTEXT))
                            .shape())
                    .isEqualTo(LATENTS);
        }
        assertThat(OnnxSession.openCount()).isEqualTo(sessions);
    }

    private static MotionWeights trained() {
        try (MotionTrainer trainer = trainer(host, host.freshMotion(MODULES, 1))) {
            train(trainer, 0, 1);
            return trainer.weights();
        }
    }

    // --- what is left ---

    @Test
    void close_trainerAndPredictor_leaveNoTensorAndNoSession() {
        MotionWeights motion = trained();
        int tensors = NativeTensor.openCount();
        int sessions = OnnxSession.openCount();

        try (MotionTrainer trainer = trainer(kept, motion);
                NoisePredictor predictor = kept.noisePredictor(motion, LATENTS, 1)) {
            train(trainer, 0, 1);
            trainer.state();
            predictor.predict(gaussian("sample", LATENTS), new int[] {5}, gaussian("context", CONTEXT));
        }

        assertThat(NativeTensor.openCount()).isEqualTo(tensors);
        assertThat(OnnxSession.openCount()).isEqualTo(sessions);
    }
}
