package org.lamp4j.examples.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.generation.GenerationProgress;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

/** Parts of the studio on their own. */
class StudioPartsTest {

    private static final FrameSize SIZE = new FrameSize(32, 32);

    private static RgbImage grey(int value) {
        byte[] rgb = new byte[3 * SIZE.width() * SIZE.height()];
        java.util.Arrays.fill(rgb, (byte) value);
        return RgbImage.of(SIZE, rgb);
    }

    @Test
    void losses_ofALongRun_areAFewHundredOverAllOfIt() {
        Job job = new Job("0123456789abcdef", StudioClient.object().put("kind", "learn"));
        for (int step = 1; step <= 10_000; step++) {
            job.addLoss(step, step);
        }
        JsonNode losses = job.json().path("losses");

        assertThat(losses.size()).isBetween(250, 500);
        assertThat(losses.path(0).path(0).asInt()).isLessThan(100);
        assertThat(losses.path(losses.size() - 1).path(0).asInt()).isGreaterThan(9900);
    }

    @Test
    void job_thatRanWhenTheProgramEnded_isPaused() {
        Job job = new Job(
                "0123456789abcdef", StudioClient.object().put("kind", "learn").put("state", "running"));

        assertThat(job.state()).isEqualTo(Job.State.PAUSED);
        job.progress(3, 4, OptionalDouble.of(1.26));
        assertThat(job.json().path("secondsLeft").asDouble()).isEqualTo(1.3);
    }

    @Test
    void wish_cancelOfAJobThatAnotherVersionKnows_itIsCancelled(@TempDir Path folder) throws IOException {
        String id = "0123456789abcdef";
        StudioFolder.open(folder).close();
        Files.writeString(
                Files.createDirectories(folder.resolve("jobs").resolve(id)).resolve("job.json"),
                StudioClient.object()
                        .put("kind", "dance")
                        .put("state", "paused")
                        .toString());
        try (StudioFolder studio = StudioFolder.open(folder)) {
            JobQueue queue = new JobQueue(studio, new Events(), Map.of(), () -> {});

            assertThatThrownBy(() -> queue.wish(id, Job.Wish.CANCEL)).hasMessageContaining("dance");

            assertThat(queue.job(id).state()).isEqualTo(Job.State.CANCELLED);
            assertThat(queue.openJobs()).isZero();
        }
    }

    /** A preview takes 10 here, and a step 10 besides: so one in twenty steps may have one. */
    @Test
    void previews_takeATwentiethOfTheTime() {
        AtomicLong time = new AtomicLong();
        AtomicLong spent = new AtomicLong();
        LivePreviews previews = new LivePreviews(time::get);
        Job job = new Job("0123456789abcdef", StudioClient.object().put("kind", "animate"));
        for (int step = 1; step <= 1000; step++) {
            time.addAndGet(10);
            previews.offer(
                    new GenerationProgress.Denoising(step, 1000, () -> {
                        time.addAndGet(10);
                        spent.addAndGet(10);
                        return List.of(grey(step(time)));
                    }),
                    job);
        }

        assertThat(job.json().path("preview").asInt()).isBetween(40, 53);
        assertThat(20 * spent.get()).isLessThanOrEqualTo(time.get());
    }

    private static int step(AtomicLong time) {
        return (int) (time.get() % 256);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void inspection_ofACut_findsIt(boolean cut, @TempDir Path folder) throws IOException {
        List<RgbImage> frames = new ArrayList<>();
        for (int frame = 0; frame < 60; frame++) {
            frames.add(grey(frame + (cut && frame >= 30 ? 120 : 0)));
        }
        Path file = folder.resolve("clip.mp4");
        VideoClip.of(frames, 8).write(file);

        ClipInspection clip = ClipInspection.of(file);

        assertThat(clip.frameCount()).isEqualTo(60);
        assertThat(clip.cut()).isEqualTo(cut);
        assertThat(clip.preview().frameCount()).isBetween(12, 24);
    }

    @Test
    void failure_ofAFullDisk_isToldAsSuch() {
        Failure failure = Failure.of(new java.io.UncheckedIOException(new IOException("/x: No space left on device")));

        assertThat(failure.status()).isEqualTo(507);
        assertThat(failure.advice()).contains("Free space");
    }

    @Test
    void moments_inTheSameMillisecond_areInOrder() {
        List<String> moments = new ArrayList<>();
        for (int index = 0; index < 100; index++) {
            moments.add(Moments.now());
        }

        assertThat(moments).isSorted().doesNotHaveDuplicates();
    }
}
