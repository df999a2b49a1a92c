package org.lamp4j.generation.pipeline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.files.PrintableText;
import org.lamp4j.generation.PromptSyntax;
import org.lamp4j.spi.TextEncoder;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.text.ClipTokenizer;
import org.lamp4j.text.PromptChunk;
import org.lamp4j.text.WeightedPrompt;

/**
 * Encodes prompts with a model's tokenizer and text encoder.
 *
 * @param tokenizer the tokenizer
 * @param encoder the text encoder
 */
record TokenizedPrompts(ClipTokenizer tokenizer, TextEncoder encoder) implements PromptEncoder {

    private static final System.Logger LOG = System.getLogger(PromptEncoder.class.getName());

    @Override
    public FloatTensor encode(String prompt) {
        ClipTokenizer.EncodedPrompt encoded = tokenizer.encodePrompt(prompt);
        if (encoded.isCut()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "expected a prompt of at most {0} tokens, but was {1}; its end is cut off; prompts,"
                            + " not captions, are read whole with PromptSyntax.WEIGHTED (--prompt-weights): {2}",
                    tokenizer.maxLength(),
                    encoded.idCount(),
                    PrintableText.excerpt(prompt));
        }
        return encoder.encode(List.of(encoded.ids()));
    }

    @Override
    public List<FloatTensor> chunks(String prompt, PromptSyntax syntax) {
        if (syntax == PromptSyntax.PLAIN) {
            return List.of(encode(prompt));
        }
        List<FloatTensor> chunks = new ArrayList<>();
        for (PromptChunk chunk : tokenizer.encode(WeightedPrompt.parse(prompt))) {
            FloatTensor states = encoder.encode(List.of(chunk.ids()));
            chunks.add(chunk.isPlain() ? states : weighted(states, chunk.weights()));
        }
        return chunks;
    }

    @Override
    public void requireReadable(String prompt, PromptSyntax syntax) {
        if (syntax == PromptSyntax.PLAIN) {
            tokenizer.encodePrompt(prompt);
        } else {
            tokenizer.encode(WeightedPrompt.parse(prompt));
        }
    }

    @Override
    public Map<String, String> embeddingsIn(String prompt) {
        Map<String, String> hashes = new LinkedHashMap<>();
        tokenizer.addedWordsIn(prompt).forEach(word -> hashes.put(word.word(), word.contentHash()));
        return hashes;
    }

    /**
     * Multiplies the states {@code [1, N, D]} of each token by its weight, then all so that their mean is as before.
     */
    static FloatTensor weighted(FloatTensor states, float[] weights) {
        int width = states.shape().size(2);
        FloatTensor weighted =
                FloatTensor.generate(states.shape(), index -> states.valueAt(index) * weights[index / width]);
        double mean = mean(weighted);
        return mean == 0 ? weighted : weighted.times((float) (mean(states) / mean));
    }

    private static double mean(FloatTensor values) {
        double sum = 0;
        for (float value : values.toArray()) {
            sum += value;
        }
        return sum / values.shape().elementCount();
    }
}
