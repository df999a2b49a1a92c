package org.lamp4j.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.files.CsvTable;

/** A {@code captions.csv}: a heading {@code file,caption} or {@code file,caption,weight}, then a line for each clip. */
final class CaptionTable {

    private static final String FILE = "file";
    private static final String CAPTION = "caption";
    private static final String WEIGHT = "weight";

    private CaptionTable() {}

    /**
     * What a line says of its clip.
     *
     * @param caption what the clip shows
     * @param weight how much it counts; 1 if the line does not say
     * @param where table and line, for messages
     */
    record Line(String caption, double weight, String where) {

        TrainingClip of(Path file) throws IOException {
            try {
                return TrainingClip.of(file, caption).withWeight(weight);
            } catch (IllegalArgumentException e) {
                throw new IOException(e.getMessage() + where, e);
            }
        }
    }

    /** Returns lines by file name, in a map that may be changed; an empty one if there is no such file. */
    static Map<String, Line> read(Path file) throws IOException {
        Map<String, Line> lines = new LinkedHashMap<>();
        if (!Files.exists(file)) {
            return lines;
        }
        for (CsvTable.Row row :
                CsvTable.read(file, List.of(FILE, CAPTION), List.of(WEIGHT)).rows()) {
            String where = " (" + file + ", line " + row.line() + ")";
            if (row.get(CAPTION).isBlank()) {
                throw new IOException("expected a caption for " + row.get(FILE) + ", but was none" + where);
            }
            Line line = new Line(row.get(CAPTION), weight(row.get(WEIGHT), where), where);
            if (lines.put(row.get(FILE), line) != null) {
                throw new IOException("expected one caption for " + row.get(FILE) + ", but was a second" + where);
            }
        }
        return lines;
    }

    private static double weight(String text, String where) throws IOException {
        try {
            return text.isEmpty() ? 1 : Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IOException("expected a number as weight, but was " + text + where, e);
        }
    }
}
