package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class MessageWriterTest {

    private final StringWriter text = new StringWriter();
    private final MessageWriter writer = new MessageWriter(new PrintWriter(text));

    @Test
    void println_textWithLinesAndControlCharacters_isOnePrintableLine() {
        writer.println("wrote a\nlamp: b\u001b[2J\u009b2J");
        writer.println((Object) Path.of("c\u0007"));

        assertThat(text.toString().lines()).containsExactly("wrote a lamp: b?[2J?2J", "c?");
    }

    @Test
    void printf_textInArguments_isPrintableAndNumbersStayNumbers() {
        writer.printf(Locale.ROOT, "%s: %,d of %.1f, %b%n", Path.of("a\nb\u001b[2J"), 1234, 1.25, false);
        writer.printf("%s%n", "c\u009b");

        assertThat(text.toString().lines()).containsExactly("a b?[2J: 1,234 of 1.3, false", "c?");
    }

    @Test
    void print_help_keepsItsLines() {
        writer.print("usage\n  options\n");
        writer.flush();

        assertThat(text.toString().lines()).containsExactly("usage", "  options");
    }
}
