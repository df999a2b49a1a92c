package org.lamp4j.files;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the name that was probably meant. */
public final class NearestName {

    /** No key is longer; a crafted one shall not take forever to compare. */
    private static final int COMPARED_LENGTH = 256;

    private NearestName() {}

    /**
     * Finds the name with the fewest insertions, deletions and substitutions between it and the wanted one.
     *
     * @param wanted a name that is not there
     * @param names those that are
     * @return the nearest; empty if there is none at all
     */
    public static Optional<String> of(String wanted, Collection<String> names) {
        return names.stream().min(Comparator.comparingInt(name -> distance(compared(wanted), compared(name))));
    }

    private static String compared(String name) {
        return name.substring(0, Math.min(name.length(), COMPARED_LENGTH));
    }

    /** Levenshtein's distance, one row at a time. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int column = 0; column <= b.length(); column++) {
            row[column] = column;
        }
        for (int line = 1; line <= a.length(); line++) {
            int diagonal = row[0];
            row[0] = line;
            for (int column = 1; column <= b.length(); column++) {
                int substituted = diagonal + (a.charAt(line - 1) == b.charAt(column - 1) ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.min(substituted, Math.min(row[column], row[column - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
