package org.lamp4j.files;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A table that grows by a line at a time, over several processes. Each line is in the file when it is added, and half a
 * line that a killed process left at the end is taken away when the table is opened.
 */
public final class AppendedLines implements AutoCloseable {

    private final RandomAccessFile file;

    private AppendedLines(RandomAccessFile file) {
        this.file = file;
    }

    /**
     * Opens a table, or begins it.
     *
     * @param file the file, whose folder exists
     * @param heading the first line of a new table
     * @return the table
     * @throws IOException if it cannot be written
     */
    public static AppendedLines to(Path file, String heading) throws IOException {
        AppendedLines lines = new AppendedLines(new RandomAccessFile(file.toFile(), "rw"));
        try {
            lines.cutHalfLine();
            if (lines.file.length() == 0) {
                lines.add(heading);
            }
            return lines;
        } catch (IOException e) {
            lines.close();
            throw e;
        }
    }

    private void cutHalfLine() throws IOException {
        long length = file.length();
        while (length > 0) {
            file.seek(length - 1);
            if (file.read() == '\n') {
                break;
            }
            length--;
        }
        file.setLength(length);
        file.seek(length);
    }

    /**
     * Adds a line.
     *
     * @param line its text, without an end of line
     * @throws IOException if it cannot be written
     */
    public void add(String line) throws IOException {
        file.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
