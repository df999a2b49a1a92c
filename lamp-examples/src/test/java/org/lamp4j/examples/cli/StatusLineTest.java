package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class StatusLineTest {

    private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    private final StatusLine line = new StatusLine(terminal, OptionalInt.of(81));

    @Test
    void write_lineUnderAStatus_appearsAboveIt() throws IOException {
        line.show("one");
        line.write("message\n".getBytes(StandardCharsets.US_ASCII));
        line.show("2");
        line.end();
        line.write("last\n".getBytes(StandardCharsets.US_ASCII));

        assertThat(terminal.toString(StandardCharsets.US_ASCII).replace(System.lineSeparator(), "\n"))
                .isEqualTo("\rone" + "\r   \r" + "message\n" + "\rone" + "\r2  " + "\n" + "last\n");
    }

    @Test
    void show_amidALineOfAnother_waitsForItsEnd() throws IOException {
        line.write("mess".getBytes(StandardCharsets.US_ASCII));
        line.show("one");
        line.write("age\n".getBytes(StandardCharsets.US_ASCII));

        assertThat(terminal.toString(StandardCharsets.US_ASCII)).isEqualTo("message\n\rone");
    }

    @Test
    void show_terminalThatIsGone_goesOnWithoutIt() {
        StatusLine gone = new StatusLine(
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("Input/output error");
                    }
                },
                OptionalInt.of(80));

        gone.show("one");

        assertThat(gone.width()).isEmpty();
    }

    /** The tests' own standard error is a pipe. */
    @Test
    void width_standardErrorOfATest_isNone() {
        assertThat(new StatusLine(terminal).width()).isEmpty();
    }

    @Test
    void bar_onATerminal_fitsAndEndsWithALineOfItsOwn() {
        MessageWriter err = new MessageWriter(new PrintWriter(line, true, Charset.defaultCharset()), line);
        try (ProgressDisplay display = ProgressDisplay.start("training", 3, err)) {
            display.show(new ProgressDisplay.Step("training", 3, 3, "loss 0.1"));
        }
        err.println("lamp: done");

        String shown = terminal.toString(StandardCharsets.US_ASCII);
        assertThat(shown).containsPattern("\rtraining 100% .* 3/3 steps .* loss 0.1 *\\Rlamp: done\\R$");
        assertThat(shown.split("[\r\n]")).allSatisfy(part -> assertThat(part).hasSizeLessThanOrEqualTo(80));
    }

    /** How far the bar's own thread has come by then differs from display to display. */
    @RepeatedTest(100)
    void bar_endedAtOnce_isNotShownAgain() {
        MessageWriter err = new MessageWriter(new PrintWriter(line, true, Charset.defaultCharset()), line);
        ProgressDisplay.start("training", 3, err).close();
        err.println("lamp: done");

        assertThat(terminal.toString(StandardCharsets.US_ASCII)).endsWith("lamp: done" + System.lineSeparator());
    }

    @Test
    void bar_drawnOnceMoreAfterItsEnd_isNotShownAgain() throws IOException {
        ProgressDisplay.OnStatusLine bar = new ProgressDisplay.OnStatusLine(line);
        bar.accept("3/3");
        bar.close();
        bar.accept("3/3");
        line.write("lamp: done\n".getBytes(StandardCharsets.US_ASCII));

        assertThat(terminal.toString(StandardCharsets.US_ASCII))
                .isEqualTo("\r3/3" + System.lineSeparator() + "lamp: done\n");
    }

    /** The bar's library waits for its thread, where an interrupt would be lost. */
    @Test
    void close_interruptedThread_staysInterrupted() {
        ProgressDisplay display = ProgressDisplay.start(
                "training", 3, new MessageWriter(new PrintWriter(line, true, Charset.defaultCharset()), line));

        Thread.currentThread().interrupt();
        display.close();

        assertThat(Thread.interrupted()).isTrue();
    }
}
