package org.lamp4j.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.files.CsvTable;

/** A {@code captions.csv}: a heading {@code file,caption}, then a line for each clip. */
final class CaptionTable {

    private static final String FILE = "file";
    private static final String CAPTION = "caption";

    private CaptionTable() {}

    /** Returns captions by file name, in a map that may be changed; an empty one if there is no such file. */
    static Map<String, String> read(Path file) throws IOException {
        Map<String, String> captions = new LinkedHashMap<>();
        if (!Files.exists(file)) {
            return captions;
        }
        for (CsvTable.Row row :
                CsvTable.read(file, List.of(FILE, CAPTION), List.of()).rows()) {
            if (captions.put(row.get(FILE), row.get(CAPTION)) != null) {
                throw new IOException("expected one caption for " + row.get(FILE) + ", but was a second (" + file
                        + ", line " + row.line() + ")");
            }
        }
        return captions;
    }
}
