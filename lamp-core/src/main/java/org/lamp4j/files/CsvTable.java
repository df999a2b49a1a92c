package org.lamp4j.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A table of comma-separated values with a heading (RFC 4180: a field with commas, quotes or line breaks stands in
 * double quotes, a quote in it is doubled). Blank lines and the space around unquoted fields do not count. Immutable.
 *
 * @param rows the lines after the heading
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</a>
 */
public record CsvTable(List<Row> rows) {

    /** A table of a hundred thousand lines is smaller. */
    private static final int MAX_BYTES = 1 << 23;

    /** Keeps the rows. */
    public CsvTable {
        rows = List.copyOf(rows);
    }

    /**
     * One line of a table.
     *
     * @param line its number in the file, from 1
     * @param fields its values, by column
     */
    public record Row(int line, Map<String, String> fields) {

        /** Keeps the fields. */
        public Row {
            fields = Map.copyOf(fields);
        }

        /**
         * Returns a value.
         *
         * @param column a column's name
         * @return its value; empty if the table does not have that column
         */
        public String get(String column) {
            return fields.getOrDefault(column, "");
        }
    }

    /**
     * Reads a table.
     *
     * @param file a file in UTF-8, of at most 8 MiB
     * @param required columns that there must be, in any order
     * @param optional columns that there may be
     * @return the table
     * @throws IOException if it cannot be read, has another heading or none, a line of another number of fields, or a
     *     quote that is not closed; the message names the file, and the line if there is one
     */
    public static CsvTable read(Path file, List<String> required, List<String> optional) throws IOException {
        String text = ModelText.read(file, MAX_BYTES);
        CsvReader reader = new CsvReader(file, text.startsWith("\uFEFF") ? text.substring(1) : text);
        List<String> heading = List.of();
        List<Row> rows = new ArrayList<>();
        while (reader.hasNext()) {
            int line = reader.line();
            List<String> fields = reader.next();
            if (fields.equals(List.of(""))) {
                continue;
            }
            if (heading.isEmpty()) {
                heading = fields;
                checkHeading(heading, required, optional, file + ", line " + line);
                continue;
            }
            if (fields.size() != heading.size()) {
                throw new IOException("expected " + heading.size() + " fields, but was " + fields.size() + " (" + file
                        + ", line " + line + ")");
            }
            Map<String, String> byColumn = new LinkedHashMap<>();
            for (int column = 0; column < heading.size(); column++) {
                byColumn.put(heading.get(column), fields.get(column));
            }
            rows.add(new Row(line, byColumn));
        }
        if (heading.isEmpty()) {
            checkHeading(heading, required, optional, file.toString());
        }
        return new CsvTable(rows);
    }

    private static void checkHeading(List<String> heading, List<String> required, List<String> optional, String where)
            throws IOException {
        boolean known = heading.stream().allMatch(name -> required.contains(name) || optional.contains(name));
        boolean once = heading.stream().distinct().count() == heading.size();
        if (!known || !once || !heading.containsAll(required)) {
            throw new IOException("expected the heading " + String.join(",", required)
                    + optional.stream().map(name -> "[," + name + "]").collect(Collectors.joining()) + ", but was "
                    + (heading.isEmpty() ? "nothing" : String.join(",", heading)) + " (" + where + ")");
        }
    }
}
