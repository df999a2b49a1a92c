package org.lamp4j.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lamp4j.text.BytePairEncoder.Pair;

/** How often pieces are neighbours in a text's words, kept up to date while they are merged. Mutable. */
final class PairStatistics {

    private static final Comparator<Map.Entry<Pair, Long>> BY_COUNT_THEN_TEXT =
            Map.Entry.<Pair, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey());

    private final Map<Pair, Long> counts = new HashMap<>();
    private final Map<Pair, Set<Word>> wordsByPair = new HashMap<>();

    /** A word of the text in the pieces it is made of so far. */
    private static final class Word {

        private final long count;
        private List<String> pieces;

        private Word(long count, List<String> pieces) {
            this.count = count;
            this.pieces = pieces;
        }
    }

    PairStatistics(Map<String, Integer> wordCounts) {
        wordCounts.forEach((word, count) -> add(new Word(count, BytePairEncoder.pieces(word))));
    }

    boolean hasPairs() {
        return !counts.isEmpty();
    }

    /** Returns the most frequent pair; of several the first as text. */
    Pair mostFrequent() {
        return counts.entrySet().stream().min(BY_COUNT_THEN_TEXT).orElseThrow().getKey();
    }

    /** Joins the pair in every word that has it. */
    void merge(Pair pair) {
        for (Word word : List.copyOf(wordsByPair.get(pair))) {
            remove(word);
            word.pieces = BytePairEncoder.merge(word.pieces, pair);
            add(word);
        }
    }

    private void add(Word word) {
        for (Pair pair : pairs(word)) {
            counts.merge(pair, word.count, Long::sum);
            wordsByPair.computeIfAbsent(pair, absent -> new LinkedHashSet<>()).add(word);
        }
    }

    private void remove(Word word) {
        for (Pair pair : pairs(word)) {
            counts.computeIfPresent(pair, (present, count) -> count == word.count ? null : count - word.count);
            wordsByPair.computeIfPresent(pair, (present, words) -> {
                words.remove(word);
                return words.isEmpty() ? null : words;
            });
        }
    }

    private static List<Pair> pairs(Word word) {
        List<Pair> pairs = new ArrayList<>();
        for (int position = 0; position < word.pieces.size() - 1; position++) {
            pairs.add(new Pair(word.pieces.get(position), word.pieces.get(position + 1)));
        }
        return pairs;
    }
}
