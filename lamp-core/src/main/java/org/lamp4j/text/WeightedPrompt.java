package org.lamp4j.text;

import java.util.List;

/**
 * A prompt whose words are weighted, in the notation of AUTOMATIC1111's web UI:
 *
 * <table>
 *   <caption>Notation</caption>
 *   <tr><th>written</th><th>means</th></tr>
 *   <tr><td>{@code (duck)}</td><td>weight times 1.1</td></tr>
 *   <tr><td>{@code ((duck))}</td><td>times 1.21, and so on</td></tr>
 *   <tr><td>{@code (duck:1.4)}</td><td>times 1.4</td></tr>
 *   <tr><td>{@code [cloud]}</td><td>divided by 1.1</td></tr>
 *   <tr><td>{@code \(}, {@code \)}, {@code \[}, {@code \]}, {@code \\}</td><td>the sign itself</td></tr>
 *   <tr><td>{@code BREAK}</td><td>the next word begins a new chunk</td></tr>
 * </table>
 *
 * <p>Brackets nest, and weights of nested ones multiply. A bracket that is not closed goes on to the end; one that
 * closes nothing is a sign like others, as is a colon but for a number and {@code )} behind it in round brackets. A
 * backslash before anything else is left out.
 *
 * @param sections what stands between {@code BREAK}s, at least one; each a list of texts of different weights, in order
 * @see <a href="https://github.com/AUTOMATIC1111/stable-diffusion-webui/wiki/Features#attentionemphasis">the notation's
 *     description</a>
 */
public record WeightedPrompt(List<List<Part>> sections) {

    /** The most chunks of a prompt, {@value}: each makes the UNet's cross-attention longer. */
    public static final int MAX_CHUNKS = 32;

    /**
     * A text of one weight.
     *
     * @param text the text, without brackets and escapes
     * @param weight what its tokens' hidden states are multiplied by, -100 to 100
     */
    public record Part(String text, float weight) {}

    /** Keeps the lists. */
    public WeightedPrompt {
        sections = sections.stream().map(List::copyOf).toList();
    }

    /**
     * Reads a prompt.
     *
     * @param prompt any text of at most {@value ClipTokenizer#MAX_PROMPT_LENGTH} characters
     * @return its texts and their weights
     * @throws IllegalArgumentException if it is longer, or a weight is beyond 100
     */
    public static WeightedPrompt parse(String prompt) {
        ClipTokenizer.requireLength(prompt);
        return new WeightedPrompt(new WeightedPromptParser(prompt).parse());
    }
}
