package org.lamp4j.video;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.lamp4j.errors.BackendMissingException;

/** FFmpeg's conventions: numbers below zero are errors, names are UTF-8, options are dictionaries. */
final class Ffmpeg {

    private static final int ERROR_TEXT_BYTES = 128;

    private static final Optional<LinkageError> MISSING = silenceOrWhatIsMissing();

    private Ffmpeg() {}

    private static Optional<LinkageError> silenceOrWhatIsMissing() {
        try {
            // What went wrong is in our exceptions; the library's own lines on stderr would only repeat it.
            avutil.av_log_set_level(avutil.AV_LOG_QUIET);
            return Optional.empty();
        } catch (LinkageError missing) {
            return Optional.of(missing);
        }
    }

    /**
     * Loads the native libraries. Whoever calls FFmpeg first calls this first.
     *
     * @throws BackendMissingException if there are none for this platform; the message says what to add
     */
    static void load() {
        if (MISSING.isPresent()) {
            String platform = Loader.getPlatform();
            throw new BackendMissingException(
                    "expected FFmpeg's native libraries for " + platform + ", but was none that loads (add"
                            + " org.bytedeco:ffmpeg and org.bytedeco:javacpp with the classifier " + platform
                            + " to the class path)",
                    MISSING.get());
        }
    }

    /**
     * Turns FFmpeg's error numbers into exceptions.
     *
     * @param result what an FFmpeg function returned
     * @param expected what it should have done
     * @param source what it was done with
     * @return the result
     * @throws IOException if the result is below zero
     */
    static int check(int result, String expected, Object source) throws IOException {
        if (result < 0) {
            throw new IOException("expected " + expected + ", but was: " + describe(result) + " (" + source + ")");
        }
        return result;
    }

    /** Says in words what an error number means. */
    static String describe(int error) {
        byte[] text = new byte[ERROR_TEXT_BYTES];
        avutil.av_strerror(error, text, text.length);
        int length = 0;
        while (length < text.length && text[length] != 0) {
            length++;
        }
        return new String(text, 0, length, StandardCharsets.UTF_8);
    }

    /** Names a file for FFmpeg; with the protocol spelled out, no character of the name has a meaning of its own. */
    static BytePointer url(Path file) {
        return utf8("file:" + file.toAbsolutePath());
    }

    /** Returns a string as C has it, whatever the platform's own character set is. */
    static BytePointer utf8(String text) {
        return new BytePointer(text, StandardCharsets.UTF_8);
    }

    /** Makes a dictionary; the caller frees it. */
    static AVDictionary dictionary(Map<String, String> entries) {
        AVDictionary dictionary = new AVDictionary(null);
        entries.forEach((key, value) -> {
            try (BytePointer nativeKey = utf8(key);
                    BytePointer nativeValue = utf8(value)) {
                avutil.av_dict_set(dictionary, nativeKey, nativeValue, 0);
            }
        });
        return dictionary;
    }
}
