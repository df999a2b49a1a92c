package org.lamp4j.training;

import java.io.IOException;
import java.util.List;
import org.lamp4j.media.VideoClip;

/** A listener that receives the clips of each validation, on the thread that trains. */
@FunctionalInterface
public interface ValidationListener {

    /**
     * Takes the clips of one validation.
     *
     * @param step training steps done, from 1
     * @param clips one clip for each example, in their order; the provenance says prompt and options
     * @throws IOException if they cannot be saved, which ends the training
     */
    void onClips(int step, List<VideoClip> clips) throws IOException;
}
