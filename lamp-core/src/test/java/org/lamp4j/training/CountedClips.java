package org.lamp4j.training;

import java.io.IOException;
import org.lamp4j.media.FrameReader;
import org.lamp4j.media.VideoClip;

/** Clips that count how often they are opened and hashed. */
public final class CountedClips {

    private int opened;
    private int hashed;

    public TrainingClip of(VideoClip content) {
        TrainingClip inner = TrainingClip.of("inner", content, "x");
        return new TrainingClip("clip", "a horse runs", new TrainingClip.Source() {
            @Override
            public FrameReader open() throws IOException {
                opened++;
                return inner.open();
            }

            @Override
            public String contentHash() throws IOException {
                hashed++;
                return inner.contentHash();
            }
        });
    }

    public int opened() {
        return opened;
    }

    public int hashed() {
        return hashed;
    }
}
