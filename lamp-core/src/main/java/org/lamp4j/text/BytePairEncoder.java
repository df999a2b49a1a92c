package org.lamp4j.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Merges the bytes of one word, the pair of the lowest rank first, until no known pair is left. */
final class BytePairEncoder {

    static final String END_OF_WORD = "</w>";

    /** The letter that stands for each byte, so that a vocabulary is text without spaces and control characters. */
    private static final String[] ALPHABET = alphabet();

    private final Map<Pair, Integer> ranks;

    /** Two neighbouring pieces of a word, ordered as text. */
    record Pair(String left, String right) implements Comparable<Pair> {

        private static final Comparator<Pair> AS_TEXT =
                Comparator.comparing(Pair::left).thenComparing(Pair::right);

        String merged() {
            return left + right;
        }

        @Override
        public int compareTo(Pair other) {
            return AS_TEXT.compare(this, other);
        }
    }

    BytePairEncoder(Map<Pair, Integer> ranks) {
        this.ranks = ranks;
    }

    private static String[] alphabet() {
        String[] letters = new String[256];
        int substitute = 0x100;
        for (int value = 0; value < letters.length; value++) {
            boolean printable = (value >= 33 && value <= 126) || (value >= 161 && value <= 172) || value >= 174;
            letters[value] = Character.toString(printable ? value : substitute++);
        }
        return letters;
    }

    /** Returns the letters of all bytes in the order of CLIP's vocabulary: printable bytes first, then substitutes. */
    static List<String> letters() {
        return Arrays.stream(ALPHABET).sorted().toList();
    }

    /** Cuts a word, not empty, into a piece for each byte. */
    static List<String> pieces(String word) {
        byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
        List<String> pieces = new ArrayList<>(bytes.length);
        for (int position = 0; position < bytes.length; position++) {
            String letter = ALPHABET[bytes[position] & 0xff];
            pieces.add(position == bytes.length - 1 ? letter + END_OF_WORD : letter);
        }
        return pieces;
    }

    List<String> encode(String word) {
        return new WordMerging(ranks, pieces(word)).merged();
    }

    /** Joins the two pieces wherever they are neighbours, from left to right. */
    static List<String> merge(List<String> pieces, Pair pair) {
        List<String> merged = new ArrayList<>(pieces.size());
        int position = 0;
        while (position < pieces.size()) {
            boolean match = position < pieces.size() - 1
                    && pieces.get(position).equals(pair.left())
                    && pieces.get(position + 1).equals(pair.right());
            merged.add(match ? pair.merged() : pieces.get(position));
            position += match ? 2 : 1;
        }
        return merged;
    }
}
