package org.lamp4j.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.diffusion.SamplerType;
import org.lamp4j.examples.drawing.CaptionedScene;
import org.lamp4j.examples.drawing.Motion;
import org.lamp4j.examples.drawing.MotionClips;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.VideoClip;
import org.lamp4j.testing.EmbeddedModel;

/** How near few steps come to what very many steps of DDIM give, on the embedded model. */
class FewStepsTest {

    /** Measured: 0.6 of DDIM's distance; the rest is for other CPUs' rounding. */
    private static final double MARGIN = 1.1;

    private static final boolean ALL = "all".equals(System.getProperty("few-steps"));
    private static final int CLIPS = ALL ? 2 : 1;

    @TempDir
    private static Path folder;

    private static Backbone backbone;
    private static MotionPattern pattern;

    /** Clips of 200 steps of DDIM, by guidance and index. */
    private static final Map<List<Number>, VideoClip> CONVERGED = new HashMap<>();

    @BeforeAll
    static void open() throws IOException {
        EmbeddedModel.copyTo(folder);
        backbone = Backbone.load(folder);
        pattern = MotionPattern.untrained(backbone);
    }

    @AfterAll
    static void close() {
        backbone.close();
    }

    @Test
    void generate_15StepsOfDpmSolver_comeAsNearTo200OfDdimAs50OfDdimDo() {
        double[] distances = new double[3];
        for (int clip = 0; clip < CLIPS; clip++) {
            VideoClip converged = converged(clip, 1);
            distances[0] += distance(converged, generate(SamplerType.DPM_SOLVER_PLUS_PLUS, 15, clip));
            distances[1] += distance(converged, generate(SamplerType.DDIM, 50, clip));
            distances[2] += distance(converged, generate(SamplerType.DDIM, 15, clip));
        }
        System.out.printf(
                Locale.ROOT,
                "from 200 steps of DDIM, of 255: 15 of DPM-Solver++ %.2f, 50 of DDIM %.2f, 15 of DDIM %.2f%n",
                distances[0] / CLIPS,
                distances[1] / CLIPS,
                distances[2] / CLIPS);

        assertThat(distances[0]).isLessThan(MARGIN * distances[1]);
        assertThat(distances[0]).isLessThan(distances[2] / 2);
    }

    /** Fifty steps of which every N-th is whole, and as many whole steps without the others. */
    @ParameterizedTest
    @CsvSource({"2, 1", "2, 7.5", "3, 1", "3, 7.5", "5, 7.5"})
    void generate_deepCache_comesNearerTo200OfDdimThanAsManyWholeSteps(int interval, float guidance) {
        assumeTrue((interval == 2 && guidance == 1) || ALL, "the others are measured with -Dfew-steps=all");
        double[] distances = new double[2];
        for (int clip = 0; clip < CLIPS; clip++) {
            VideoClip converged = converged(clip, guidance);
            GenerationOptions reusing =
                    options(clip, guidance).steps(50).deepCache(interval).build();
            GenerationOptions fewer = options(clip, guidance)
                    .steps((50 + interval - 1) / interval)
                    .build();
            distances[0] += distance(converged, generate(clip, reusing)) / CLIPS;
            distances[1] += distance(converged, generate(clip, fewer)) / CLIPS;
        }
        System.out.printf(
                Locale.ROOT,
                "guidance %.1f, from 200 steps of DDIM, of 255: 50 with a deep cache of %d %.2f, %d without %.2f%n",
                guidance,
                interval,
                distances[0],
                (50 + interval - 1) / interval,
                distances[1]);

        assertThat(distances[0]).isLessThan(distances[1]);
    }

    private static VideoClip converged(int clip, float guidance) {
        return CONVERGED.computeIfAbsent(
                List.of(clip, guidance),
                missing -> generate(
                        clip,
                        options(clip, guidance)
                                .sampler(SamplerType.DDIM)
                                .steps(200)
                                .build()));
    }

    private static VideoClip generate(SamplerType sampler, int steps, int clip) {
        return generate(clip, options(clip, 1).sampler(sampler).steps(steps).build());
    }

    private static VideoClip generate(int clip, GenerationOptions options) {
        CaptionedScene start = new MotionClips(0).heldOutStarts(Motion.RIGHT).get(clip);
        return pattern.generate(start.caption(), start.scene().image(), options);
    }

    private static GenerationOptions.Builder options(long seed, float guidance) {
        return GenerationOptions.newBuilder()
                .frameCount(4)
                .frameSize(new FrameSize(64, 64))
                .guidanceScale(guidance)
                .withoutAdaIn()
                .withoutHistogramMatching()
                .seed(seed);
    }

    /** Root of the mean square over all bytes but the first frame's. */
    private static double distance(VideoClip a, VideoClip b) {
        double squares = 0;
        int count = 0;
        for (int frame = 1; frame < a.frameCount(); frame++) {
            byte[] first = a.frames().get(frame).toRgbBytes();
            byte[] second = b.frames().get(frame).toRgbBytes();
            for (int index = 0; index < first.length; index++) {
                squares += Math.pow((first[index] & 0xff) - (second[index] & 0xff), 2);
                count++;
            }
        }
        return Math.sqrt(squares / count);
    }
}
