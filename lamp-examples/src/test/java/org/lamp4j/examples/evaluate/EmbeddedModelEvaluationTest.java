package org.lamp4j.examples.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.examples.drawing.Look;
import org.lamp4j.examples.drawing.Motion;
import org.lamp4j.examples.quickstart.Quickstart;
import org.lamp4j.generation.Extension;
import org.lamp4j.progress.ProgressListener;
import org.lamp4j.testing.EmbeddedModel;

class EmbeddedModelEvaluationTest {

    @TempDir
    private Path folder;

    /** One step of training and of sampling: nothing is learned. Clips of three frames are scored in a moment. */
    @Test
    void evaluateMotions_severalRunsAtATime_giveOneRowAndTheFilesOfEach() throws IOException {
        Path model = folder.resolve("model");
        EmbeddedModel.copyTo(model);
        List<String> table = new ArrayList<>();

        new EmbeddedModelEvaluation(model, folder, runs(2), table::add)
                .evaluateMotions(List.of(Motion.FALL), EmbeddedModelEvaluation.Baselines.WITHOUT);

        assertThat(table).hasSize(2 + 1);
        assertThat(table.get(2)).matches("\\| falls \\| learned in \\d+ s \\| \\d\\.\\d \\(\\d\\.\\d\\) of 8 .*");
        assertThat(folder.resolve("fall-seed-0/pattern.safetensors")).isNotEmptyFile();
        assertThat(folder.resolve("fall-seed-1.png")).isNotEmptyFile();
    }

    private static List<EmbeddedModelEvaluation.Settings> runs(int count) {
        return LongStream.range(0, count)
                .mapToObj(
                        seed -> Quickstart.settings(seed, Look.DRAWN, ProgressListener.none(), ProgressListener.none()))
                .map(settings -> new EmbeddedModelEvaluation.Settings(
                        settings.training().toBuilder().steps(1).frameCount(2).build(),
                        settings.generation().toBuilder().steps(1).frameCount(2).build(),
                        Optional.of(new Extension(1, 1, 0)),
                        settings.clips()))
                .toList();
    }
}
