package org.lamp4j.onnx.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.fixtures.ReferenceFixture;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.layer.CheckpointParameters;
import org.lamp4j.onnx.layer.ParameterSource;
import org.lamp4j.onnx.layer.RandomParameters;
import org.lamp4j.onnx.layer.Scope;
import org.lamp4j.onnx.model.VideoUNet.Variant;
import org.lamp4j.onnx.runtime.GraphRun;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

class VideoUNetTest {

    private static final Path UNET = Path.of("../fixtures/sd14-mini/model/unet");

    /** Two float32 computations of the same sums in another order; measured: 1e-6 and less. */
    private static final double SAME = 1e-5;

    /** What two results that have nothing to do with each other are sure to differ by. */
    private static final double DIFFERENT = 1e-2;

    private static final long[] TIMESTEPS = {491, 17};

    // --- inflation ---

    @Test
    void freshlyInflated_oneFrame_equalsImageUNet() throws IOException {
        FloatTensor image = gaussian("image", 1, 4, 1, 8, 8);

        assertThat(error(inflated(image), image(image))).isLessThan(SAME);
    }

    @Test
    void freshlyInflated_identicalFrames_equalsImageUNetInEachFrame() throws IOException {
        int frames = 5;
        FloatTensor image = gaussian("image", 1, 4, 1, 8, 8);
        FloatTensor clip = FloatTensor.concat(2, Collections.nCopies(frames, image));

        FloatTensor expected = FloatTensor.concat(2, Collections.nCopies(frames, image(image)));
        assertThat(error(inflated(clip), expected)).isLessThan(SAME);
    }

    @Test
    void freshlyInflated_differentFrames_sharesStatisticsSoDiffersFromImageUNet() throws IOException {
        FloatTensor clip = gaussian("clip", 1, 4, 2, 8, 8);

        FloatTensor expected = FloatTensor.concat(2, List.of(image(clip.slice(2, 0, 1)), image(clip.slice(2, 1, 2))));
        assertThat(error(inflated(clip), expected)).isGreaterThan(DIFFERENT);
    }

    private static FloatTensor inflated(FloatTensor latents) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.inFolder(UNET, "diffusion_pytorch_model")) {
            UNetInflation inflation = new UNetInflation(checkpoint, 7);
            ParameterSource source =
                    new VideoUNetParameters(checkpoint, inflation, Set.of(), MotionWeights.of(List.of()));
            return run(Variant.VIDEO, VideoUNetConfig.read(UNET.resolve("config.json")), source, latents);
        }
    }

    private static FloatTensor image(FloatTensor latents) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.inFolder(UNET, "diffusion_pytorch_model")) {
            VideoUNetConfig config = VideoUNetConfig.read(UNET.resolve("config.json"));
            return run(Variant.IMAGE, config, new CheckpointParameters(checkpoint), latents);
        }
    }

    // --- the family of configurations ---

    private static TinyConfig tiny() {
        return new TinyConfig();
    }

    private static Stream<TinyConfig> family() {
        return Stream.of(
                tiny().heads(1, 4).layers(2),
                tiny().attention(List.of(false, false), List.of(false, false)).groups(1),
                tiny().attention(List.of(false, true), List.of(true, false)).groups(8),
                tiny().channels(8).linearProjection(),
                tiny().channels(8, 16, 24).contextWidth(3));
    }

    /** Each clip of a batch is for itself, as the reference, which knows batches only, cannot show. */
    @ParameterizedTest
    @MethodSource("family")
    void anyConfiguration_batchOfTwo_givesWhatEachClipGivesAlone(TinyConfig tiny) {
        VideoUNetConfig config = tiny.build();
        FloatTensor clips = gaussian("clips", 2, 4, 3, 8, 4);

        FloatTensor together = run(Variant.VIDEO, config, RandomParameters.ofKeys(), clips);

        assertThat(together.shape()).isEqualTo(clips.shape());
        for (int clip = 0; clip < 2; clip++) {
            FloatTensor alone = run(
                    Variant.VIDEO,
                    config,
                    RandomParameters.ofKeys(),
                    clips.slice(0, clip, clip + 1),
                    context(config, 2).slice(0, clip, clip + 1),
                    TIMESTEPS[clip]);
            assertThat(error(together.slice(0, clip, clip + 1), alone)).isLessThan(SAME);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"7 5", "5 8", "1 1"})
    void sizes_notDivisibleByLevels_keepTheShape(String size) {
        VideoUNetConfig config = tiny().channels(8, 8, 16).build();
        int height = Integer.parseInt(size.split(" ", -1)[0]);
        int width = Integer.parseInt(size.split(" ", -1)[1]);
        FloatTensor clips = gaussian("clips", 1, 4, 2, height, width);

        FloatTensor output = run(Variant.VIDEO, config, RandomParameters.ofKeys(), clips);

        assertThat(output.shape()).isEqualTo(clips.shape());
        assertThat(norm(output)).isFinite().isPositive();
    }

    @Test
    void linearProjection_sameWeightsAsPointwiseConvolution_givesTheSame() {
        FloatTensor clip = gaussian("clip", 1, 4, 2, 4, 4);

        FloatTensor pointwise = run(Variant.VIDEO, tiny().build(), RandomParameters.ofKeys(), clip);
        FloatTensor linear = run(Variant.VIDEO, tiny().linearProjection().build(), RandomParameters.ofKeys(), clip);

        assertThat(error(linear, pointwise)).isLessThan(SAME);
    }

    @Test
    void headsAsList_eachLevelOfItsOwn_changesTheOutput() {
        FloatTensor clip = gaussian("clip", 1, 4, 2, 4, 4);
        List<FloatTensor> outputs = new ArrayList<>();
        for (TinyConfig one : List.of(tiny().heads(2, 2), tiny().heads(2, 4), tiny().heads(4, 2))) {
            outputs.add(run(Variant.VIDEO, one.build(), RandomParameters.ofKeys(), clip));
        }

        assertThat(error(outputs.get(0), outputs.get(1))).isGreaterThan(SAME);
        assertThat(error(outputs.get(0), outputs.get(2))).isGreaterThan(SAME);
        assertThat(error(outputs.get(1), outputs.get(2))).isGreaterThan(SAME);
    }

    @Test
    void laterFrame_changed_changesEarlierFramesThroughSharedStatisticsAndAttentionOverTime() {
        FloatTensor clip = gaussian("clip", 1, 4, 3, 4, 4);
        FloatTensor changed = FloatTensor.concat(2, List.of(clip.slice(2, 0, 2), gaussian("other", 1, 4, 1, 4, 4)));

        FloatTensor first = run(Variant.VIDEO, tiny().build(), RandomParameters.ofKeys(), clip);
        FloatTensor second = run(Variant.VIDEO, tiny().build(), RandomParameters.ofKeys(), changed);

        assertThat(error(second.slice(2, 0, 1), first.slice(2, 0, 1))).isGreaterThan(SAME);
    }

    // --- refusals ---

    @Test
    void latents_ofAnotherChannelCount_areRefusedWithBothShapes() {
        FloatTensor clip = gaussian("clip", 1, 3, 2, 4, 4);

        assertThatThrownBy(() -> run(Variant.VIDEO, tiny().build(), RandomParameters.ofKeys(), clip))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected latents [B, 4, F, h, w] and context [B, N, 6], but was [1, 3, 2, 4, 4] and"
                        + " [1, 5, 6] (VideoUNet)");
    }

    @Test
    void imageVariant_severalFrames_isRefused() {
        FloatTensor clip = gaussian("clip", 1, 4, 2, 4, 4);

        assertThatThrownBy(() -> run(Variant.IMAGE, tiny().build(), RandomParameters.ofKeys(), clip))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected latents [B, 4, 1, h, w] and context [B, N, 6], but was [1, 4, 2, 4, 4] and"
                        + " [1, 5, 6] (VideoUNet)");
    }

    private static FloatTensor run(
            Variant variant, VideoUNetConfig config, ParameterSource source, FloatTensor latents) {
        int clips = latents.shape().size(0);
        long[] timesteps = clips == 1 ? new long[] {TIMESTEPS[0]} : TIMESTEPS;
        return run(variant, config, source, latents, context(config, clips), timesteps);
    }

    private static FloatTensor run(
            Variant variant,
            VideoUNetConfig config,
            ParameterSource source,
            FloatTensor latents,
            FloatTensor context,
            long... timesteps) {
        Graph graph = new Graph("test");
        Value output = new VideoUNet(config, variant)
                .apply(
                        Scope.root(graph, source, ElementType.FLOAT),
                        graph.input("latents", ElementType.FLOAT, latents.shape()),
                        graph.input("timesteps", ElementType.INT64, Shape.of(timesteps.length)),
                        graph.input("context", ElementType.FLOAT, context.shape()));
        graph.output("output", output);
        return GraphRun.of(graph)
                .with("latents", latents)
                .with("timesteps", timesteps)
                .with("context", context)
                .output("output");
    }

    private static FloatTensor context(VideoUNetConfig config, int clips) {
        return gaussian("context", clips, 5, config.contextWidth());
    }

    private static FloatTensor gaussian(String name, int... sizes) {
        return RandomSource.stream(3, name, 0).gaussian(Shape.of(sizes));
    }

    private static double error(FloatTensor actual, FloatTensor expected) {
        return norm(actual.minus(expected)) / norm(expected);
    }

    private static double norm(FloatTensor tensor) {
        return ReferenceFixture.norm(tensor.values());
    }
}
