package org.lamp4j.examples.cli;

/**
 * Text from files on its way to a terminal. Names of tensors and notes are whatever their writer chose; control characters in
 * them could move the cursor, hide lines or set the window's title.
 */
final class TerminalText {

    private TerminalText() {}

    /** Returns a text in one line, with question marks for control characters. */
    static String of(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ").replaceAll("[\\p{Cntrl}\\p{Cf}]", "?");
    }
}
