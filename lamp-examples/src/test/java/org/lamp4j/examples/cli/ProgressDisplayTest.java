package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressDisplayTest {

    private final StringWriter text = new StringWriter();
    private final AtomicLong now = new AtomicLong();

    @Test
    void lines_oneStepASecond_firstThenEveryTenSecondsThenLast() {
        try (ProgressDisplay display = new ProgressDisplay.Lines(new PrintWriter(text, true), now::get)) {
            for (int step = 1; step <= 25; step++) {
                now.addAndGet(TimeUnit.SECONDS.toNanos(1));
                display.show(new ProgressDisplay.Step("training", step, 25, "loss 0.5"));
            }
        }

        assertThat(text.toString().lines())
                .containsExactly(
                        "training 1/25  loss 0.5",
                        "training 11/25  loss 0.5  1.00 steps/s  0:14 left",
                        "training 21/25  loss 0.5  1.00 steps/s  0:04 left",
                        "training 25/25  loss 0.5  1.00 steps/s  0:00 left");
    }

    @Test
    void lines_noDetail_noGap() {
        try (ProgressDisplay display = new ProgressDisplay.Lines(new PrintWriter(text, true), now::get)) {
            display.show(new ProgressDisplay.Step("denoising", 1, 120, ""));
            now.addAndGet(TimeUnit.SECONDS.toNanos(20));
            display.show(new ProgressDisplay.Step("denoising", 11, 120, ""));
        }

        assertThat(text.toString().lines())
                .containsExactly("denoising 1/120", "denoising 11/120  0.50 steps/s  3:38 left");
    }

    @Test
    void lines_runThatGoesOn_paceOfTheStepsThatAreShown() {
        try (ProgressDisplay display = new ProgressDisplay.Lines(new PrintWriter(text, true), now::get)) {
            display.show(new ProgressDisplay.Step("training", 501, 520, ""));
            now.addAndGet(TimeUnit.SECONDS.toNanos(20));
            display.show(new ProgressDisplay.Step("training", 511, 520, ""));
        }

        assertThat(text.toString().lines())
                .containsExactly("training 501/520", "training 511/520  0.50 steps/s  0:18 left");
    }
}
