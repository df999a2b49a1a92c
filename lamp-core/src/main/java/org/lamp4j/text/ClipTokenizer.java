package org.lamp4j.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * CLIP's byte-level byte-pair encoding, as Stable Diffusion's text encoder takes it. Immutable; safe for several
 * threads.
 *
 * <p>A prompt is composed (NFC), its white space collapsed, lower-cased, split into words, and each word's bytes are
 * merged by the ranks of {@code merges.txt}. The ids stand between a begin and an end token, cut or padded to
 * {@link #maxLength()}.
 *
 * @see <a href="https://arxiv.org/abs/2103.00020">Radford et al., CLIP</a>, section 2.4
 */
public final class ClipTokenizer {

    private static final String START = "<|startoftext|>";
    private static final String END = "<|endoftext|>";

    /** The control characters U+001C to U+001F are white space to the reference but not to Unicode. */
    private static final Pattern WHITE_SPACE = Pattern.compile("[\\s\\x1c-\\x1f]+", Pattern.UNICODE_CHARACTER_CLASS);

    private static final Pattern WORD = Pattern.compile(
            "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    private final TokenizerFiles files;
    private final BytePairEncoder encoder;

    private ClipTokenizer(TokenizerFiles files) {
        this.files = files;
        this.encoder = new BytePairEncoder(files.mergeRanks());
    }

    /**
     * Reads the tokenizer of a model directory.
     *
     * @param tokenizerDirectory the folder that holds {@code vocab.json} and {@code merges.txt}, and may hold
     *     {@code tokenizer_config.json} and {@code special_tokens_map.json}
     * @return the tokenizer
     * @throws IOException if a file is missing or not what it should be; the message names the file
     */
    public static ClipTokenizer read(Path tokenizerDirectory) throws IOException {
        return new ClipTokenizer(TokenizerFiles.read(tokenizerDirectory));
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
     * Encodes a prompt.
     *
     * @param prompt any text, may be empty
     * @return N ids: begin, the prompt's tokens cut to N-2, end, padding
     */
    public int[] encode(String prompt) {
        List<Integer> tokens = tokens(prompt);
        int kept = Math.min(tokens.size(), maxLength() - 2);
        int[] ids = new int[maxLength()];
        Arrays.fill(ids, files.padId());
        ids[0] = files.beginId();
        for (int position = 0; position < kept; position++) {
            ids[position + 1] = tokens.get(position);
        }
        ids[kept + 1] = files.endId();
        return ids;
    }

    /**
     * Counts the ids a prompt needs, begin and end included. {@link #encode} cuts a prompt that needs more than
     * {@link #maxLength()}.
     *
     * @param prompt any text
     * @return the number of ids, at least 2
     */
    public int idCount(String prompt) {
        return tokens(prompt).size() + 2;
    }

    private List<Integer> tokens(String prompt) {
        String composed = Normalizer.normalize(prompt, Normalizer.Form.NFC);
        String text = WHITE_SPACE.matcher(composed).replaceAll(" ").strip().toLowerCase(Locale.ROOT);
        Map<String, Integer> vocabulary = files.vocabulary();
        List<Integer> ids = new ArrayList<>();
        Matcher words = WORD.matcher(text);
        while (words.find()) {
            String word = words.group();
            List<String> pieces = word.equals(START) || word.equals(END)
                    ? List.of(word)
                    : encoder.encode(word.getBytes(StandardCharsets.UTF_8));
            for (String piece : pieces) {
                ids.add(vocabulary.getOrDefault(piece, files.unknownId()));
            }
        }
        return ids;
    }
}
