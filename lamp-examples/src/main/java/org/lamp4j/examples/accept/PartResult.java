package org.lamp4j.examples.accept;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a part of an acceptance gave.
 *
 * @param name the part
 * @param verdict what came of it
 * @param seconds how long the part took
 * @param summary what was found, in a line
 * @param figures numbers for programs, by name with unit
 * @param tables the same and more, for people
 */
public record PartResult(
        String name, Verdict verdict, double seconds, String summary, Map<String, Double> figures, List<Table> tables) {

    /** What came of a part. */
    public enum Verdict {
        /** What was compared agrees. */
        PASSED,
        /** What was compared does not agree, or the part broke off. */
        FAILED,
        /** Figures that nothing is compared with. */
        MEASURED,
        /** The device computes nothing: what was counted says something, numbers and times do not. */
        NOT_COMPARABLE;

        /** Returns the verdict as people read it. */
        String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /**
     * A table.
     *
     * @param heading what stands above it
     * @param columns headings of the columns
     * @param rows the cells of each row
     */
    public record Table(String heading, List<String> columns, List<List<String>> rows) {

        /** Keeps the cells. */
        public Table {
            columns = List.copyOf(columns);
            rows = rows.stream().map(List::copyOf).toList();
        }
    }

    /** Keeps figures and tables. */
    public PartResult {
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
        tables = List.copyOf(tables);
    }
}
