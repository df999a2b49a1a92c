package org.lamp4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lamp4j.device.CudaOptions;
import org.lamp4j.device.CudaOptions.ArenaGrowth;
import org.lamp4j.device.CudaOptions.ConvolutionSearch;
import org.lamp4j.device.Device;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.motion.BaseFingerprint;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.motion.PatternMetadata;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.text.ClipTokenizer.EncodedPrompt;
import org.lamp4j.training.TrainingClip;

/** Values that are not plain records: made alike they are equal, and each other one differs. */
class ValuesTest {

    /** A class and values of it that all differ, made anew at each call. */
    record Kind(String name, Supplier<List<?>> distinct) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Kind> kinds() {
        return Stream.of(
                new Kind("FloatTensor", ValuesTest::tensors),
                new Kind("Shape", () -> List.of(Shape.of(2), Shape.of(3), Shape.of(2, 3))),
                new Kind(
                        "MemoryBudget",
                        () -> List.of(MemoryBudget.ofBytes(1), MemoryBudget.parse("1G"), MemoryBudget.least())),
                new Kind("CudaOptions", ValuesTest::cudaOptions),
                new Kind("Device", ValuesTest::devices),
                new Kind("MotionWeights", ValuesTest::weights),
                new Kind(
                        "MotionWeights.Parameter",
                        () -> List.of(parameter("a", 1), parameter("b", 1), parameter("a", 2), parameter("a", 1, 1))),
                new Kind("PatternMetadata", ValuesTest::metadata),
                new Kind("TrainingClip", ValuesTest::clips),
                new Kind(
                        "EncodedPrompt",
                        () -> List.of(
                                new EncodedPrompt(new int[] {1, 2}, 2),
                                new EncodedPrompt(new int[] {1, 3}, 2),
                                new EncodedPrompt(new int[] {1, 2}, 3))),
                new Kind("MotionTrainer.Batch", ValuesTest::batches));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void equals_madeAlike_isEqualWithTheSameHashAndText(Kind kind) {
        List<?> some = kind.distinct.get();
        List<?> same = kind.distinct.get();

        for (int index = 0; index < some.size(); index++) {
            assertThat(some.get(index)).isNotSameAs(same.get(index)).isEqualTo(same.get(index));
            assertThat(some.get(index)).hasSameHashCodeAs(same.get(index));
            assertThat(some.get(index)).hasToString(same.get(index).toString());
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void equals_another_isNotEqual(Kind kind) {
        List<Object> values = new ArrayList<>(kind.distinct.get());
        values.add("of another class");

        for (int index = 0; index < values.size(); index++) {
            for (int other = 0; other < values.size(); other++) {
                assertThat(values.get(index).equals(values.get(other)))
                        .as("%s and %s", values.get(index), values.get(other))
                        .isEqualTo(index == other);
            }
        }
    }

    @Test
    void equals_noiseSchedules_byTheirConfiguration(@TempDir Path folder) throws IOException {
        NoiseSchedule some = schedule(folder, 0.012);
        NoiseSchedule same = schedule(folder, 0.012);
        NoiseSchedule other = schedule(folder, 0.02);

        assertThat(some).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo(other);
        assertThat(some).hasToString(some.description() + ", EPSILON");
    }

    @Test
    void equals_weightsInAnotherOrder_isEqual() {
        MotionWeights some = MotionWeights.of(List.of(parameter("a", 1), parameter("b", 2)));
        MotionWeights turned = MotionWeights.of(List.of(parameter("b", 2), parameter("a", 1)));

        assertThat(some).isEqualTo(turned).hasSameHashCodeAs(turned).hasToString("2 parameters of 2 values");
    }

    private static NoiseSchedule schedule(Path folder, double end) throws IOException {
        Files.writeString(
                folder.resolve("scheduler_config.json"),
                "{\"beta_start\": 0.00085, \"beta_end\": " + end + ", \"beta_schedule\": \"scaled_linear\","
                        + " \"num_train_timesteps\": 1000}");
        return NoiseSchedule.read(folder);
    }

    private static List<FloatTensor> tensors() {
        return List.of(
                FloatTensor.of(Shape.of(2), 1, 2),
                FloatTensor.of(Shape.of(2, 1), 1, 2),
                FloatTensor.of(Shape.of(2), 1, Float.NaN),
                FloatTensor.of(Shape.of(2), 1, 0f),
                FloatTensor.of(Shape.of(2), 1, -0f));
    }

    private static List<CudaOptions> cudaOptions() {
        return List.of(
                CudaOptions.newBuilder().build(),
                CudaOptions.newBuilder()
                        .convolutionSearch(ConvolutionSearch.EXHAUSTIVE)
                        .build(),
                CudaOptions.newBuilder().arenaGrowth(ArenaGrowth.POWERS_OF_TWO).build(),
                CudaOptions.newBuilder().memoryLimit(1).build(),
                CudaOptions.newBuilder().reproducible(true).build());
    }

    private static List<Device> devices() {
        return List.of(
                Device.cpu(),
                Device.auto(),
                Device.cuda(0),
                Device.cuda(1),
                Device.cuda(0).withPrecision(Device.Precision.FLOAT32),
                Device.cpu().withMemoryBudget(MemoryBudget.least()),
                Device.cpu()
                        .withCudaOptions(CudaOptions.newBuilder().memoryLimit(1).build()),
                Device.cpu().withProfilesIn(Path.of("profiles")),
                Device.cpu().withThreads(1),
                Device.cpu().withThreads(2));
    }

    private static List<MotionWeights> weights() {
        return List.of(
                MotionWeights.of(List.of()),
                MotionWeights.of(List.of(parameter("a", 1))),
                MotionWeights.of(List.of(parameter("a", 2))),
                MotionWeights.of(List.of(parameter("a", 1), parameter("b", 1))));
    }

    /** Each has a source of its own, as parameters of several files have. */
    private static Parameter parameter(String name, float... values) {
        return new Parameter(name, Shape.of(values.length), FloatBuffer.wrap(values), new MotionWeights.Source() {
            @Override
            public void requireUnchanged() {
                // memory does not change
            }
        });
    }

    private static List<PatternMetadata> metadata() {
        BaseFingerprint base = new BaseFingerprint("network", "EPSILON", "schedule", 0.18215f);
        BaseFingerprint other = new BaseFingerprint("another", "EPSILON", "schedule", 0.18215f);
        return List.of(
                PatternMetadata.of(base, OptionalInt.empty(), Map.of()),
                PatternMetadata.of(other, OptionalInt.empty(), Map.of()),
                PatternMetadata.of(base, OptionalInt.of(1), Map.of()),
                PatternMetadata.of(base, OptionalInt.of(1), Map.of("caption", "a horse runs")));
    }

    private static List<TrainingClip> clips() {
        VideoClip still = VideoClip.of(List.of(image(0)), 10);
        VideoClip bright = VideoClip.of(List.of(image(1)), 10);
        return List.of(
                TrainingClip.of(Path.of("a.mp4"), "a horse runs"),
                TrainingClip.of(Path.of("b", "a.mp4"), "a horse runs"),
                TrainingClip.of(Path.of("a.mp4"), "a dog runs"),
                TrainingClip.of(Path.of("a.mp4"), "a dog runs").withWeight(2),
                TrainingClip.of("a.mp4", still, "a horse runs"),
                TrainingClip.of("a.mp4", bright, "a horse runs"));
    }

    private static RgbImage image(int value) {
        return RgbImage.of(new FrameSize(1, 1), new byte[] {(byte) value, 0, 0});
    }

    private static List<MotionTrainer.Batch> batches() {
        FloatTensor one = FloatTensor.of(Shape.of(1), 1);
        FloatTensor two = FloatTensor.of(Shape.of(1), 2);
        return List.of(
                new MotionTrainer.Batch(one, new int[] {5}, one, one),
                new MotionTrainer.Batch(two, new int[] {5}, one, one),
                new MotionTrainer.Batch(one, new int[] {6}, one, one),
                new MotionTrainer.Batch(one, new int[] {5}, two, one),
                new MotionTrainer.Batch(one, new int[] {5}, one, two));
    }
}
