package org.lamp4j.generation.pipeline;

import java.util.Collection;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** At which frames the parts of a clip meet, as its provenance says it: of all passes that it went through. */
final class Seams {

    private static final String KEY = "seams";
    private static final Pattern NUMBERS = Pattern.compile("\\d{1,9}(,\\d{1,9})*");

    private Seams() {}

    /** Adds seams to those that are there. */
    static void add(Map<String, String> provenance, Collection<Integer> seams) {
        NavigableSet<Integer> all = in(provenance);
        all.addAll(seams);
        put(provenance, all);
    }

    /** Moves the seams that are there to where their frames have gone. */
    static void move(Map<String, String> provenance, IntUnaryOperator place) {
        if (provenance.containsKey(KEY)) {
            put(provenance, in(provenance).stream().map(place::applyAsInt).toList());
        }
    }

    private static NavigableSet<Integer> in(Map<String, String> provenance) {
        String seams = provenance.getOrDefault(KEY, "");
        NavigableSet<Integer> all = new TreeSet<>();
        if (NUMBERS.matcher(seams).matches()) { // whoever made the clip may have written anything
            Stream.of(seams.split(",")).map(Integer::valueOf).forEach(all::add);
        }
        return all;
    }

    private static void put(Map<String, String> provenance, Collection<Integer> seams) {
        provenance.put(KEY, seams.stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
}
