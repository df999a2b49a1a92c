package org.lamp4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.progress.Decision;
import org.lamp4j.progress.ProgressListener;
import org.lamp4j.training.TrainingProgress;
import org.lamp4j.training.TrainingProgress.TrainingStep;

class SharedCheckpointsTest {

    @TempDir
    private Path folder;

    /** Counts how often it is asked for a file. */
    public static final class Counting extends RawLocalFileSystem {

        private static final AtomicInteger ASKED = new AtomicInteger();

        @Override
        public URI getUri() {
            return URI.create("counting:///");
        }

        @Override
        public FileStatus getFileStatus(org.apache.hadoop.fs.Path file) throws IOException {
            ASKED.incrementAndGet();
            return super.getFileStatus(file);
        }
    }

    private static TrainingStep step(int step) {
        return new TrainingStep(step, 9, 1, 1, 1, 0, 1, Duration.ZERO);
    }

    @Test
    void sending_stepsWithoutANewCheckpoint_theSharedFolderIsNotAsked() throws IOException {
        Configuration configuration = new Configuration(false);
        configuration.set("fs.counting.impl", Counting.class.getName());
        Path local = folder.resolve("local");
        Path shared = Files.createDirectory(folder.resolve("of-all"));
        Files.writeString(shared.resolve("step-00000002.safetensors"), "2");
        SharedCheckpoints checkpoints =
                new SharedCheckpoints(new HadoopFiles(configuration), "counting:" + shared, local);
        assertThat(checkpoints.fetch()).contains(local.resolve("step-00000002.safetensors"));
        ProgressListener<TrainingProgress> listener = checkpoints.sending(() -> Decision.CONTINUE);
        int before = Counting.ASKED.get();

        listener.onProgress(step(3));
        int afterTheFetched = Counting.ASKED.get();
        Files.writeString(local.resolve("step-00000004.safetensors"), "4");
        listener.onProgress(step(5));
        int afterTheNew = Counting.ASKED.get();
        listener.onProgress(step(6));

        assertThat(afterTheFetched).isEqualTo(before);
        assertThat(afterTheNew).isGreaterThan(before);
        assertThat(Counting.ASKED).hasValue(afterTheNew);
        assertThat(shared.toFile().list()).containsExactly("step-00000004.safetensors");
    }
}
