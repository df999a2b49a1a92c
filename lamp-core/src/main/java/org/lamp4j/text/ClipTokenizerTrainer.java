package org.lamp4j.text;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A trainer that learns a {@link ClipTokenizer} from captions, for a model of one's own that is smaller than CLIP.
 * Immutable; safe for several threads.
 *
 * <p>Again and again the two neighbouring pieces that are most frequent in the captions become one. Of pairs that are
 * equally frequent the first in the order of their text is taken, so the result depends neither on the order of the
 * captions nor on the machine.
 *
 * <pre>{@code
 * ClipTokenizer tokenizer = ClipTokenizerTrainer.newBuilder()
 *         .vocabularySize(1000)
 *         .maxLength(20)
 *         .build()
 *         .train(captions);
 * tokenizer.write(model.resolve("tokenizer"));
 * }</pre>
 *
 * @see <a href="https://arxiv.org/abs/1508.07909">Sennrich et al., subword units</a>, algorithm 1
 */
public final class ClipTokenizerTrainer {

    private final int vocabularySize;
    private final int maxLength;

    private ClipTokenizerTrainer(Builder builder) {
        this.vocabularySize = builder.vocabularySize;
        this.maxLength = builder.maxLength;
    }

    /**
     * Begins a trainer.
     *
     * @return a builder that holds CLIP's sizes
     */
    public static Builder newBuilder() {
        return new Builder();
    }

    /**
     * Learns from captions. They are split exactly as {@link ClipTokenizer#encode} does it.
     *
     * @param captions any texts; a caption that stands there twice counts twice
     * @return a tokenizer of the vocabulary size that was set, or of a smaller one if every word of the captions has
     *     become one token
     */
    public ClipTokenizer train(Collection<String> captions) {
        PairStatistics statistics = new PairStatistics(wordCounts(captions));
        Set<String> tokens = TokenizerFiles.byteTokens();
        Map<BytePairEncoder.Pair, Integer> ranks = new LinkedHashMap<>();
        while (tokens.size() < vocabularySize - 2 && statistics.hasPairs()) {
            BytePairEncoder.Pair pair = statistics.mostFrequent();
            statistics.merge(pair);
            ranks.put(pair, ranks.size());
            tokens.add(pair.merged());
        }
        return new ClipTokenizer(TokenizerFiles.ofMerges(ranks, maxLength));
    }

    private static Map<String, Integer> wordCounts(Collection<String> captions) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (String caption : captions) {
            for (String word : PromptWords.of(caption)) {
                if (!PromptWords.isSpecial(word)) {
                    counts.merge(word, 1, Integer::sum);
                }
            }
        }
        return counts;
    }

    /**
     * A builder of {@link ClipTokenizerTrainer}. Each is checked at once, and may be set once: setting it again is an
     * {@link IllegalStateException}.
     */
    public static final class Builder {

        private final Set<String> alreadySet = new HashSet<>();
        private int vocabularySize = 49_408;
        private int maxLength = TokenizerFiles.CLIP_LENGTH;

        private Builder() {}

        private void set(String option, int value, int smallest, int largest) {
            if (!alreadySet.add(option)) {
                throw new IllegalStateException("expected " + option + " to be set once, but was set again");
            }
            if (value < smallest || value > largest) {
                throw new IllegalArgumentException(
                        "expected " + option + " of " + smallest + " to " + largest + ", but was " + value);
            }
        }

        /**
         * Sets how many tokens there may be.
         *
         * @param newValue 514 to 262144: at least the bytes within a word, those at its end and the two special tokens;
         *     49408 unless set
         * @return this builder
         * @throws IllegalArgumentException if it is out of that range
         */
        public Builder vocabularySize(int newValue) {
            set("vocabularySize", newValue, TokenizerFiles.SMALLEST_VOCABULARY, TokenizerFiles.LARGEST_VOCABULARY);
            vocabularySize = newValue;
            return this;
        }

        /**
         * Sets how many ids a prompt has.
         *
         * @param newValue N, begin and end included, 2 to 4096; 77 unless set
         * @return this builder
         * @throws IllegalArgumentException if it is out of that range
         */
        public Builder maxLength(int newValue) {
            set("maxLength", newValue, TokenizerFiles.SMALLEST_LENGTH, TokenizerFiles.LARGEST_LENGTH);
            maxLength = newValue;
            return this;
        }

        /**
         * Returns the trainer.
         *
         * @return an immutable trainer
         */
        public ClipTokenizerTrainer build() {
            return new ClipTokenizerTrainer(this);
        }
    }
}
