package org.lamp4j.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A {@code captions.csv}: a heading {@code file,caption}, then a line for each clip (RFC 4180: a field with commas, quotes or
 * line breaks stands in double quotes, a quote in it is doubled).
 */
final class CaptionTable {

    private static final List<String> HEADING = List.of("file", "caption");

    private final String text;
    private final Path file;
    private int position;
    private int line = 1;

    private CaptionTable(Path file, String text) {
        this.file = file;
        this.text = text;
    }

    /** Returns captions by file name, in a map that may be changed; an empty one if there is no such file. */
    static Map<String, String> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return new LinkedHashMap<>();
        }
        String text = Files.readString(file);
        return new CaptionTable(file, text.startsWith("\uFEFF") ? text.substring(1) : text).captions();
    }

    private Map<String, String> captions() throws IOException {
        Map<String, String> captions = new LinkedHashMap<>();
        boolean heading = true;
        while (position < text.length()) {
            int start = line;
            List<String> row = row();
            if (row.equals(List.of(""))) {
                continue;
            }
            if (heading && !row.equals(HEADING)) {
                throw new IOException("expected the heading file,caption, but was " + String.join(",", row) + " ("
                        + file + ", line " + start + ")");
            }
            if (row.size() != HEADING.size()) {
                throw new IOException("expected a file and a caption, but was " + row.size() + " fields (" + file
                        + ", line " + start + ")");
            }
            if (!heading && captions.put(row.get(0), row.get(1)) != null) {
                throw new IOException("expected one caption for " + row.get(0) + ", but was a second (" + file
                        + ", line " + start + ")");
            }
            heading = false;
        }
        return captions;
    }

    private List<String> row() throws IOException {
        List<String> fields = new ArrayList<>();
        fields.add(field());
        while (position < text.length() && text.charAt(position) == ',') {
            position++;
            fields.add(field());
        }
        if (text.startsWith("\r\n", position)) {
            position += 2;
        } else if (position < text.length()) {
            position++;
        }
        line++;
        return fields;
    }

    private String field() throws IOException {
        if (position < text.length() && text.charAt(position) == '"') {
            return quotedField();
        }
        int start = position;
        while (position < text.length() && ",\r\n".indexOf(text.charAt(position)) < 0) {
            position++;
        }
        return text.substring(start, position).strip();
    }

    private String quotedField() throws IOException {
        int start = line;
        StringBuilder field = new StringBuilder();
        for (position++; position < text.length(); position++) {
            char character = text.charAt(position);
            if (character == '"') {
                position++;
                if (position == text.length() || ",\r\n".indexOf(text.charAt(position)) >= 0) {
                    return field.toString();
                }
                if (text.charAt(position) != '"') {
                    throw new IOException("expected a comma or a line's end after a closing quote, but was '"
                            + text.charAt(position) + "' (" + file + ", line " + line + ")");
                }
            } else if (character == '\n') {
                line++;
            }
            field.append(character);
        }
        throw new IOException("expected a closing quote, but the file ended (" + file + ", line " + start + ")");
    }
}
