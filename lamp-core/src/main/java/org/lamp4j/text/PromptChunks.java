package org.lamp4j.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Fills chunks with the tokens of a prompt. */
final class PromptChunks {

    private final TokenizerFiles files;
    private final List<PromptChunk> chunks = new ArrayList<>();
    private int[] ids;
    private float[] weights;
    private int count;

    PromptChunks(TokenizerFiles files) {
        this.files = files;
        begin();
    }

    private void begin() {
        ids = new int[files.maxLength()];
        weights = new float[files.maxLength()];
        Arrays.fill(ids, files.padId());
        Arrays.fill(weights, 1);
        ids[0] = files.beginId();
        count = 0;
    }

    private int room() {
        return files.maxLength() - 2;
    }

    /**
     * Adds tokens that belong together: they begin a new chunk if the last has no room for all of them. Where a chunk
     * has room for none, there are begin and end alone.
     */
    void add(int[] tokens, float weight) {
        if (room() == 0) {
            return;
        }
        if (count + tokens.length > room()) {
            end();
        }
        for (int token : tokens) {
            ids[count + 1] = token;
            weights[count + 1] = weight;
            count++;
        }
    }

    /** Ends the chunk; what follows is in the next. */
    void end() {
        if (chunks.size() == WeightedPrompt.MAX_CHUNKS) {
            throw new IllegalArgumentException("expected a prompt of at most " + WeightedPrompt.MAX_CHUNKS + " times "
                    + room() + " tokens, but was more (ClipTokenizer)");
        }
        ids[count + 1] = files.endId();
        chunks.add(new PromptChunk(ids, weights));
        begin();
    }

    List<PromptChunk> done() {
        end();
        return chunks;
    }
}
