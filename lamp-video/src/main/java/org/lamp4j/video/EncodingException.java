package org.lamp4j.video;

import java.io.IOException;

/** FFmpeg did not encode a clip. The message does not name the file, which has another name while it is written. */
final class EncodingException extends IOException {

    private static final long serialVersionUID = 1L;

    private final boolean ofFile;

    private EncodingException(String message, boolean ofFile) {
        super(message);
        this.ofFile = ofFile;
    }

    /** An encoder refused; another may not. */
    static EncodingException ofEncoder(String message) {
        return new EncodingException(message, false);
    }

    /** A file could not be written, whoever encodes. */
    static EncodingException ofFile(String message) {
        return new EncodingException(message, true);
    }

    /** Whether it is the file that could not be written. */
    boolean isOfFile() {
        return ofFile;
    }
}
