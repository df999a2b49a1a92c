package org.lamp4j.examples.cli;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Standard error, whose last line can show how far work is if it is a terminal; what is written meanwhile appears above
 * that line. Needs nothing of a terminal but a carriage return, and leaves its settings and the process's signals
 * alone.
 */
final class StatusLine extends OutputStream {

    private static final int USUAL_COLUMNS = 80;
    private static final int PATIENCE_SECONDS = 2;
    private static final Pattern ROWS_AND_COLUMNS = Pattern.compile("\\d+ (\\d+)\\s*");

    private final OutputStream error;
    private Optional<OptionalInt> columns = Optional.empty();
    private String text = "";
    private int drawn;
    private boolean atLineStart = true;

    /** Writes through to a stream, of which it is found out when it matters whether it is a terminal. */
    StatusLine(OutputStream error) {
        this.error = error;
    }

    /** Writes through to a terminal of so many columns, or to no terminal if empty. */
    StatusLine(OutputStream error, OptionalInt columns) {
        this(error);
        this.columns = Optional.of(columns);
    }

    /** Returns how many characters a line may have; empty if there is no terminal, and then nothing may be shown. */
    synchronized OptionalInt width() {
        if (columns.isEmpty()) {
            columns = Optional.of(columnsOfStandardError());
        }
        OptionalInt known = columns.get();
        // A character in the last column makes some terminals begin a new line.
        return known.isPresent() ? OptionalInt.of(known.getAsInt() - 1) : known;
    }

    /** Shows a text of at most {@link #width()} ASCII characters in place of the one before. */
    synchronized void show(String newText) {
        text = newText;
        if (atLineStart) {
            draw();
        }
    }

    /** Leaves what is shown where it is; what is written next begins a line. */
    synchronized void end() {
        if (drawn > 0) {
            control(System.lineSeparator());
        }
        text = "";
        drawn = 0;
    }

    private void draw() {
        control("\r" + text + " ".repeat(Math.max(0, drawn - text.length())));
        drawn = text.length();
    }

    private void control(String characters) {
        try {
            error.write(characters.getBytes(StandardCharsets.US_ASCII));
            error.flush();
        } catch (IOException e) {
            columns = Optional.of(OptionalInt.empty()); // the terminal has gone away, and the work goes on
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return;
        }
        if (drawn > 0) {
            control("\r" + " ".repeat(drawn) + "\r");
            drawn = 0;
        }
        error.write(bytes, offset, length);
        atLineStart = bytes[offset + length - 1] == '\n';
        if (atLineStart && !text.isEmpty()) {
            draw();
        }
    }

    @Override
    public synchronized void flush() throws IOException {
        error.flush();
    }

    /** {@code stty} succeeds on a terminal only. Where there is none of either, progress is shown in lines. */
    private static OptionalInt columnsOfStandardError() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/stderr"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                if (!stty.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || stty.exitValue() != 0) {
                    return OptionalInt.empty();
                }
                Matcher size = ROWS_AND_COLUMNS.matcher(
                        new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
                int found = size.matches() ? Integer.parseInt(size.group(1)) : 0;
                return OptionalInt.of(found == 0 ? USUAL_COLUMNS : found);
            } finally {
                stty.destroyForcibly();
            }
        } catch (IOException e) {
            return OptionalInt.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return OptionalInt.empty();
        }
    }
}
