package org.lamp4j.generation.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.generation.PromptSyntax;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.spi.TextEncoder;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.testing.FakeBackboneModel;
import org.lamp4j.testing.Fixture;
import org.lamp4j.text.AddedWord;
import org.lamp4j.text.ClipTokenizer;

class PromptContextTest {

    private static final int WIDTH = 3;

    /** Rounding of the factor to float32. */
    private static final float TOLERANCE = 1e-6f;

    private final ClipTokenizer tokenizer = ClipTokenizer.untrained(600, 7);

    /** Random hidden states whose mean is not 0, the same for the same ids. */
    private static final TextEncoder ENCODER = rows -> {
        List<FloatTensor> states = new ArrayList<>();
        for (int[] row : rows) {
            FloatTensor random =
                    RandomSource.stream(Arrays.hashCode(row), "states", 0).gaussian(Shape.of(1, row.length, WIDTH));
            states.add(FloatTensor.generate(random.shape(), index -> random.valueAt(index) + 0.5f));
        }
        return FloatTensor.concat(0, states);
    };

    private PromptEncoder encoder() {
        return PromptEncoder.of(tokenizer, ENCODER);
    }

    private FloatTensor plain(String prompt) {
        return encoder().encode(prompt);
    }

    @Test
    void of_weights_multiplyStatesAndRestoreTheirMean() {
        float[] before = plain("a b c").toArray();
        double[] weights = {1, 1, 1.5, 1 / 1.1, 1, 1, 1}; // begin, a, b, c, end, two of padding
        double sumBefore = 0;
        double sumAfter = 0;
        for (int index = 0; index < before.length; index++) {
            sumBefore += before[index];
            sumAfter += before[index] * weights[index / WIDTH];
        }

        PromptContext context = PromptContext.of(List.of("a (b:1.5) [c]"), encoder(), PromptSyntax.WEIGHTED);

        float[] after = context.hiddenStates().toArray();
        for (int index = 0; index < after.length; index++) {
            assertThat((double) after[index])
                    .isCloseTo(before[index] * weights[index / WIDTH] * sumBefore / sumAfter, within(2e-6));
        }
        assertThat(context.chunkCount()).isEqualTo(1);
    }

    @Test
    void of_onlyWeightsOfOne_isThePlainPrompt() {
        FloatTensor plain = plain("a b c");

        assertThat(PromptContext.of(List.of("a b c"), encoder(), PromptSyntax.WEIGHTED)
                        .hiddenStates())
                .isEqualTo(plain);
        assertThat(PromptContext.of(List.of("(a:1) ([b]) c"), encoder(), PromptSyntax.WEIGHTED)
                        .hiddenStates())
                .isEqualTo(plain);
        float[] alike = TokenizedPrompts.weighted(plain, new float[] {1, 1, 1, 1, 1, 1, 1})
                .toArray();
        for (int index = 0; index < alike.length; index++) {
            assertThat(alike[index]).isCloseTo(plain.valueAt(index), within(TOLERANCE));
        }
    }

    @Test
    void of_brackets_arePartOfAPlainPrompt() {
        assertThat(PromptContext.of(List.of("(a)"), encoder(), PromptSyntax.PLAIN)
                        .hiddenStates())
                .isEqualTo(plain("(a)"))
                .isNotEqualTo(plain("a"));
        assertThat(PromptContext.of(List.of("\\(a\\)"), encoder(), PromptSyntax.WEIGHTED)
                        .hiddenStates())
                .isEqualTo(plain("(a)"));
    }

    @Test
    void of_promptsOfSeveralLengths_areFilledUpWithEmptyChunks() {
        PromptContext context = PromptContext.of(List.of("z", "a b c d e f g"), encoder(), PromptSyntax.WEIGHTED);

        assertThat(context.chunkCount()).isEqualTo(2);
        assertThat(context.hiddenStates())
                .isEqualTo(FloatTensor.concat(
                        0,
                        List.of(
                                FloatTensor.concat(1, List.of(plain("z"), plain(""))),
                                FloatTensor.concat(1, List.of(plain("a b c d e"), plain("f g"))))));
    }

    @Test
    void generate_longPromptAndAnEmbedding_openTheNetworkForBothChunksAndAreKept() throws IOException {
        FakeBackboneModel model = new FakeBackboneModel();
        List<Shape> contexts = new ArrayList<>();
        model.network((latents, timesteps, context) -> {
            contexts.add(context.shape());
            return latents.times(0.5f);
        });
        NoiseSchedule schedule = NoiseSchedule.read(Fixture.open("sd14-mini").model("scheduler"));
        PromptEncoder prompts = PromptEncoder.of(
                tokenizer.withWord(new AddedWord("<x>", 600, 1, "sha256:12")).withWord(new AddedWord("y", 601, 1, "")),
                ENCODER);
        VideoGenerator generator =
                new VideoGenerator(new FrozenModel(model, schedule, prompts), model.freshMotion(List.of("conv1d"), 0));
        GenerationOptions options = GenerationOptions.newBuilder()
                .frameSize(new FrameSize(8, 4))
                .frameCount(2)
                .steps(1)
                .negativePrompt("<x>")
                .promptSyntax(PromptSyntax.WEIGHTED)
                .build();

        VideoClip clip = generator.generate("a b c d e f", RgbImage.of(new FrameSize(8, 4), new byte[96]), options);

        assertThat(model.predictorChunks()).containsExactly(2);
        assertThat(contexts).containsOnly(Shape.of(2, 14, WIDTH));
        assertThat(clip.provenance())
                .containsEntry("prompt_syntax", "weighted")
                .containsEntry("embeddings", "<x> sha256:12");
    }
}
