package org.lamp4j.examples.cli;

import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import org.lamp4j.files.PrintableText;

/** Says in one line what went wrong. */
final class ErrorLine {

    private ErrorLine() {}

    /** Returns one line for an error: its message, or what its type says where Java's own message is only a path. */
    static String of(Throwable problem) {
        String message = problem.getMessage();
        if (problem instanceof NoSuchFileException) {
            message = "no such file or folder: " + message;
        } else if (problem instanceof AccessDeniedException) {
            message = "not allowed to read or write " + message;
        } else if (problem instanceof FileAlreadyExistsException) {
            message = "something else is already at " + message;
        } else if (problem instanceof ClosedByInterruptException) {
            message = "stopped: interrupted while reading or writing a file";
        } else if (problem instanceof OutOfMemoryError) {
            message = "out of memory: " + message
                    + " (java -Xmx raises the limit of the heap, -XX:MaxDirectMemorySize that of direct buffers)";
        } else if (message == null || message.isBlank()) {
            message = problem.getClass().getSimpleName();
        }
        return PrintableText.line(message).stripLeading();
    }
}
