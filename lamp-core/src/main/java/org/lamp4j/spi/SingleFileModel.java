package org.lamp4j.spi;

import org.lamp4j.diffusion.NoiseSchedule;

/**
 * What a model that is a single file tells of the parts that are not in it.
 *
 * @param noiseSchedule the schedule its kind was trained with, and what it predicts
 * @param vocabulary which tokenizer its text encoder was trained with
 * @param vocabularySize how many tokens its text encoder knows
 */
public record SingleFileModel(NoiseSchedule noiseSchedule, Vocabulary vocabulary, int vocabularySize) {

    /** The tokenizers that come with the library. */
    public enum Vocabulary {
        /** That of CLIP ViT-L/14, padded with the end token. */
        CLIP,
        /** The same padded with token 0. */
        OPEN_CLIP
    }
}
