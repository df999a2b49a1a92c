package org.lamp4j.generation.pipeline;

import java.util.List;
import org.lamp4j.files.PrintableText;
import org.lamp4j.spi.TextEncoder;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.text.ClipTokenizer;

/** An encoder of prompts, into the embedding that the UNet takes. Safe for several threads. */
@FunctionalInterface
public interface PromptEncoder {

    /**
     * Encodes a prompt.
     *
     * @param prompt any text
     * @return text hidden states {@code [1, N, D]}
     */
    FloatTensor encode(String prompt);

    /**
     * Returns an encoder that cuts prompts of too many tokens, which is logged.
     *
     * @param tokenizer the model's tokenizer
     * @param encoder the model's text encoder; stays the caller's
     * @return the encoder
     */
    static PromptEncoder of(ClipTokenizer tokenizer, TextEncoder encoder) {
        return prompt -> {
            ClipTokenizer.EncodedPrompt encoded = tokenizer.encodePrompt(prompt);
            if (encoded.isCut()) {
                System.getLogger(PromptEncoder.class.getName())
                        .log(
                                System.Logger.Level.WARNING,
                                "expected a prompt of at most {0} tokens, but was {1}; its end is cut off: {2}",
                                tokenizer.maxLength(),
                                encoded.idCount(),
                                PrintableText.excerpt(prompt));
            }
            return encoder.encode(List.of(encoded.ids()));
        };
    }
}
