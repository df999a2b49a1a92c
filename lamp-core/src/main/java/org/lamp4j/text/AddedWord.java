package org.lamp4j.text;

/**
 * A word that stands for vectors of its own, which a text encoder was given by textual inversion: it is not made of
 * tokens of the vocabulary but is one or several new ones.
 *
 * @param word the word as it is written in prompts; upper and lower case are the same
 * @param firstId id of its first token, which no other token has
 * @param tokenCount number of its tokens, whose ids follow one another, at least 1
 * @param contentHash {@code sha256:} and 64 hexadecimal digits: the hash of its vectors, by which a clip knows them
 * @see <a href="https://arxiv.org/abs/2208.01618">Gal et al., An Image is Worth One Word</a>
 */
public record AddedWord(String word, int firstId, int tokenCount, String contentHash) {

    /**
     * Checks that there is a word and a token.
     *
     * @throws IllegalArgumentException if the word is blank or a special token's, or there is no token
     */
    public AddedWord {
        if (PromptWords.composed(word).isEmpty() || PromptWords.isSpecial(PromptWords.composed(word))) {
            throw new IllegalArgumentException("expected a word for an embedding, but was '" + word + "'");
        }
        if (firstId < 0 || tokenCount < 1) {
            throw new IllegalArgumentException("expected 1 or more new tokens for " + word + ", but was " + tokenCount
                    + " from " + firstId + " on");
        }
    }

    int[] ids() {
        int[] ids = new int[tokenCount];
        for (int index = 0; index < tokenCount; index++) {
            ids[index] = firstId + index;
        }
        return ids;
    }

    int lastId() {
        return firstId + tokenCount - 1;
    }
}
