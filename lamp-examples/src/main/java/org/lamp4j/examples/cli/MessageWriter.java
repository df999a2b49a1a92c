package org.lamp4j.examples.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.lamp4j.files.PrintableText;

/**
 * Writes messages of one line each, whatever is in the names, paths, captions and notes that they quote. Text that is
 * given to {@code print}, such as help, goes through as it is.
 */
final class MessageWriter extends PrintWriter {

    private final Optional<StatusLine> statusLine;

    /** Writes to a stream or file. */
    MessageWriter(PrintWriter out) {
        super(out, true);
        this.statusLine = Optional.empty();
    }

    /** Writes above a status line. */
    MessageWriter(PrintWriter out, StatusLine statusLine) {
        super(out, true);
        this.statusLine = Optional.of(statusLine);
    }

    /** Returns the status line, if this goes to a terminal. */
    Optional<StatusLine> terminal() {
        return statusLine.filter(line -> line.width().isPresent());
    }

    @Override
    public void println(String message) {
        super.println(PrintableText.line(String.valueOf(message)));
    }

    @Override
    public void println(Object message) {
        println(String.valueOf(message));
    }

    @Override
    public PrintWriter format(String format, Object... arguments) {
        return super.format(format, printable(arguments));
    }

    @Override
    public PrintWriter format(Locale locale, String format, Object... arguments) {
        return super.format(locale, format, printable(arguments));
    }

    private static Object[] printable(Object... arguments) {
        return Arrays.stream(arguments)
                .map(argument -> isText(argument) ? PrintableText.line(argument.toString()) : argument)
                .toArray();
    }

    private static boolean isText(Object argument) {
        return argument != null
                && !(argument instanceof Number || argument instanceof Boolean || argument instanceof Character);
    }
}
