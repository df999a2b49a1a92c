package org.lamp4j;

/** Which base models a saved pattern may be laid over. LoRAs that are added to one are no matter in either case. */
public enum BaseMatch {
    /** The one it was trained on: the same weights, noise schedule, prediction type and scale of latents. */
    SAME_MODEL,
    /**
     * Any of the same architecture that predicts the same and has latents of the same scale, as a finetune of the one
     * it was trained on. Its weights and its noise schedule may be others.
     */
    SAME_ARCHITECTURE
}
