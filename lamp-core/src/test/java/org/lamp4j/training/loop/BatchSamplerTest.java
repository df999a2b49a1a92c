package org.lamp4j.training.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.PredictionType;
import org.lamp4j.media.FrameSize;
import org.lamp4j.spi.LatentDistribution;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.WindowStart;

class BatchSamplerTest {

    private static final Shape FRAME = Shape.of(1, 1, 1, 1);
    private static final TrainingOptions OPTIONS = TrainingOptions.newBuilder()
            .frameCount(2)
            .frameSize(new FrameSize(8, 8))
            .seed(11)
            .build();

    /** A clip of four frames of values 0 to 3 without variance, whose context tells it apart. */
    private static LatentClip clip(int number, double weight) {
        List<LatentDistribution> frames = IntStream.range(0, 4)
                .mapToObj(frame -> new LatentDistribution(FloatTensor.of(FRAME, frame), FloatTensor.of(FRAME, -100)))
                .toList();
        return new LatentClip(frames, List.of(), FloatTensor.of(Shape.of(1, 1, 1), number), weight);
    }

    private static List<Integer> drawn(int count, LatentClip... clips) {
        return drawn(OPTIONS, count, clips);
    }

    private static BatchSampler sampler(TrainingOptions options, LatentClip... clips) {
        return new BatchSampler(List.of(clips), NoiseSchedule.stableDiffusion(PredictionType.EPSILON), 1, options);
    }

    private static List<Integer> drawn(TrainingOptions options, int count, LatentClip... clips) {
        BatchSampler sampler = sampler(options, clips);
        List<Integer> drawn = new ArrayList<>();
        for (int batch = 0; batch < count; batch++) {
            for (float number : sampler.draw(batch).context().toArray()) {
                drawn.add((int) number);
            }
        }
        return drawn;
    }

    @Test
    void draw_weightsOfOne_areRoundsInTheOrderOfTheSeed() {
        List<Integer> expected = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            List<Integer> order = new ArrayList<>(List.of(0, 1, 2));
            RandomSource random = RandomSource.stream(11, "clip order", round);
            for (int left = 3; left > 1; left--) {
                Collections.swap(order, left - 1, random.nextInt(left));
            }
            expected.addAll(order);
        }

        assertThat(drawn(15, clip(0, 1), clip(1, 1), clip(2, 1))).isEqualTo(expected);
    }

    @Test
    void draw_weightOfTwo_isAsTheClipTwiceInTheFolder() {
        assertThat(drawn(40, clip(0, 1), clip(1, 2), clip(2, 1)))
                .isEqualTo(drawn(40, clip(0, 1), clip(1, 1), clip(1, 1), clip(2, 1)));
    }

    @Test
    void draw_partsOfARound_countOverSeveral() {
        List<Integer> drawn = drawn(190, clip(0, 1), clip(1, 0.25), clip(2, 2.55));

        assertThat(List.of(0, 1, 2))
                .extracting(clip -> Collections.frequency(drawn, clip))
                .containsExactly(50, 12, 128);
    }

    @Test
    void draw_allWeightsBelowOne_passesOverEmptyRounds() {
        assertThat(drawn(6, clip(0, 0.01))).containsOnly(0);
        assertThat(drawn(40, clip(0, 0.1), clip(1, 0.3)))
                .filteredOn(clip -> clip == 1)
                .hasSize(30);
    }

    /** So that a run may be resumed at any batch. */
    @Test
    void draw_laterBatchFirst_givesTheSameClip() {
        TrainingOptions pairs = OPTIONS.toBuilder().batchSize(2).build();
        LatentClip[] clips = {clip(0, 0.4), clip(1, 3.3)};

        assertThat(sampler(pairs, clips).draw(17).context().toArray())
                .containsExactly(
                        drawn(pairs, 18, clips).get(34).floatValue(),
                        drawn(pairs, 18, clips).get(35).floatValue());
    }

    @Test
    void draw_windowStart_decidesWhereWindowsBegin() {
        assertThat(firstFrames(OPTIONS)).containsOnly(0f, 1f, 2f);
        assertThat(firstFrames(
                        OPTIONS.toBuilder().windowStart(WindowStart.CLIP_START).build()))
                .containsOnly(0f);
    }

    private static List<Float> firstFrames(TrainingOptions options) {
        BatchSampler sampler = sampler(options, clip(0, 1));
        return IntStream.range(0, 30)
                .mapToObj(batch -> sampler.draw(batch).noisyLatents().get(0, 0, 0, 0, 0))
                .map(value -> (float) Math.round(value))
                .toList();
    }
}
