package org.lamp4j.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTextTest {

    @ParameterizedTest
    @CsvSource({
        "a tensor, a tensor",
        "'two\n lines ', two lines",
        "'three \r\n\n\t lines', three lines",
        "'  indented', '  indented'",
        "'a\ttab', a tab",
        "x\u001b[2Jcleared, x?[2Jcleared",
        "x\u009b2Jcleared, x?2Jcleared",
        "x\u001b]0;title\u0007x, x?]0;title?x",
        "x\u009d0;title\u009cx, x?0;title?x",
        "back\b\bspace, back??space",
        "left\u202eright\u2066, left?right?",
        "next\u0085line\u2028and\u2029paragraph, next line and paragraph",
        "lone\ud83dsurrogate\udc00, lone?surrogate?",
        "Pferd \u00fc \ud83d\ude97, Pferd \u00fc \ud83d\ude97",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645, \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    })
    void line_anyText_isOneLineWithoutControlCharacters(String text, String expected) {
        assertThat(PrintableText.line(text)).isEqualTo(expected);
    }

    @Test
    void line_everyCharacter_leavesNoControlCharacterAndNoNewDirection() {
        IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                .mapToObj(codePoint -> "a" + Character.toString(codePoint) + "b")
                .forEach(text -> assertThat(PrintableText.line(text)
                                .matches(".*[\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069].*"))
                        .as("U+%04X", text.codePointAt(1))
                        .isFalse());
    }

    /** Megabytes of white space, which a pattern of a regular expression would walk over again from each of them. */
    @Test
    void line_megabytesOfSpaces_takesOnePass() {
        assertThat(PrintableText.line("a" + " ".repeat(10_000_000) + "\n" + "\t".repeat(10_000_000) + "b"))
                .isEqualTo("a b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", " and\n two lines "})
    void excerpt_shortText_isWholeAndOneLine(String text) {
        assertThat(PrintableText.excerpt(text))
                .isEqualTo(PrintableText.line(text).strip());
    }

    @Test
    void excerpt_longText_isCutBetweenCharacters() {
        String car = "\ud83d\ude97";

        assertThat(PrintableText.excerpt(car.repeat(81))).isEqualTo(car.repeat(80) + "…");
        assertThat(PrintableText.excerpt(car.repeat(80))).isEqualTo(car.repeat(80));
    }
}
