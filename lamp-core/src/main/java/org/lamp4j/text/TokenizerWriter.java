package org.lamp4j.text;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.files.AtomicFolder;
import org.lamp4j.files.StrictJson;

/** Writes the files of a tokenizer folder; their lines end in {@code \n} on every system. */
record TokenizerWriter(TokenizerFiles files) {

    void write(Path place) throws IOException {
        Map<String, String> specialTokens = specialTokens();
        ObjectWriter indented = StrictJson.mapper()
                .writer(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));
        AtomicFolder.write(place, folder -> {
            write(folder, TokenizerFiles.VOCABULARY, StrictJson.mapper().writeValueAsString(vocabulary()));
            write(folder, TokenizerFiles.MERGES, merges());
            write(folder, TokenizerFiles.SPECIAL_TOKENS, indented.writeValueAsString(specialTokens) + "\n");
            write(folder, TokenizerFiles.CONFIG, indented.writeValueAsString(config(specialTokens)) + "\n");
        });
    }

    private static void write(Path folder, String name, String text) throws IOException {
        AtomicFile.write(folder.resolve(name), text);
    }

    private Map<String, Integer> vocabulary() {
        Map<String, Integer> byId = new LinkedHashMap<>();
        files.vocabulary().entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .forEach(token -> byId.put(token.getKey(), token.getValue()));
        return byId;
    }

    private String merges() {
        return files.mergeRanks().entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .map(rank -> rank.getKey().left() + " " + rank.getKey().right() + "\n")
                .collect(Collectors.joining("", "#version: 0.2\n", ""));
    }

    private Map<String, String> specialTokens() {
        Map<String, String> tokens = new LinkedHashMap<>();
        tokens.put("bos_token", token(files.beginId()));
        tokens.put("eos_token", token(files.endId()));
        tokens.put("pad_token", token(files.padId()));
        tokens.put("unk_token", token(files.unknownId()));
        return tokens;
    }

    private String token(int id) {
        return files.vocabulary().entrySet().stream()
                .filter(token -> token.getValue() == id)
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    /** Beside the length, what Hugging Face's readers need to know to do as {@link ClipTokenizer} does. */
    private Map<String, Object> config(Map<String, String> specialTokens) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("tokenizer_class", "CLIPTokenizer");
        config.put("model_max_length", files.maxLength());
        config.putAll(specialTokens);
        config.put("do_lower_case", true);
        config.put("add_prefix_space", false);
        config.put("errors", "replace");
        return config;
    }
}
