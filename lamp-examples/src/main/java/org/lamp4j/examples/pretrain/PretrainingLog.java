package org.lamp4j.examples.pretrain;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.lamp4j.examples.pretrain.PretrainingProgress.EncodingScenes;
import org.lamp4j.examples.pretrain.PretrainingProgress.TrainingSteps;
import org.lamp4j.files.AppendedLines;
import org.lamp4j.progress.Decision;
import org.lamp4j.progress.ProgressListener;

/** Writes a line of a table every so many steps, tells the listener, and knows when the time is up. */
final class PretrainingLog implements AutoCloseable {

    private static final int STEPS_PER_LINE = 50;

    private final AppendedLines table;
    private final ProgressListener<PretrainingProgress> listener;
    private final long start = System.nanoTime();
    private final Duration limit;
    private boolean stopped;

    /** Does something with the state of a stage that has just been kept. */
    @FunctionalInterface
    interface Keeper {
        void kept(int done) throws IOException;
    }

    PretrainingLog(Path file, Duration limit, ProgressListener<PretrainingProgress> listener) throws IOException {
        this.limit = limit;
        this.listener = listener;
        table = AppendedLines.to(file, "stage,step,loss,samples_per_second");
    }

    Stage.Listener of(Recipe.Schedule schedule, Keeper keeper) {
        return new Stage.Listener() {
            private double losses;
            private int count;
            private long lineStart = System.nanoTime();

            @Override
            public boolean stepped(String stage, int done, double loss) throws IOException {
                losses += loss;
                count++;
                if (count == STEPS_PER_LINE) {
                    double seconds = (System.nanoTime() - lineStart) / 1e9;
                    double rate = count * schedule.batchSize() / seconds;
                    table.add(String.format(Locale.ROOT, "%s,%d,%.5f,%.1f", stage, done, losses / count, rate));
                    report(new TrainingSteps(stage, done, schedule.steps(), losses / count, rate));
                    losses = 0;
                    count = 0;
                    lineStart = System.nanoTime();
                }
                return !isOver();
            }

            @Override
            public void kept(int done) throws IOException {
                keeper.kept(done);
                lineStart = System.nanoTime();
                losses = 0;
                count = 0;
            }
        };
    }

    boolean encoded(int done, int scenes) {
        if (done % 1000 == 0 || done == scenes) {
            report(new EncodingScenes(done, scenes));
        }
        return !isOver();
    }

    private void report(PretrainingProgress progress) {
        stopped |= listener.onProgress(progress) == Decision.STOP;
    }

    /** Whether the run is to end before its time: its listener said so, or its thread was interrupted. */
    boolean isStopped() {
        return stopped || Thread.currentThread().isInterrupted();
    }

    private boolean isOver() {
        return isStopped() || System.nanoTime() - start > limit.toNanos();
    }

    @Override
    public void close() throws IOException {
        table.close();
    }
}
