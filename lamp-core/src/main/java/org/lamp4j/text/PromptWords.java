package org.lamp4j.text;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Splits a prompt into the words that are encoded each by itself: composed (NFC), white space collapsed, lower-cased,
 * then cut into letters, single digits and runs of other signs.
 */
final class PromptWords {

    static final String START = "<|startoftext|>";
    static final String END = "<|endoftext|>";

    /** The control characters U+001C to U+001F are white space to the reference but not to Unicode. */
    private static final Pattern WHITE_SPACE = Pattern.compile("[\\s\\x1c-\\x1f]+", Pattern.UNICODE_CHARACTER_CLASS);

    private static final Pattern WORD = Pattern.compile(
            "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    private PromptWords() {}

    static List<String> of(String prompt) {
        return in(composed(prompt));
    }

    /** Returns a text as it is cut into words. */
    static String composed(String prompt) {
        String composed = Normalizer.normalize(prompt, Normalizer.Form.NFC);
        return WHITE_SPACE.matcher(composed).replaceAll(" ").strip().toLowerCase(Locale.ROOT);
    }

    /** Cuts a composed text. */
    static List<String> in(String text) {
        return WORD.matcher(text).results().map(MatchResult::group).toList();
    }

    /** Says whether a word is a token as it stands, not made of bytes. */
    static boolean isSpecial(String word) {
        return word.equals(START) || word.equals(END);
    }
}
