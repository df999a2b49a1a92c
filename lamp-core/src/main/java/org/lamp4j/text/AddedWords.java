package org.lamp4j.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The words that were added to a vocabulary, and where they are in a text. */
final class AddedWords {

    static final AddedWords NONE = new AddedWords(List.of());

    private static final String PART_OF_A_WORD = "[\\p{L}\\p{N}_]";

    private final List<AddedWord> words;
    private final Map<String, AddedWord> byText = new HashMap<>();
    private final Pattern pattern;

    private AddedWords(List<AddedWord> words) {
        this.words = List.copyOf(words);
        words.forEach(word -> byText.put(PromptWords.composed(word.word()), word));
        // The longest that fits is meant.
        pattern = Pattern.compile(byText.keySet().stream()
                .sorted(Comparator.comparing(String::length).reversed())
                .map(AddedWords::alone)
                .collect(Collectors.joining("|")));
    }

    /** Where a word begins or ends with a letter, no other follows there: "cat" is not in "category". */
    private static String alone(String word) {
        String quoted = Pattern.quote(word);
        boolean startsInside = word.substring(0, word.offsetByCodePoints(0, 1)).matches(PART_OF_A_WORD);
        boolean endsInside =
                word.substring(word.offsetByCodePoints(word.length(), -1)).matches(PART_OF_A_WORD);
        return (startsInside ? "(?<!" + PART_OF_A_WORD + ")" : "")
                + quoted
                + (endsInside ? "(?!" + PART_OF_A_WORD + ")" : "");
    }

    AddedWords with(AddedWord word) {
        if (byText.containsKey(PromptWords.composed(word.word()))) {
            throw new IllegalArgumentException(
                    "expected a word that is not taken yet for an embedding, but was " + word.word());
        }
        List<AddedWord> more = new ArrayList<>(words);
        more.add(word);
        return new AddedWords(more);
    }

    /** A word's place in a text. */
    record Place(AddedWord word, int start, int end) {}

    /** Finds the words in a text, which is composed and in lower case. */
    List<Place> in(String text) {
        List<Place> places = new ArrayList<>();
        if (!words.isEmpty()) {
            Matcher matcher = pattern.matcher(text);
            while (matcher.find()) {
                AddedWord word = Objects.requireNonNull(byText.get(matcher.group()));
                places.add(new Place(word, matcher.start(), matcher.end()));
            }
        }
        return places;
    }

    /** Returns the number of ids from 0 to the last one. */
    int idCount(int ownIds) {
        return words.stream().mapToInt(AddedWord::lastId).map(id -> id + 1).reduce(ownIds, Math::max);
    }
}
