package org.lamp4j.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.ModelText;

/** What the files of a tokenizer folder say. */
record TokenizerFiles(
        Map<String, Integer> vocabulary,
        Map<BytePairEncoder.Pair, Integer> mergeRanks,
        int maxLength,
        int beginId,
        int endId,
        int padId,
        int unknownId) {

    static final int CLIP_LENGTH = 77;
    static final int SMALLEST_LENGTH = 2;

    /** More than any text encoder takes; every prompt reserves this many ids. */
    static final int LARGEST_LENGTH = 4096;

    /** Each byte within and at the end of a word, and the two special tokens. */
    static final int SMALLEST_VOCABULARY = 2 * 256 + 2;

    /** Five times CLIP's; files of more would not be read back. */
    static final int LARGEST_VOCABULARY = 1 << 18;

    static final String VOCABULARY = "vocab.json";
    static final String MERGES = "merges.txt";

    /** Each byte, within a word and at its end, beginning and end of a prompt, and some words of somebody's own. */
    private static final int MOST_UNMERGED = 2 * 256 + 100;

    static final String CONFIG = "tokenizer_config.json";
    static final String SPECIAL_TOKENS = "special_tokens_map.json";

    static boolean takesVocabulary(int size) {
        return size >= SMALLEST_VOCABULARY && size <= LARGEST_VOCABULARY;
    }

    static boolean takesLength(int length) {
        return length >= SMALLEST_LENGTH && length <= LARGEST_LENGTH;
    }

    /**
     * Returns a tokenizer whose vocabulary is in CLIP's order: bytes, bytes at the end of a word, merges, the two
     * special tokens.
     *
     * @param mergeRanks merges in the order of their ranks
     */
    static TokenizerFiles ofMerges(Map<BytePairEncoder.Pair, Integer> mergeRanks, int maxLength) {
        Set<String> tokens = byteTokens();
        mergeRanks.keySet().forEach(pair -> tokens.add(pair.merged()));
        tokens.addAll(List.of(PromptWords.START, PromptWords.END));
        Map<String, Integer> vocabulary = new HashMap<>();
        tokens.forEach(token -> vocabulary.put(token, vocabulary.size()));
        int startId = Objects.requireNonNull(vocabulary.get(PromptWords.START));
        int endId = Objects.requireNonNull(vocabulary.get(PromptWords.END));
        return new TokenizerFiles(vocabulary, mergeRanks, maxLength, startId, endId, endId, endId);
    }

    /** The tokens of which all others are merged, in CLIP's order; the set may be changed. */
    static Set<String> byteTokens() {
        Set<String> tokens = new LinkedHashSet<>(BytePairEncoder.letters());
        BytePairEncoder.letters().forEach(letter -> tokens.add(letter + BytePairEncoder.END_OF_WORD));
        return tokens;
    }

    /** Returns the tokenizer with another token after the end of a prompt. */
    TokenizerFiles padding(int newPadId) {
        return new TokenizerFiles(vocabulary, mergeRanks, maxLength, beginId, endId, newPadId, unknownId);
    }

    static TokenizerFiles read(Path folder) throws IOException {
        Map<String, Integer> vocabulary = vocabulary(folder.resolve(VOCABULARY));
        Map<BytePairEncoder.Pair, Integer> ranks = mergeRanks(folder.resolve(MERGES));
        if (ranks.isEmpty() && vocabulary.size() > MOST_UNMERGED) {
            throw new ModelFormatException(
                    "expected the merges that make " + vocabulary.size() + " tokens, but was none ("
                            + folder.resolve(MERGES) + ")",
                    folder.resolve(MERGES));
        }
        JsonNode config = optionalJson(folder.resolve(CONFIG));
        JsonNode special = optionalJson(folder.resolve(SPECIAL_TOKENS));
        JsonNode configured = config.path("model_max_length");
        // Where no length was set, the format has a number far beyond what an int holds.
        int maxLength = configured.isInt() ? configured.intValue() : CLIP_LENGTH;
        if (!takesLength(maxLength)) {
            throw new ModelFormatException(
                    "expected model_max_length of " + SMALLEST_LENGTH + " to " + LARGEST_LENGTH + ", but was "
                            + maxLength + " (" + folder.resolve(CONFIG) + ")",
                    folder.resolve(CONFIG),
                    "model_max_length");
        }
        TokenIds ids = new TokenIds(folder, vocabulary, List.of(special, config));
        return new TokenizerFiles(
                vocabulary,
                ranks,
                maxLength,
                ids.of("bos_token", PromptWords.START),
                ids.of("eos_token", PromptWords.END),
                ids.of("pad_token", PromptWords.END),
                ids.of("unk_token", PromptWords.END));
    }

    /** Finds the ids of special tokens; the first of the configurations that names one decides. */
    private record TokenIds(Path folder, Map<String, Integer> vocabulary, List<JsonNode> configs) {

        int of(String key, String absent) throws IOException {
            String token = absent;
            for (JsonNode config : configs) {
                if (config.hasNonNull(key)) {
                    JsonNode value = config.get(key);
                    token = value.isObject() ? value.path("content").asText() : value.asText();
                    break;
                }
            }
            Integer id = vocabulary.get(token);
            if (id == null) {
                throw new ModelFormatException(
                        "expected the " + key + " '" + token + "' in the vocabulary, but it is not there ("
                                + folder.resolve(VOCABULARY) + ")",
                        folder.resolve(VOCABULARY),
                        key);
            }
            return id;
        }
    }

    private static Map<String, Integer> vocabulary(Path file) throws IOException {
        JsonNode json;
        try {
            json = ModelText.readObject(file, ModelText.MAX_VOCABULARY_BYTES);
        } catch (NoSuchFileException e) {
            throw missing(file, e);
        }
        Map<String, Integer> vocabulary = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            if (!entry.getValue().isInt()) {
                throw new ModelFormatException(
                        "expected a whole number for token '" + entry.getKey() + "', but was " + entry.getValue() + " ("
                                + file + ")",
                        file,
                        entry.getKey());
            }
            vocabulary.put(entry.getKey(), entry.getValue().intValue());
        }
        return vocabulary;
    }

    private static Map<BytePairEncoder.Pair, Integer> mergeRanks(Path file) throws IOException {
        return mergeRanks(merges(file), file);
    }

    /**
     * Reads merges in the order of their ranks.
     *
     * @param file where they are from, for messages
     */
    static Map<BytePairEncoder.Pair, Integer> mergeRanks(String merges, Path file) throws IOException {
        Map<BytePairEncoder.Pair, Integer> ranks = new LinkedHashMap<>();
        int lineNumber = 0;
        for (String line : merges.split("\n", -1)) {
            lineNumber++;
            if ((lineNumber == 1 && line.startsWith("#version")) || line.isBlank()) {
                continue;
            }
            String[] pair = line.strip().split(" ", -1);
            if (pair.length != 2) {
                throw new ModelFormatException(
                        "expected two pieces and a space between them, but was '" + line + "' (" + file + ", line "
                                + lineNumber + ")",
                        file);
            }
            ranks.putIfAbsent(new BytePairEncoder.Pair(pair[0], pair[1]), ranks.size());
        }
        return ranks;
    }

    private static String merges(Path file) throws IOException {
        try {
            return ModelText.read(file, ModelText.MAX_VOCABULARY_BYTES);
        } catch (NoSuchFileException e) {
            throw missing(file, e);
        }
    }

    private static JsonNode optionalJson(Path file) throws IOException {
        return Files.exists(file)
                ? ModelText.readObject(file, ModelText.MAX_CONFIG_BYTES)
                : JsonNodeFactory.instance.objectNode();
    }

    private static IOException missing(Path file, NoSuchFileException cause) {
        return new IOException("expected a tokenizer with " + file.getFileName() + ", but there is no " + file, cause);
    }
}
