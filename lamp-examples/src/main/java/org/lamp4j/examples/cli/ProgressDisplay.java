package org.lamp4j.examples.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far long work has come: a bar on a terminal, now and then a line elsewhere. */
interface ProgressDisplay extends AutoCloseable {

    /**
     * How far the work is.
     *
     * @param task what is being done, in a word
     * @param done how many steps are done, from 1
     * @param steps how many there are
     * @param detail what to show beside them, such as the loss; may be empty
     */
    record Step(String task, int done, int steps, String detail) {}

    /** Shows that a step is done. */
    void show(Step step);

    @Override
    void close();

    /**
     * Starts a display.
     *
     * @param task what is being done, in a word
     * @param steps how many steps it takes
     * @param err where lines go when there is no terminal
     * @return the display; the caller closes it
     */
    static ProgressDisplay start(String task, int steps, PrintWriter err) {
        Optional<StatusLine> terminal = err instanceof MessageWriter messages ? messages.terminal() : Optional.empty();
        return terminal.isPresent() ? new Bar(task, steps, terminal.get()) : new Lines(err, System::nanoTime);
    }

    /** A bar that is drawn over itself. */
    final class Bar implements ProgressDisplay {
        private final OnStatusLine consumer;
        private final ProgressBar bar;

        Bar(String task, int steps, StatusLine line) {
            consumer = new OnStatusLine(line);
            bar = new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(steps)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(200)
                    .setUnit(" steps", 1)
                    .showSpeed()
                    .setConsumer(consumer)
                    .build();
        }

        @Override
        public void show(Step step) {
            bar.stepTo(step.done());
            bar.setExtraMessage(" " + step.detail());
        }

        @Override
        public void close() {
            // The bar waits for its thread, and would take an interrupt of this one with it.
            CompletableFuture.runAsync(bar::close).join();
            // A bar that was closed before its thread first drew it leaves its consumer open.
            consumer.close();
        }
    }

    /** Draws a bar; the library's own way to a terminal would set the process's signals back to their defaults. */
    final class OnStatusLine implements ProgressBarConsumer {
        private final StatusLine line;
        private boolean closed;

        OnStatusLine(StatusLine line) {
            this.line = line;
        }

        @Override
        public int getMaxRenderedLength() {
            return line.width().orElse(0);
        }

        /** The bar's thread may draw once more after the bar was closed. */
        @Override
        public synchronized void accept(String drawn) {
            if (!closed) {
                line.show(drawn.stripTrailing());
            }
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                line.end();
            }
        }
    }

    /** A line every few seconds, and one for the first and the last step. */
    final class Lines implements ProgressDisplay {

        static final Duration INTERVAL = Duration.ofSeconds(10);

        /** Tells the time. */
        interface Clock {
            long nanoseconds();
        }

        private final PrintWriter err;
        private final Clock clock;
        private int firstStep;
        private long firstStepAt;
        private long lastLineAt;

        Lines(PrintWriter err, Clock clock) {
            this.err = err;
            this.clock = clock;
        }

        @Override
        public void show(Step step) {
            long now = clock.nanoseconds();
            if (firstStep == 0) {
                firstStep = step.done();
                firstStepAt = now;
            } else if (step.done() < step.steps() && now - lastLineAt < INTERVAL.toNanos()) {
                return;
            }
            lastLineAt = now;
            String counted = step.task() + " " + step.done() + "/" + step.steps();
            err.println(Stream.of(counted, step.detail(), pace(step, now))
                    .filter(part -> !part.isEmpty())
                    .collect(Collectors.joining("  ")));
        }

        /**
         * The first step that is shown, of a run that goes on not step 1, does not count: graphs are built before it.
         */
        private String pace(Step step, long now) {
            if (step.done() == firstStep || now == firstStepAt) {
                return "";
            }
            double stepsPerSecond = (step.done() - firstStep) / ((now - firstStepAt) / 1e9);
            long secondsLeft = Math.round((step.steps() - step.done()) / stepsPerSecond);
            return String.format(
                    Locale.ROOT, "%.2f steps/s  %d:%02d left", stepsPerSecond, secondsLeft / 60, secondsLeft % 60);
        }

        @Override
        public void close() {
            err.flush();
        }
    }
}
