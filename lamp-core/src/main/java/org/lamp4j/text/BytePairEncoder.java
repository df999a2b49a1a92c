package org.lamp4j.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Merges the bytes of one word, the pair of the lowest rank first, until no known pair is left. */
final class BytePairEncoder {

    private static final String END_OF_WORD = "</w>";

    /** The letter that stands for each byte, so that a vocabulary is text without spaces and control characters. */
    private static final String[] ALPHABET = alphabet();

    private final Map<Pair, Integer> ranks;

    /** Two neighbouring pieces of a word. */
    record Pair(String left, String right) {}

    BytePairEncoder(Map<Pair, Integer> ranks) {
        this.ranks = ranks;
    }

    private static String[] alphabet() {
        String[] letters = new String[256];
        int substitute = 0x100;
        for (int value = 0; value < letters.length; value++) {
            boolean printable = value >= 33 && value <= 126 || value >= 161 && value <= 172 || value >= 174;
            letters[value] = Character.toString(printable ? value : substitute++);
        }
        return letters;
    }

    List<String> encode(byte[] word) {
        List<String> pieces = new ArrayList<>();
        for (int position = 0; position < word.length; position++) {
            String letter = ALPHABET[word[position] & 0xff];
            pieces.add(position == word.length - 1 ? letter + END_OF_WORD : letter);
        }
        while (pieces.size() > 1) {
            Pair best = lowestRank(pieces);
            if (!ranks.containsKey(best)) {
                break;
            }
            pieces = merge(pieces, best);
        }
        return pieces;
    }

    private Pair lowestRank(List<String> pieces) {
        Pair best = new Pair(pieces.get(0), pieces.get(1));
        int bestRank = ranks.getOrDefault(best, Integer.MAX_VALUE);
        for (int position = 1; position < pieces.size() - 1; position++) {
            Pair pair = new Pair(pieces.get(position), pieces.get(position + 1));
            int rank = ranks.getOrDefault(pair, Integer.MAX_VALUE);
            if (rank < bestRank) {
                best = pair;
                bestRank = rank;
            }
        }
        return best;
    }

    private static List<String> merge(List<String> pieces, Pair pair) {
        List<String> merged = new ArrayList<>(pieces.size());
        int position = 0;
        while (position < pieces.size()) {
            boolean match = position < pieces.size() - 1
                    && pieces.get(position).equals(pair.left())
                    && pieces.get(position + 1).equals(pair.right());
            merged.add(match ? pair.left() + pair.right() : pieces.get(position));
            position += match ? 2 : 1;
        }
        return merged;
    }
}
