package org.lamp4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.examples.drawing.CaptionedScene;
import org.lamp4j.examples.drawing.Motion;
import org.lamp4j.examples.drawing.MotionClips;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.generation.GenerationProgress;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.progress.Decision;
import org.lamp4j.testing.EmbeddedModel;
import org.lamp4j.testing.WithEmbeddedModel;

/** How like the clip its previews are, on the embedded model. */
@WithEmbeddedModel
class PreviewExampleTest {

    private static final int FRAMES = 4;
    private static final int STEPS = 10;

    /** Measured: 0.94 at the last step, 0.91 half way. A grey picture has none. */
    private static final double LAST_CORRELATION = 0.8;

    /** Half way, too, the picture is there; in the noisy latents it is not. */
    private static final double HALF_WAY_CORRELATION = 0.6;

    private final List<List<RgbImage>> previews = new ArrayList<>();

    private GenerationOptions.Builder options() {
        return GenerationOptions.newBuilder()
                .frameSize(EmbeddedModel.FRAME_SIZE)
                .frameCount(FRAMES)
                .steps(STEPS)
                .guidanceScale(2)
                .adaInStart(0.6)
                .withoutHistogramMatching();
    }

    @Test
    void preview_linearMap_isLikeTheDecodedClipAndChangesNothing(Backbone backbone) {
        MotionPattern pattern = MotionPattern.untrained(backbone);
        double last = 0;
        double halfWay = 0;
        List<CaptionedScene> starts =
                new MotionClips(0).heldOutStarts(Motion.RIGHT).subList(0, 3);
        long nanoseconds = 0;
        for (CaptionedScene start : starts) {
            previews.clear();
            long[] asking = {0};
            GenerationOptions watched = options()
                    .listener(progress -> {
                        if (progress instanceof GenerationProgress.Denoising step) {
                            long before = System.nanoTime();
                            previews.add(step.preview().frames());
                            asking[0] += System.nanoTime() - before;
                        }
                        return Decision.CONTINUE;
                    })
                    .build();
            VideoClip clip = pattern.generate(start.caption(), start.scene().image(), watched);
            VideoClip unwatched = pattern.generate(
                    start.caption(), start.scene().image(), options().build());

            assertThat(clip.frames()).isEqualTo(unwatched.frames());
            last += correlation(previews.get(STEPS - 1), clip) / starts.size();
            halfWay += correlation(previews.get(STEPS / 2 - 1), clip) / starts.size();
            nanoseconds += asking[0];
        }
        System.out.printf(
                Locale.ROOT,
                "correlation of previews with the clip: %.3f at the last step, %.3f half way; %.1f ms a preview%n",
                last,
                halfWay,
                nanoseconds / 1e6 / STEPS / starts.size());

        assertThat(last).isGreaterThan(LAST_CORRELATION);
        assertThat(halfWay).isGreaterThan(HALF_WAY_CORRELATION);
    }

    /** Over all colours of all pixels, of frames scaled down to the previews' size. */
    private static double correlation(List<RgbImage> preview, VideoClip clip) {
        double[] sums = new double[5];
        int count = 0;
        for (int frame = 0; frame < clip.frameCount(); frame++) {
            FrameSize size = preview.get(frame).size();
            byte[] a = preview.get(frame).toRgbBytes();
            byte[] b = clip.frames().get(frame).coverCrop(size).toRgbBytes();
            for (int index = 0; index < a.length; index++) {
                double x = a[index] & 0xff;
                double y = b[index] & 0xff;
                sums[0] += x;
                sums[1] += y;
                sums[2] += x * x;
                sums[3] += y * y;
                sums[4] += x * y;
                count++;
            }
        }
        double covariance = sums[4] / count - sums[0] / count * sums[1] / count;
        double spread =
                (sums[2] / count - Math.pow(sums[0] / count, 2)) * (sums[3] / count - Math.pow(sums[1] / count, 2));
        return covariance / Math.sqrt(Math.max(spread, 1e-9));
    }
}
