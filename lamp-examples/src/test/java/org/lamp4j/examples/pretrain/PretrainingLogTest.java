package org.lamp4j.examples.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.examples.pretrain.PretrainingProgress.EncodingScenes;
import org.lamp4j.examples.pretrain.PretrainingProgress.TrainingSteps;
import org.lamp4j.progress.Decision;
import org.lamp4j.progress.ProgressListener;

class PretrainingLogTest {

    private static final Duration LONG = Duration.ofHours(1);

    @TempDir
    private Path folder;

    private PretrainingLog log(Duration limit, ProgressListener<PretrainingProgress> listener) throws IOException {
        return new PretrainingLog(folder.resolve("log.csv"), limit, listener);
    }

    @Test
    void encoded_listenerSaysStop_isOverAndStopped() throws IOException {
        List<PretrainingProgress> heard = new ArrayList<>();
        try (PretrainingLog log = log(LONG, progress -> {
            heard.add(progress);
            return Decision.STOP;
        })) {
            assertThat(log.encoded(999, 2000)).isTrue();
            assertThat(log.isStopped()).isFalse();
            assertThat(log.encoded(1000, 2000)).isFalse();
            assertThat(log.isStopped()).isTrue();
        }

        assertThat(heard).containsExactly(new EncodingScenes(1000, 2000));
    }

    @Test
    void stepped_fiftyTimes_tellsTheMeanLossAndHeedsTheListener() throws IOException {
        List<PretrainingProgress> heard = new ArrayList<>();
        int steps = 0;
        try (PretrainingLog log = log(LONG, progress -> {
            heard.add(progress);
            return progress.step() == 100 ? Decision.STOP : Decision.CONTINUE;
        })) {
            Stage.Listener stage = log.of(new Recipe.Schedule(500, 1, 4, 1e-3f, 0.9f), done -> {});
            do {
                steps++;
            } while (stage.stepped("autoencoder", steps, steps <= 50 ? 1 : 3));
        }

        assertThat(steps).isEqualTo(100);
        assertThat(heard)
                .hasSize(2)
                .allSatisfy(progress -> assertThat(progress.steps()).isEqualTo(500));
        assertThat(heard)
                .extracting(progress -> ((TrainingSteps) progress).loss())
                .containsExactly(1.0, 3.0);
    }

    @Test
    void isStopped_timeIsUp_isOverButNotStopped() throws IOException {
        try (PretrainingLog log = log(Duration.ZERO, ProgressListener.none())) {
            assertThat(log.encoded(1, 2000)).isFalse();
            assertThat(log.isStopped()).isFalse();
        }
    }
}
