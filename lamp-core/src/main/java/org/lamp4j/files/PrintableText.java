package org.lamp4j.files;

/**
 * Text from files, names or prompts on its way to a terminal or a log, where control characters in it could move the
 * cursor, hide or forge lines, or set the window's title.
 */
public final class PrintableText {

    /** How many characters of a prompt or caption a log shows. */
    static final int EXCERPT_LENGTH = 80;

    private static final char REPLACEMENT = '?';
    private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
    private static final int ZERO_WIDTH_JOINER = 0x200d;

    private PrintableText() {}

    /**
     * Returns a text as one line: with a space for each line break and the white space around it, and a question mark
     * for each other control character, character that changes the direction of writing or cannot be seen, and lone
     * surrogate. The joiners that Persian, Hindi and emoji need stay.
     *
     * @param text any text
     * @return the text without line breaks and control characters, and without white space at its end
     */
    public static String line(String text) {
        StringBuilder line = new StringBuilder(text.length());
        boolean afterBreak = false;
        for (int index = 0; index < text.length(); index += Character.charCount(text.codePointAt(index))) {
            int codePoint = text.codePointAt(index);
            if (isLineBreak(codePoint)) {
                removeSpaceAtEnd(line);
                line.append(' ');
                afterBreak = true;
            } else if (!(afterBreak && isSpace(codePoint))) {
                line.appendCodePoint(isSpace(codePoint) ? ' ' : printable(codePoint));
                afterBreak = false;
            }
        }
        removeSpaceAtEnd(line);
        return line.toString();
    }

    /**
     * Returns the beginning of a text as one line, for logs.
     *
     * @param text any text, such as a prompt
     * @return at most 80 characters as of {@link #line}, and an ellipsis if there are more
     */
    public static String excerpt(String text) {
        String line = line(text).stripLeading();
        if (line.codePointCount(0, line.length()) <= EXCERPT_LENGTH) {
            return line;
        }
        return line.substring(0, line.offsetByCodePoints(0, EXCERPT_LENGTH)) + "…";
    }

    private static boolean isLineBreak(int codePoint) {
        return (codePoint >= '\n' && codePoint <= '\r')
                || codePoint == 0x85
                || Character.getType(codePoint) == Character.LINE_SEPARATOR
                || Character.getType(codePoint) == Character.PARAGRAPH_SEPARATOR;
    }

    private static boolean isSpace(int codePoint) {
        return codePoint == ' ' || codePoint == '\t';
    }

    private static int printable(int codePoint) {
        if (codePoint == ZERO_WIDTH_NON_JOINER || codePoint == ZERO_WIDTH_JOINER) {
            return codePoint;
        }
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE -> REPLACEMENT;
            default -> codePoint;
        };
    }

    private static void removeSpaceAtEnd(StringBuilder line) {
        int length = line.length();
        while (length > 0 && line.charAt(length - 1) == ' ') {
            length--;
        }
        line.setLength(length);
    }
}
