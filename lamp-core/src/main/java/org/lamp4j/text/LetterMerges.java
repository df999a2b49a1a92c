package org.lamp4j.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.text.BytePairEncoder.Pair;

/**
 * Merges that were not learned: every sequence of lower-case Latin letters becomes a token within a word and another
 * one at its end, shorter ones first and, of one length, in the order of the alphabet.
 */
final class LetterMerges {

    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz";

    private LetterMerges() {}

    /** Returns the first of these merges by rank; 48894 of them fill CLIP's vocabulary and end among four letters. */
    static Map<Pair, Integer> first(int count) {
        Map<Pair, Integer> ranks = new LinkedHashMap<>();
        List<String> shorter = ALPHABET.chars().mapToObj(Character::toString).toList();
        while (ranks.size() < count) {
            List<String> longer = new ArrayList<>();
            for (String start : shorter) {
                for (int letter = 0; letter < ALPHABET.length(); letter++) {
                    String end = ALPHABET.substring(letter, letter + 1);
                    add(ranks, new Pair(start, end), count);
                    add(ranks, new Pair(start, end + BytePairEncoder.END_OF_WORD), count);
                    longer.add(start + end);
                }
            }
            shorter = longer;
        }
        return ranks;
    }

    private static void add(Map<Pair, Integer> ranks, Pair pair, int count) {
        if (ranks.size() < count) {
            ranks.put(pair, ranks.size());
        }
    }
}
