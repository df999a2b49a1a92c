package org.lamp4j.media;

import java.io.IOException;

/** An image's parts do not add up. The message says what was found; the reader adds what was expected, and the file. */
final class ImageDamage extends IOException {

    private static final long serialVersionUID = 1L;

    ImageDamage(String found) {
        super(found);
    }
}
