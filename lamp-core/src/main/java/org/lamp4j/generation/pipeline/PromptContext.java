package org.lamp4j.generation.pipeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.generation.PromptSyntax;
import org.lamp4j.tensor.FloatTensor;

/**
 * What the UNet is given of several prompts.
 *
 * @param hiddenStates text hidden states {@code [B, kN, D]}, a row for each prompt
 * @param chunkCount k, the number of chunks of the longest prompt; shorter ones are followed by empty ones
 */
record PromptContext(FloatTensor hiddenStates, int chunkCount) {

    static PromptContext of(List<String> prompts, PromptEncoder encoder, PromptSyntax syntax) {
        Map<String, List<FloatTensor>> encoded = new HashMap<>();
        List<List<FloatTensor>> rows = new ArrayList<>();
        for (String prompt : prompts) {
            rows.add(encoded.computeIfAbsent(prompt, text -> encoder.chunks(text, syntax)));
        }
        int longest = rows.stream().mapToInt(List::size).max().orElseThrow();
        List<FloatTensor> joined = new ArrayList<>();
        for (List<FloatTensor> row : rows) {
            List<FloatTensor> chunks = new ArrayList<>(row);
            if (row.size() < longest) {
                FloatTensor empty = encoded.computeIfAbsent("", text -> encoder.chunks(text, syntax))
                        .get(0);
                chunks.addAll(Collections.nCopies(longest - row.size(), empty));
            }
            joined.add(longest == 1 ? chunks.get(0) : FloatTensor.concat(1, chunks));
        }
        return new PromptContext(FloatTensor.concat(0, joined), longest);
    }
}
