package org.lamp4j.spi;

import java.util.List;
import org.lamp4j.tensor.FloatTensor;

/** A frozen text encoder: token ids to one vector per token. Safe for several threads. */
public interface TextEncoder {

    /**
     * Encodes prompts.
     *
     * @param tokenIds B rows of N token ids, as the model's tokenizer gives them
     * @return the hidden states after the final layer norm, {@code [B, N, D]}
     * @throws IllegalArgumentException if a row is not N long or an id is not in the vocabulary
     */
    FloatTensor encode(List<int[]> tokenIds);
}
