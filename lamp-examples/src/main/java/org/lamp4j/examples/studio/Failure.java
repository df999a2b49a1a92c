package org.lamp4j.examples.studio;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.PrintableText;

/**
 * What went wrong, as it is told to the person.
 *
 * @param status HTTP's number for it
 * @param message the library's own words
 * @param advice what the person can do
 */
record Failure(int status, String message, String advice) {

    private static final String DISK_ADVICE =
            "Free space on this disk: delete clips or motions that are no longer needed, and empty the studio folder's trash.";

    static Failure of(Throwable problem) {
        if (problem instanceof Refusal refusal) {
            return new Failure(refusal.status(), line(refusal), refusal.advice());
        }
        if (isDiskFull(problem)) {
            return new Failure(Refusal.DISK_FULL, "the disk is full: " + line(problem), DISK_ADVICE);
        }
        if (problem instanceof OutOfMemoryError) {
            return new Failure(
                    Refusal.FAILED,
                    "out of memory: " + line(problem),
                    "Use fewer frames or a smaller frame size, or start the studio with a smaller --memory-budget.");
        }
        if (problem instanceof IllegalArgumentException) {
            return new Failure(Refusal.BAD_REQUEST, line(problem), "Change the setting that is named, and try again.");
        }
        if (problem instanceof ModelFormatException) {
            return new Failure(
                    Refusal.BAD_REQUEST,
                    line(problem),
                    "The file is not what it should be, or was made with another model: choose another, or take another copy of it.");
        }
        if (problem instanceof NoSuchFileException) {
            return new Failure(
                    Refusal.NOT_FOUND,
                    "no such file or folder: " + line(problem),
                    "It was removed from the studio folder; load the page anew.");
        }
        return new Failure(
                Refusal.FAILED,
                line(problem),
                "Try it again. docs/errors.md says more about this message, and so may the terminal that the studio runs in.");
    }

    static Refusal diskLow(long free) {
        return new Refusal(Refusal.DISK_FULL, "the disk is full: only " + (free >> 20) + " MiB are free", DISK_ADVICE);
    }

    /** Java has no type for it; these are the words of Linux, macOS and Windows, and of a quota. */
    static boolean isDiskFull(Throwable problem) {
        for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
            if (cause instanceof IOException
                    && (message.contains("no space left")
                            || message.contains("not enough space on the disk")
                            || message.contains("quota exceeded"))) {
                return true;
            }
        }
        return false;
    }

    private static String line(Throwable problem) {
        String message = problem.getMessage();
        return PrintableText.line(
                message == null || message.isBlank() ? problem.getClass().getSimpleName() : message);
    }

    Answer answer() {
        ObjectNode error = JsonNodeFactory.instance.objectNode();
        error.putObject("error").put("message", message).put("advice", advice);
        return Answer.json(status, error);
    }
}
