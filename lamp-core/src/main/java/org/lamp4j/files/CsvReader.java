package org.lamp4j.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Takes the text of a table apart, field by field. */
final class CsvReader {

    private final Path file;
    private final String text;
    private int position;
    private int line = 1;

    CsvReader(Path file, String text) {
        this.file = file;
        this.text = text;
    }

    boolean hasNext() {
        return position < text.length();
    }

    /** Returns the number of the line that comes next, from 1. */
    int line() {
        return line;
    }

    /** Returns the fields of the next line, which a quoted field may carry on over several. */
    List<String> next() throws IOException {
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
