package org.lamp4j.motion;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.lamp4j.errors.ModelFormatException;

/**
 * The text entries of a saved motion pattern: format, library version, base model, and how it was trained. Immutable.
 */
public final class PatternMetadata {

    private static final String FORMAT = "format";
    private static final String FORMAT_NAME = "lamp4j motion pattern";
    private static final String FORMAT_VERSION = "format_version";
    private static final String CURRENT_VERSION = "2";

    /** Of files without a checksum, whose base is known by its network alone. */
    private static final String FIRST_VERSION = "1";

    private static final String LIBRARY_VERSION = "library_version";

    /** The entry that names the base model, by its fingerprint. */
    public static final String BASE_FINGERPRINT = "base_fingerprint";

    private static final String STEPS = "steps";

    private static final String TRAINED_ON = "trained_on_fingerprint";

    /** The entry that names the LoRAs that were on the base when a pattern was trained. */
    public static final String TRAINED_ON_LORAS = "trained_on_loras";

    private final Map<String, String> entries;

    private PatternMetadata(Map<String, String> entries) {
        this.entries = Collections.unmodifiableMap(entries);
    }

    /**
     * Returns the metadata of a pattern that comes from this library.
     *
     * @param base the base model it belongs to
     * @param steps training steps it has seen; empty if nobody knows
     * @param details further entries: options, seed, clips
     * @return the metadata
     */
    public static PatternMetadata of(BaseFingerprint base, OptionalInt steps, Map<String, String> details) {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put(FORMAT, FORMAT_NAME);
        entries.put(FORMAT_VERSION, CURRENT_VERSION);
        entries.put(LIBRARY_VERSION, LibraryVersion.current());
        entries.put(BASE_FINGERPRINT, base.value());
        entries.putAll(base.entries());
        steps.ifPresent(count -> entries.put(STEPS, Integer.toString(count)));
        entries.putAll(details);
        return new PatternMetadata(entries);
    }

    /**
     * Reads the entries of a file's header.
     *
     * @param entries names and values, of this version of the format or the first
     * @param file the file, for messages
     * @return the metadata, to be saved in this version
     * @throws ModelFormatException if the entries are not those of a pattern, or of a later version of the format
     */
    public static PatternMetadata parse(Map<String, String> entries, Path file) throws ModelFormatException {
        expect(entries, FORMAT, FORMAT_NAME, file);
        if (!FIRST_VERSION.equals(entries.get(FORMAT_VERSION))) {
            expect(entries, FORMAT_VERSION, CURRENT_VERSION, file);
        }
        String steps = entries.getOrDefault(STEPS, "0");
        if (!steps.matches("\\d{1,9}")) {
            throw refused("expected a number of " + STEPS + ", but was '" + steps + "'", STEPS, file);
        }
        if (!entries.containsKey(BASE_FINGERPRINT)) {
            throw refused("expected a " + BASE_FINGERPRINT + ", but there was none", BASE_FINGERPRINT, file);
        }
        Map<String, String> current = new LinkedHashMap<>(entries);
        current.put(FORMAT_VERSION, CURRENT_VERSION);
        return new PatternMetadata(current);
    }

    /**
     * Returns whether a file carries a checksum, unless it is damaged.
     *
     * @param entries the entries of its header
     * @return false for a file of the first version of the format, and for one that is not this library's
     */
    public static boolean promiseChecksum(Map<String, String> entries) {
        return !entries.getOrDefault(FORMAT_VERSION, FIRST_VERSION).equals(FIRST_VERSION);
    }

    private static void expect(Map<String, String> entries, String key, String expected, Path file)
            throws ModelFormatException {
        String found = entries.getOrDefault(key, "absent");
        if (!found.equals(expected)) {
            throw refused("expected " + key + " '" + expected + "', but was '" + found + "'", key, file);
        }
    }

    private static ModelFormatException refused(String problem, String key, Path file) {
        return new ModelFormatException(problem + " (" + file + ")", file, key);
    }

    /**
     * Returns all entries.
     *
     * @return an unmodifiable map, in the order they are saved
     */
    public Map<String, String> entries() {
        return entries;
    }

    /**
     * Returns the fingerprint of the base model the pattern belongs to.
     *
     * @return {@link BaseFingerprint#value}, or for a file of the first version {@link BaseFingerprint#network}
     */
    public String baseFingerprint() {
        return Objects.requireNonNull(entries.get(BASE_FINGERPRINT));
    }

    /**
     * Returns the metadata of this pattern laid over another base model. The one it was trained on is kept: its
     * fingerprint as {@code trained_on_fingerprint}, what was added to it as {@code trained_on_loras}.
     *
     * @param base the base model it is laid over
     * @return the metadata
     */
    public PatternMetadata laidOver(BaseFingerprint base) {
        Map<String, String> moved = new LinkedHashMap<>(entries);
        moved.keySet().removeIf(name -> name.startsWith("base_"));
        moved.put(BASE_FINGERPRINT, base.value());
        moved.putAll(base.entries());
        moved.putIfAbsent(TRAINED_ON, baseFingerprint());
        moved.putIfAbsent(TRAINED_ON_LORAS, entries.getOrDefault(BaseFingerprint.LORAS, AppliedLora.NONE));
        return new PatternMetadata(moved);
    }

    /**
     * Puts into a clip's provenance what clips say of the base models: the one the pattern is laid over, and the one it
     * was trained on if that is another. What an earlier pass with another pattern said of its own goes.
     *
     * @param provenance of a clip, changed
     */
    public void putBases(Map<String, String> provenance) {
        for (String name : List.of(BASE_FINGERPRINT, BaseFingerprint.LORAS, TRAINED_ON, TRAINED_ON_LORAS)) {
            String value = entries.get(name);
            if (value == null) {
                provenance.remove(name);
            } else {
                provenance.put(name, value);
            }
        }
    }

    /**
     * Returns how many training steps the pattern has seen.
     *
     * @return 0 for a pattern that has learned nothing; empty if nobody knows
     */
    public OptionalInt steps() {
        return entries.containsKey(STEPS) ? OptionalInt.of(Integer.parseInt(entries.get(STEPS))) : OptionalInt.empty();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PatternMetadata that && entries.equals(that.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    @Override
    public String toString() {
        return entries.toString();
    }
}
