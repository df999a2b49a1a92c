package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTextTest {

    @ParameterizedTest
    @CsvSource({
        "a tensor, a tensor",
        "'two\n lines ', two lines",
        "x\u001b[2Jcleared, x?[2Jcleared",
        "x\u001b]0;title\u0007x, x?]0;title?x",
        "back\b\bspace, back??space",
        "left\u202eright, left?right",
        "Pferd \u00fc \ud83d\ude97, Pferd \u00fc \ud83d\ude97"
    })
    void of_controlCharacters_doNotReachTheTerminal(String text, String expected) {
        assertThat(TerminalText.of(text)).isEqualTo(expected);
    }
}
