package org.lamp4j.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lamp4j.text.BytePairEncoder.Pair;

class WordMergingTest {

    /** The definition, word for word: join the pair of the lowest rank everywhere, then look again. */
    private static List<String> byDefinition(Map<Pair, Integer> ranks, List<String> word) {
        List<String> pieces = word;
        while (true) {
            Pair best = null;
            for (int position = 0; position + 1 < pieces.size(); position++) {
                Pair pair = new Pair(pieces.get(position), pieces.get(position + 1));
                if (ranks.containsKey(pair) && (best == null || ranks.get(pair) < ranks.get(best))) {
                    best = pair;
                }
            }
            if (best == null) {
                return pieces;
            }
            pieces = BytePairEncoder.merge(pieces, best);
        }
    }

    /** Merges of two letters in any order, so that a longer pair may well rank before the pairs it is made of. */
    private static Map<Pair, Integer> ranks(Random random) {
        List<String> pieces = new ArrayList<>(List.of("a", "b"));
        List<Pair> pairs = new ArrayList<>();
        for (int merge = 0; merge < 8; merge++) {
            Pair pair = new Pair(pieces.get(random.nextInt(pieces.size())), pieces.get(random.nextInt(pieces.size())));
            pairs.add(pair);
            pieces.add(pair.merged());
        }
        Collections.shuffle(pairs, random);
        Map<Pair, Integer> ranks = new HashMap<>();
        pairs.forEach(pair -> ranks.putIfAbsent(pair, ranks.size()));
        return ranks;
    }

    @Test
    void merged_anyMergesInAnyOrder_areAsTheDefinitionSays() {
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            Map<Pair, Integer> ranks = ranks(random);
            List<String> word = random.ints(random.nextInt(1, 14), 0, 2)
                    .mapToObj(letter -> letter == 0 ? "a" : "b")
                    .toList();

            assertThat(new WordMerging(ranks, word).merged())
                    .as("%s with %s", word, ranks)
                    .isEqualTo(byDefinition(ranks, word));
        }
    }

    @Test
    void merged_longWord_looksAtEachPairAFewTimes() {
        int length = 40_000;
        Map<Pair, Integer> merges = new HashMap<>();
        for (String piece = "a"; piece.length() < 64; piece += piece) {
            merges.put(new Pair(piece, piece), merges.size());
        }
        CountingRanks ranks = new CountingRanks(merges);

        List<String> merged = new WordMerging(ranks, Collections.nCopies(length, "a")).merged();

        assertThat(merged).hasSize(length / 64).containsOnly("a".repeat(64));
        // Each joining removes a piece and asks for two pairs.
        assertThat(ranks.asked).isLessThanOrEqualTo(3 * length);
    }

    /** Counts how often a rank is asked for. */
    private static final class CountingRanks extends HashMap<Pair, Integer> {

        private static final long serialVersionUID = 1L;
        private int asked;

        CountingRanks(Map<Pair, Integer> ranks) {
            super(ranks);
        }

        @Override
        public Integer get(Object pair) {
            asked++;
            return super.get(pair);
        }
    }
}
