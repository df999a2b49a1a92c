package org.lamp4j.training;

import java.util.ServiceLoader;
import org.lamp4j.spi.MediaReader;

/** The media reader that is on the class path. */
final class InstalledMediaReader {

    private InstalledMediaReader() {}

    static MediaReader get() {
        return ServiceLoader.load(MediaReader.class)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("expected a reader of video files on the class path, but"
                        + " there is none; add org.lamp4j:lamp-video"));
    }
}
