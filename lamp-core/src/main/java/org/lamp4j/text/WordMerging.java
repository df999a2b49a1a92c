package org.lamp4j.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.lamp4j.text.BytePairEncoder.Pair;

/**
 * The merging of one word. In each round the known pair of the lowest rank is joined wherever it stands, from left to
 * right, until no known pair is left.
 *
 * <p>Pieces are a list linked by positions, and pairs wait in a queue by rank and position, so that the time grows with
 * the word's length and its logarithm: a prompt may come from a stranger. A pair in the queue whose pieces have changed
 * since is passed over. Pairs that come about in a round wait for its end, even if their rank is lower.
 */
final class WordMerging {

    private static final int NONE = -1;

    private final Map<Pair, Integer> ranks;
    private final String[] pieces;
    private final int[] previous;
    private final int[] next;

    /** Rank of the pair that begins at each position, or {@link #NONE}. */
    private final int[] rankAt;

    private final PriorityQueue<Candidate> queue = new PriorityQueue<>();

    /** A pair that was known when it was found. */
    private record Candidate(int rank, int position) implements Comparable<Candidate> {

        @Override
        public int compareTo(Candidate other) {
            int byRank = Integer.compare(rank, other.rank);
            return byRank != 0 ? byRank : Integer.compare(position, other.position);
        }
    }

    WordMerging(Map<Pair, Integer> ranks, List<String> word) {
        this.ranks = ranks;
        this.pieces = word.toArray(String[]::new);
        this.previous = new int[pieces.length];
        this.next = new int[pieces.length];
        this.rankAt = new int[pieces.length];
        Arrays.setAll(previous, position -> position - 1);
        Arrays.setAll(next, position -> position + 1 < pieces.length ? position + 1 : NONE);
    }

    /** Takes all rounds; may be called once. */
    List<String> merged() {
        for (int position = 0; position < pieces.length; position++) {
            look(position);
        }
        while (!queue.isEmpty()) {
            round(queue.peek().rank());
        }
        List<String> left = new ArrayList<>();
        for (int position = 0; position != NONE; position = next[position]) {
            left.add(pieces[position]);
        }
        return left;
    }

    private void round(int rank) {
        List<Integer> joined = new ArrayList<>();
        while (!queue.isEmpty() && queue.peek().rank() == rank) {
            int position = queue.remove().position();
            if (rankAt[position] == rank) {
                join(position);
                joined.add(position);
            }
        }
        for (int position : joined) {
            if (previous[position] != NONE) {
                look(previous[position]);
            }
            look(position);
        }
    }

    private void join(int position) {
        int removed = next[position];
        pieces[position] += pieces[removed];
        next[position] = next[removed];
        if (next[removed] != NONE) {
            previous[next[removed]] = position;
        }
        rankAt[removed] = NONE;
        rankAt[position] = NONE;
        if (previous[position] != NONE) {
            rankAt[previous[position]] = NONE;
        }
    }

    /** Notes the pair that begins at a position, if it is known. */
    private void look(int position) {
        Integer rank = next[position] == NONE ? null : ranks.get(new Pair(pieces[position], pieces[next[position]]));
        rankAt[position] = rank == null ? NONE : rank;
        if (rank != null) {
            queue.add(new Candidate(rank, position));
        }
    }
}
