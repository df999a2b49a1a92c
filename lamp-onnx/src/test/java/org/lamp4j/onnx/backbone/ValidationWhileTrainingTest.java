package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.progress.Decision;
import org.lamp4j.training.TrainingOptionsBuilder;
import org.lamp4j.training.TrainingProgress;
import org.lamp4j.training.Validation;

class ValidationWhileTrainingTest {

    private static final FrameSize SIZE = new FrameSize(8, 8);
    private static final int STEPS = 6;

    @TempDir
    private Path folder;

    private final List<VideoClip> clips = new ArrayList<>();

    @Test
    void run_withAndWithoutValidation_sameLossesAndSameBytes() throws Exception {
        List<Double> without = new ArrayList<>();
        List<Double> with = new ArrayList<>();
        try (TinyTraining training =
                new TinyTraining(TinyModel.in(folder.resolve("model")).folder())) {
            training.run(noting(without).build(), folder.resolve("without.safetensors"));
            training.run(noting(with).validation(validation()).build(), folder.resolve("with.safetensors"));
        }

        assertThat(with).hasSize(STEPS).isEqualTo(without);
        assertThat(folder.resolve("with.safetensors")).hasSameBinaryContentAs(folder.resolve("without.safetensors"));
        assertThat(clips).hasSize(STEPS / 2);
        // What was generated is of the pattern as it was at that step.
        assertThat(secondFrame(clips.get(0))).isNotEqualTo(secondFrame(clips.get(2)));
    }

    @Test
    void run_validationFromTheInversionOfAClip_isTheSameEachTimeAndLeavesThePatternAsItIs() throws Exception {
        Path withInversion = folder.resolve("with.safetensors");
        List<VideoClip> fromNoise = new ArrayList<>();
        List<List<VideoClip>> runs = new ArrayList<>();
        try (TinyTraining training =
                new TinyTraining(TinyModel.in(folder.resolve("model")).folder())) {
            training.run(
                    noting(new ArrayList<>()).validation(validation()).build(), folder.resolve("noise.safetensors"));
            fromNoise.addAll(clips);
            for (int run = 0; run < 2; run++) {
                clips.clear();
                training.run(noting(new ArrayList<>()).validation(inverting()).build(), withInversion);
                runs.add(List.copyOf(clips));
                assertThat(withInversion).hasSameBinaryContentAs(folder.resolve("noise.safetensors"));
            }
        }

        assertThat(runs.get(0)).hasSize(STEPS / 2);
        for (int clip = 0; clip < STEPS / 2; clip++) {
            byte[] once = secondFrame(runs.get(0).get(clip));
            assertThat(secondFrame(runs.get(1).get(clip))).isEqualTo(once);
            assertThat(secondFrame(fromNoise.get(clip))).isNotEqualTo(once);
        }
        assertThat(secondFrame(runs.get(0).get(0)))
                .isNotEqualTo(secondFrame(runs.get(0).get(2)));
    }

    private static byte[] secondFrame(VideoClip clip) {
        return clip.frames().get(1).toRgbBytes();
    }

    private Validation inverting() {
        Validation fromNoise = validation();
        return new Validation(
                fromNoise.everySteps(),
                fromNoise.examples(),
                fromNoise.options(),
                OptionalInt.of(4),
                fromNoise.listener());
    }

    private static TrainingOptionsBuilder noting(List<Double> losses) {
        return TinyTraining.options(STEPS).listener(progress -> {
            if (progress instanceof TrainingProgress.TrainingStep step) {
                losses.add(step.loss());
            }
            return Decision.CONTINUE;
        });
    }

    private Validation validation() {
        RgbImage image = RgbImage.of(SIZE, new byte[3 * SIZE.width() * SIZE.height()]);
        GenerationOptions options = GenerationOptions.newBuilder()
                .frameCount(3)
                .frameSize(SIZE)
                .steps(3)
                .seed(5)
                .build();
        return new Validation(
                2, List.of(new Validation.Example("a cat", image)), options, (step, made) -> clips.addAll(made));
    }
}
