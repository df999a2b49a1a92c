package org.lamp4j.generation;

/** How prompts of a generation are read. Captions of training clips are read as they stand. */
public enum PromptSyntax {

    /** As they stand, as LAMP's own program does. What is longer than the text encoder takes is cut off and logged. */
    PLAIN,

    /**
     * With weights in brackets, in the notation of {@link org.lamp4j.text.WeightedPrompt}, and of any length.
     *
     * <p>A prompt is encoded in chunks of as many tokens as the text encoder takes (75 and a begin and end token for
     * Stable Diffusion), whose hidden states are joined: {@code [1, kN, D]}. Of prompt and negative prompt, the shorter
     * is filled up with empty chunks. The hidden states of each token are multiplied by its weight, and those of each
     * chunk then by one number that gives their mean its value from before, so that emphasis moves from word to word
     * and does not grow. This is what AUTOMATIC1111's web UI does unless told otherwise, but that it looks back for a
     * comma where a chunk ends; here each is filled.
     *
     * <p>With no bracket, colon or backslash in them, prompts of up to one chunk are what they are without weights.
     *
     * @see <a href="https://github.com/AUTOMATIC1111/stable-diffusion-webui/wiki/Features#attentionemphasis">the rule's
     *     description</a>
     */
    WEIGHTED
}
