package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lamp4j.device.Device;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.motion.LowRank;
import org.lamp4j.standin.StandIn;
import org.lamp4j.tensor.Shape;

/**
 * Prints the figures of docs/gpu.md, of a model as large as Stable Diffusion. {@code -Dstand-in.model=DIR} says where
 * it is.
 */
@Tag(StandIn.TAG)
class StandInFiguresTest {

    private static final String MODEL = System.getProperty("stand-in.model", "");

    /** 16 frames of 512x320. */
    private static final Shape LATENTS = Shape.of(1, 4, 16, 40, 64);

    private static final double GIGABYTE = 1e9;

    /** What is opened and run. */
    enum Work {
        TEXT,
        ENCODER,
        DECODER,
        PREDICTION,
        GUIDED_PREDICTION,
        TRAINING,
        CHECKPOINTING,
        CHECKPOINTING_LOW_RANK;

        private StandInRun.Taken on(StandInRun run) throws IOException {
            return switch (this) {
                case TEXT -> run.encodeText();
                case ENCODER -> run.encode(Shape.of(1, 3, 320, 512));
                case DECODER -> run.decode(Shape.of(1, 4, 40, 64));
                case PREDICTION -> run.predict(LATENTS);
                case GUIDED_PREDICTION -> run.predict(LATENTS.with(0, 2));
                case TRAINING -> run.train(LATENTS, GradientCheckpointing.AS_NEEDED);
                case CHECKPOINTING -> run.train(LATENTS, GradientCheckpointing.ALWAYS);
                case CHECKPOINTING_LOW_RANK -> run.train(LATENTS, GradientCheckpointing.ALWAYS, new LowRank(16, 16));
            };
        }
    }

    @BeforeAll
    static void load() throws IOException, InterruptedException {
        assumeTrue(!MODEL.isEmpty(), "-Dstand-in.model=DIR names the model that the figures are taken with");
        StandIn.assumeLoaded();
    }

    @ParameterizedTest
    @EnumSource(Work.class)
    void work_atFullSize_isPrinted(Work work, @TempDir Path profiles) throws IOException {
        Device device =
                Device.cuda(0).withMemoryBudget(MemoryBudget.ofBytes(80L << 30)).withProfilesIn(profiles);
        StandInRun.Taken taken = work.on(new StandInRun(Path.of(MODEL), device));
        NodeProfile profile = NodeProfile.in(profiles);

        System.out.printf(
                Locale.ROOT,
                "%-24s opened in %5.1f s, peak %5.2f GB; a run: %5d nodes, %5d launches, %5.3f GB up, %5.3f GB down%n",
                work,
                taken.openingSeconds(),
                taken.peakBytes() / GIGABYTE,
                profile.count() / StandInRun.RUNS,
                taken.next().launches(),
                taken.next().uploadedBytes() / GIGABYTE,
                taken.next().downloadedBytes() / GIGABYTE);
        assertThat(profile.ran().keySet()).isNotEmpty().allMatch(node -> node.startsWith("CUDA "));
    }
}
