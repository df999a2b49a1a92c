package org.lamp4j.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The vocabulary of OpenAI's CLIP, which all models of the Stable Diffusion family share. */
final class ClipVocabulary {

    private static final String MERGES = "clip-merges.txt";

    private ClipVocabulary() {}

    /** Reads it; a vocabulary in CLIP's order follows from the merges alone. */
    static TokenizerFiles read() {
        try (InputStream merges = ClipVocabulary.class.getResourceAsStream(MERGES)) {
            if (merges == null) {
                throw new IllegalStateException("expected " + MERGES + " beside its class, but was none");
            }
            String text = new String(merges.readAllBytes(), StandardCharsets.UTF_8);
            return TokenizerFiles.ofMerges(
                    TokenizerFiles.mergeRanks(text, Path.of(MERGES)), TokenizerFiles.CLIP_LENGTH);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
