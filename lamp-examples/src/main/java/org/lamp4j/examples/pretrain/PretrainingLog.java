package org.lamp4j.examples.pretrain;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.lamp4j.files.AppendedLines;

/** Writes a line of a table every so many steps, tells the listener, and knows when the time is up. */
final class PretrainingLog implements AutoCloseable {

    private static final int STEPS_PER_LINE = 50;

    private final AppendedLines table;
    private final Pretraining.Listener listener;
    private final long start = System.nanoTime();
    private final Duration limit;

    /** Does something with the state of a stage that has just been kept. */
    @FunctionalInterface
    interface Keeper {
        void kept(int done) throws IOException;
    }

    PretrainingLog(Path file, Duration limit, Pretraining.Listener listener) throws IOException {
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
                    String detail = String.format(Locale.ROOT, "loss %.4f, %.0f samples/s", losses / count, rate);
                    listener.onProgress(stage, done, schedule.steps(), detail);
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
            listener.onProgress("encoding", done, scenes, "");
        }
        return !isOver();
    }

    private boolean isOver() {
        return Thread.currentThread().isInterrupted() || System.nanoTime() - start > limit.toNanos();
    }

    @Override
    public void close() throws IOException {
        table.close();
    }
}
