package org.lamp4j.generation.pipeline;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.lamp4j.generation.PromptSyntax;
import org.lamp4j.spi.TextEncoder;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.text.ClipTokenizer;

/** An encoder of prompts, into the embedding that the UNet takes. Safe for several threads. */
@FunctionalInterface
public interface PromptEncoder {

    /**
     * Encodes a prompt as it stands.
     *
     * @param prompt any text
     * @return text hidden states {@code [1, N, D]}
     */
    FloatTensor encode(String prompt);

    /**
     * Encodes a prompt.
     *
     * @param prompt any text
     * @param syntax how it is read
     * @return text hidden states {@code [1, N, D]} of each chunk, at least one; a single one if it is read plainly
     * @throws IllegalArgumentException if the prompt is longer than any, or a weight is out of range
     */
    default List<FloatTensor> chunks(String prompt, PromptSyntax syntax) {
        return List.of(encode(prompt));
    }

    /**
     * Checks that a prompt can be encoded, which costs nothing.
     *
     * @param prompt any text
     * @param syntax how it is read
     * @throws IllegalArgumentException as {@link #chunks} does
     */
    default void requireReadable(String prompt, PromptSyntax syntax) {}

    /**
     * Finds words that an embedding was added for.
     *
     * @param prompt any text
     * @return the hash of each such word's vectors by the word, in the prompt's order
     */
    default Map<String, String> embeddingsIn(String prompt) {
        return Map.of();
    }

    /**
     * Returns embeddings as one line of a provenance.
     *
     * @param embeddings hashes of vectors by the words
     * @return words and hashes
     */
    static String listed(Map<String, String> embeddings) {
        return embeddings.entrySet().stream()
                .map(word -> word.getKey() + " " + word.getValue())
                .collect(Collectors.joining(", "));
    }

    /**
     * Returns an encoder that cuts plain prompts of too many tokens, which is logged.
     *
     * @param tokenizer the model's tokenizer
     * @param encoder the model's text encoder; stays the caller's
     * @return the encoder
     */
    static PromptEncoder of(ClipTokenizer tokenizer, TextEncoder encoder) {
        return new TokenizedPrompts(tokenizer, encoder);
    }
}
