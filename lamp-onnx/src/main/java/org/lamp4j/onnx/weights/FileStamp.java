package org.lamp4j.onnx.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/**
 * What tells whether a file has been written to since it was opened.
 *
 * @param file the file
 * @param size its size in bytes
 * @param modified when it was last written to, as finely as the system knows
 * @param key what the system tells files apart by; null where it has nothing of the kind
 */
public record FileStamp(Path file, long size, FileTime modified, Object key) {

    /** Finds out what a file is like. */
    @FunctionalInterface
    interface Look {
        FileStamp at(Path file) throws IOException;
    }

    /**
     * Looks at a file.
     *
     * @param file the file
     * @return what it is like now
     * @throws IOException if it cannot be looked at
     */
    public static FileStamp of(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new FileStamp(file, attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
    }

    /**
     * Checks that what was opened is as it was. Another file that was moved to its place, or nothing, is no change: a
     * mapping keeps the file that it was made of.
     *
     * @throws IllegalStateException if it was written to; the message names it
     */
    public void requireUnchanged() {
        FileStamp now;
        try {
            now = of(file);
        } catch (NoSuchFileException gone) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "expected a file that can be looked at, but was: " + e.getMessage() + " (" + file + ")", e);
        }
        boolean isReplaced = key != null && !key.equals(now.key);
        if (!isReplaced && !equals(now)) {
            throw new IllegalStateException("expected the file as it was when it was opened, " + described()
                    + ", but was " + now.described()
                    + "; open it anew, and replace large weights by writing beside them and renaming (" + file + ")");
        }
    }

    private String described() {
        return size + " bytes of " + modified;
    }
}
