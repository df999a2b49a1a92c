package org.lamp4j.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The CLIP tokenizer: byte-level byte-pair encoding, as Stable Diffusion's text encoder takes it. Immutable; safe for
 * several threads.
 *
 * <p>A prompt is composed (NFC), its white space collapsed, lower-cased, split into words, and each word's bytes are
 * merged by the ranks of {@code merges.txt}. The ids stand between a begin and an end token, cut or padded to
 * {@link #maxLength()}.
 *
 * @see <a href="https://arxiv.org/abs/2103.00020">Radford et al., CLIP</a>, section 2.4
 */
public final class ClipTokenizer {

    /**
     * The most characters (UTF-16 units) a prompt may have, {@value}: hundreds of times what a text encoder takes. To
     * compose a text (NFC) takes time that can grow with the square of its length.
     */
    public static final int MAX_PROMPT_LENGTH = 1 << 16;

    /** The number of tokens of the vocabulary that comes with this library, {@value}. */
    public static final int CLIP_VOCABULARY_SIZE = 49_408;

    private static final int OPEN_CLIP_PAD_ID = 0;

    private final TokenizerFiles files;
    private final BytePairEncoder encoder;
    private final AddedWords added;

    ClipTokenizer(TokenizerFiles files) {
        this(files, new BytePairEncoder(files.mergeRanks()), AddedWords.NONE);
    }

    private ClipTokenizer(TokenizerFiles files, BytePairEncoder encoder, AddedWords added) {
        this.files = files;
        this.encoder = encoder;
        this.added = added;
    }

    /**
     * Reads the tokenizer of a model folder.
     *
     * @param tokenizerFolder the folder that holds {@code vocab.json} and {@code merges.txt}, and may hold
     *     {@code tokenizer_config.json} and {@code special_tokens_map.json}
     * @return the tokenizer
     * @throws IOException if a file is missing or not what it should be; the message names the file
     */
    public static ClipTokenizer read(Path tokenizerFolder) throws IOException {
        return new ClipTokenizer(TokenizerFiles.read(tokenizerFolder));
    }

    /**
     * Makes a tokenizer that has learned nothing, for a model with random weights: beside bytes, its tokens are
     * sequences of lower-case Latin letters, shorter ones first.
     *
     * @param vocabularySize how many tokens there are, 514 to 262144: at least the bytes within a word, those at its
     *     end and the two special tokens; 49408 for Stable Diffusion
     * @param maxLength how many ids a prompt has, 2 to 4096; 77 for Stable Diffusion
     * @return the tokenizer
     * @throws IllegalArgumentException if a number is out of its range
     */
    public static ClipTokenizer untrained(int vocabularySize, int maxLength) {
        if (!TokenizerFiles.takesVocabulary(vocabularySize) || !TokenizerFiles.takesLength(maxLength)) {
            throw new IllegalArgumentException("expected " + TokenizerFiles.SMALLEST_VOCABULARY + " to "
                    + TokenizerFiles.LARGEST_VOCABULARY + " tokens and " + TokenizerFiles.SMALLEST_LENGTH + " to "
                    + TokenizerFiles.LARGEST_LENGTH + " ids, but was " + vocabularySize + " and " + maxLength
                    + " (ClipTokenizer.untrained)");
        }
        int merges = vocabularySize - TokenizerFiles.SMALLEST_VOCABULARY;
        return new ClipTokenizer(TokenizerFiles.ofMerges(LetterMerges.first(merges), maxLength));
    }

    /**
     * Returns the tokenizer of CLIP ViT-L/14, which Stable Diffusion 1 uses. It comes with this library.
     *
     * @return a tokenizer of 49408 tokens and 77 ids, padded with the end token
     */
    public static ClipTokenizer clip() {
        return new ClipTokenizer(ClipVocabulary.read());
    }

    /**
     * Returns the tokenizer of OpenCLIP ViT-H/14, which Stable Diffusion 2 uses: CLIP's, padded with token 0.
     *
     * @return a tokenizer of 49408 tokens and 77 ids
     */
    public static ClipTokenizer openClip() {
        return new ClipTokenizer(ClipVocabulary.read().padding(OPEN_CLIP_PAD_ID));
    }

    /**
     * Writes the tokenizer in the format of Hugging Face's CLIP tokenizers: {@code vocab.json}, {@code merges.txt},
     * {@code tokenizer_config.json} and {@code special_tokens_map.json}, each whole or not at all. Files of these names
     * are replaced. {@linkplain #withWord Added words} are not written.
     *
     * @param tokenizerFolder where to; made if it is not there
     * @throws IOException if a file cannot be written
     */
    public void write(Path tokenizerFolder) throws IOException {
        new TokenizerWriter(files).write(tokenizerFolder);
    }

    /**
     * Returns a tokenizer with one more word. In a prompt it is found where it stands alone, in upper or lower case,
     * and becomes its own tokens, whatever the vocabulary makes of it.
     *
     * @param word the word and its tokens
     * @return this tokenizer and the word
     * @throws IllegalArgumentException if the word is there already, or has more tokens than fit into a prompt
     */
    public ClipTokenizer withWord(AddedWord word) {
        if (word.tokenCount() > maxLength() - 2) {
            throw new IllegalArgumentException("expected an embedding of at most " + (maxLength() - 2) + " vectors for "
                    + word.word() + ", but was " + word.tokenCount());
        }
        return new ClipTokenizer(files, encoder, added.with(word));
    }

    /**
     * Finds added words in a prompt.
     *
     * @param prompt any text of at most {@value #MAX_PROMPT_LENGTH} characters
     * @return those that are in it, each once, in their order
     * @throws IllegalArgumentException if the prompt is longer
     */
    public List<AddedWord> addedWordsIn(String prompt) {
        requireLength(prompt);
        return added.in(PromptWords.composed(prompt)).stream()
                .map(AddedWords.Place::word)
                .distinct()
                .toList();
    }

    /**
     * Returns how many tokens there are. A text encoder needs a row for each.
     *
     * @return the size of the vocabulary, 49408 for Stable Diffusion, and added tokens
     */
    public int vocabularySize() {
        return added.idCount(files.vocabulary().size());
    }

    /**
     * Returns how many ids a prompt has.
     *
     * @return N, 77 for Stable Diffusion
     */
    public int maxLength() {
        return files.maxLength();
    }

    /**
     * A prompt as token ids.
     *
     * @param ids N ids: begin, the prompt's tokens cut to N-2, end, padding
     * @param idCount how many ids the whole prompt needs, begin and end included; if more than N, its end was cut off
     */
    public record EncodedPrompt(int[] ids, int idCount) {

        /**
         * Tells whether the prompt was too long.
         *
         * @return whether its end was cut off
         */
        public boolean isCut() {
            return idCount > ids.length;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof EncodedPrompt that && idCount == that.idCount && Arrays.equals(ids, that.ids);
        }

        @Override
        public int hashCode() {
            return 31 * idCount + Arrays.hashCode(ids);
        }

        @Override
        public String toString() {
            return Arrays.toString(ids) + (isCut() ? ", cut from " + idCount : "");
        }
    }

    /**
     * Encodes a prompt, and counts the ids it needs. The time it takes grows with the prompt's length.
     *
     * @param prompt any text of at most {@value #MAX_PROMPT_LENGTH} characters, may be empty
     * @return its ids, and how many it needs
     * @throws IllegalArgumentException if the prompt is longer
     */
    public EncodedPrompt encodePrompt(String prompt) {
        List<Integer> tokens = tokens(prompt);
        int kept = Math.min(tokens.size(), maxLength() - 2);
        int[] ids = new int[maxLength()];
        Arrays.fill(ids, files.padId());
        ids[0] = files.beginId();
        for (int position = 0; position < kept; position++) {
            ids[position + 1] = tokens.get(position);
        }
        ids[kept + 1] = files.endId();
        return new EncodedPrompt(ids, tokens.size() + 2);
    }

    /**
     * Encodes a prompt.
     *
     * @param prompt any text of at most {@value #MAX_PROMPT_LENGTH} characters, may be empty
     * @return N ids: begin, the prompt's tokens cut to N-2, end, padding
     * @throws IllegalArgumentException if the prompt is longer
     */
    public int[] encode(String prompt) {
        return encodePrompt(prompt).ids();
    }

    /**
     * Counts the ids a prompt needs, begin and end included. {@link #encode} cuts a prompt that needs more than
     * {@link #maxLength()}.
     *
     * @param prompt any text of at most {@value #MAX_PROMPT_LENGTH} characters
     * @return the number of ids, at least 2
     * @throws IllegalArgumentException if the prompt is longer
     */
    public int idCount(String prompt) {
        return encodePrompt(prompt).idCount();
    }

    /**
     * Encodes a weighted prompt of any length, in as many chunks as it takes: each is full before the next begins, but
     * that an added word of several tokens is never cut in two. Texts of different weights are encoded each by itself.
     *
     * @param prompt the prompt
     * @return its chunks, at least one; a single one has the ids that {@link #encode} gives the text. Where prompts
     *     have 2 ids, each is begin and end alone
     * @throws IllegalArgumentException if there are more than {@value WeightedPrompt#MAX_CHUNKS} chunks
     */
    public List<PromptChunk> encode(WeightedPrompt prompt) {
        PromptChunks chunks = new PromptChunks(files);
        boolean isFirst = true;
        for (List<WeightedPrompt.Part> section : prompt.sections()) {
            if (!isFirst) {
                chunks.end();
            }
            isFirst = false;
            for (WeightedPrompt.Part part : section) {
                units(part.text()).forEach(unit -> chunks.add(unit, part.weight()));
            }
        }
        return chunks.done();
    }

    private List<Integer> tokens(String prompt) {
        return units(prompt).stream().flatMapToInt(Arrays::stream).boxed().toList();
    }

    static void requireLength(String prompt) {
        if (prompt.length() > MAX_PROMPT_LENGTH) {
            throw new IllegalArgumentException("expected a prompt of at most " + MAX_PROMPT_LENGTH
                    + " characters, but was " + prompt.length() + " (ClipTokenizer)");
        }
    }

    /** Returns the ids of a text, those of an added word together. */
    private List<int[]> units(String text) {
        requireLength(text);
        String composed = PromptWords.composed(text);
        List<int[]> units = new ArrayList<>();
        int done = 0;
        for (AddedWords.Place place : added.in(composed)) {
            addUnits(composed.substring(done, place.start()), units);
            units.add(place.word().ids());
            done = place.end();
        }
        addUnits(composed.substring(done), units);
        return units;
    }

    private void addUnits(String composed, List<int[]> units) {
        Map<String, Integer> vocabulary = files.vocabulary();
        for (String word : PromptWords.in(composed)) {
            List<String> pieces = PromptWords.isSpecial(word) ? List.of(word) : encoder.encode(word);
            for (String piece : pieces) {
                units.add(new int[] {vocabulary.getOrDefault(piece, files.unknownId())});
            }
        }
    }
}
