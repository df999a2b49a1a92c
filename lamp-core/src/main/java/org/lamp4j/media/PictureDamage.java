package org.lamp4j.media;

import java.io.IOException;

/** A picture's parts do not add up. The message says what was found; the reader adds what was expected, and the file. */
final class PictureDamage extends IOException {

    private static final long serialVersionUID = 1L;

    PictureDamage(String found) {
        super(found);
    }
}
