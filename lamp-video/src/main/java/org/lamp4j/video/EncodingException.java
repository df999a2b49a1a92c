package org.lamp4j.video;

import java.io.IOException;

/** FFmpeg did not encode a clip. The message does not name the file, which has another name while it is written. */
final class EncodingException extends IOException {

    private static final long serialVersionUID = 1L;

    EncodingException(String message) {
        super(message);
    }
}
