package org.lamp4j.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.testing.Fixture;

class ClipTokenizerTrainerTest {

    private static final int BYTES_AND_SPECIAL_TOKENS = 514;

    private static final List<String> CAPTIONS = List.of(
            "a red ball rolls to the right",
            "The owl's eyes, a photo",
            "two balls & 17 cubes are rolling",
            "Straße, caf\u00e9, \u65e5\u672c \ud83e\udd89",
            "a red cube rises");

    @TempDir
    Path folder;

    private static ClipTokenizer train(int vocabularySize, String... captions) {
        return ClipTokenizerTrainer.newBuilder()
                .vocabularySize(vocabularySize)
                .maxLength(20)
                .build()
                .train(List.of(captions));
    }

    private List<String> merges(ClipTokenizer tokenizer) throws IOException {
        tokenizer.write(folder);
        return Files.readAllLines(folder.resolve("merges.txt"));
    }

    /**
     * In {@code a b</w>} twice, {@code a b c</w>} twice and {@code b c</w>} three times, the pair b c{@code </w>}
     * stands five times. Then a b{@code </w>} and a bc{@code </w>} stand twice each, and b{@code </w>} is the first as
     * text.
     */
    @Test
    void train_tinyCorpus_mergesTheMostFrequentPairAndThenTheFirstAsText() throws IOException {
        assertThat(merges(train(1000, "ab abc", "bc bc bc ABC ab")))
                .containsExactly("#version: 0.2", "b c</w>", "a b</w>", "a bc</w>");
    }

    /**
     * In {@code a b</w>} five times and {@code a a a a</w>} three times, the pair a a stands six times. Merged, the
     * latter is {@code aa a a</w>}, so five times a b{@code </w>} is next.
     */
    @Test
    void train_pairThatOverlapsItself_isCountedAtEachPlaceAndMergedFromTheLeft() throws IOException {
        assertThat(merges(train(1000, "aaaa aaaa aaaa", "ab ab ab ab ab")))
                .containsExactly("#version: 0.2", "a a", "a b</w>", "a a</w>", "aa aa</w>");
    }

    @Test
    void train_vocabularySize_endsTheMerges() throws IOException {
        ClipTokenizer tokenizer = train(BYTES_AND_SPECIAL_TOKENS + 2, "ab abc", "bc bc bc ABC ab");

        assertThat(tokenizer.vocabularySize()).isEqualTo(BYTES_AND_SPECIAL_TOKENS + 2);
        assertThat(merges(tokenizer)).containsExactly("#version: 0.2", "b c</w>", "a b</w>");
    }

    @Test
    void train_tinyCorpus_numbersLettersMergesAndSpecialTokensInClipsOrder() throws IOException {
        train(1000, "bc", "bc", "ab").write(folder);
        JsonNode vocabulary =
                new ObjectMapper().readTree(folder.resolve("vocab.json").toFile());
        JsonNode reference = new ObjectMapper()
                .readTree(Fixture.open("sd14-mini")
                        .model("tokenizer")
                        .resolve("vocab.json")
                        .toFile());

        List<String> tokens = new ArrayList<>();
        vocabulary.fieldNames().forEachRemaining(tokens::add);
        assertThat(tokens)
                .hasSize(516)
                .endsWith("bc</w>", "ab</w>", "<|startoftext|>", "<|endoftext|>")
                .allSatisfy(
                        token -> assertThat(vocabulary.get(token).intValue()).isEqualTo(tokens.indexOf(token)));
        assertThat(tokens.subList(0, 512))
                .allSatisfy(token -> assertThat(reference.get(token)).isEqualTo(vocabulary.get(token)));
    }

    @Test
    void train_roomForAllWords_makesEveryWordOneToken() {
        ClipTokenizer tokenizer = train(1000, CAPTIONS.toArray(String[]::new));

        for (String caption : CAPTIONS) {
            assertThat(tokenizer.idCount(caption))
                    .as(caption)
                    .isEqualTo(PromptWords.of(caption).size() + 2);
        }
        assertThat(tokenizer.vocabularySize()).isBetween(BYTES_AND_SPECIAL_TOKENS + 1, 999);
        assertThat(tokenizer.idCount("zebra")).isGreaterThan(3);
    }

    @Test
    void train_noPairs_hasBytesAndSpecialTokens() {
        assertThat(train(1000).vocabularySize()).isEqualTo(BYTES_AND_SPECIAL_TOKENS);
        assertThat(train(1000, "a 1 !").vocabularySize()).isEqualTo(BYTES_AND_SPECIAL_TOKENS);
    }

    @Test
    void train_specialTokensInCaptions_areNotLearnedFrom() {
        ClipTokenizer tokenizer = train(1000, "<|startoftext|> <|ENDOFTEXT|>");

        assertThat(tokenizer.vocabularySize()).isEqualTo(BYTES_AND_SPECIAL_TOKENS);
        assertThat(tokenizer.encode("<|endoftext|>")).startsWith(512, 513, 513);
    }

    @Test
    void train_captionsInAnotherOrder_givesTheSameFiles() throws IOException {
        List<String> shuffled = new ArrayList<>(CAPTIONS);
        Collections.shuffle(shuffled, new Random(3));
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");

        train(560, CAPTIONS.toArray(String[]::new)).write(first);
        train(560, shuffled.toArray(String[]::new)).write(second);

        for (String name : List.of("vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json")) {
            assertThat(second.resolve(name)).hasSameBinaryContentAs(first.resolve(name));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {BYTES_AND_SPECIAL_TOKENS, 550, 1000})
    void write_trained_isReadAsTheSameTokenizer(int vocabularySize) throws IOException {
        ClipTokenizer trained = train(vocabularySize, CAPTIONS.toArray(String[]::new));
        trained.write(folder.resolve("new").resolve("tokenizer"));

        ClipTokenizer read = ClipTokenizer.read(folder.resolve("new").resolve("tokenizer"));

        assertThat(read.maxLength()).isEqualTo(20);
        assertThat(read.vocabularySize()).isEqualTo(trained.vocabularySize());
        for (String prompt : CAPTIONS) {
            assertThat(read.encode(prompt)).as(prompt).containsExactly(trained.encode(prompt));
        }
        assertThat(read.encode("a zebra")).containsExactly(trained.encode("a zebra"));
    }

    @Test
    void write_folderThatHasATokenizer_replacesItAndLeavesNothingElse() throws IOException {
        train(1000, CAPTIONS.toArray(String[]::new)).write(folder);
        train(1000, "ab").write(folder);

        assertThat(ClipTokenizer.read(folder).vocabularySize()).isEqualTo(BYTES_AND_SPECIAL_TOKENS + 1);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json");
        }
    }

    @Test
    void write_trained_saysWhatHuggingFacesReadersNeed() throws IOException {
        train(1000, "ab").write(folder);

        assertThat(Files.readString(folder.resolve("special_tokens_map.json"))).isEqualTo("""
                {
                  "bos_token" : "<|startoftext|>",
                  "eos_token" : "<|endoftext|>",
                  "pad_token" : "<|endoftext|>",
                  "unk_token" : "<|endoftext|>"
                }
                """);
        assertThat(Files.readString(folder.resolve("tokenizer_config.json")))
                .contains("\"tokenizer_class\" : \"CLIPTokenizer\",\n", "\"model_max_length\" : 20,\n")
                .contains("\"do_lower_case\" : true,\n");
    }

    @Test
    void write_fileInPlaceOfTheFolder_isRefusedByName() throws IOException {
        Path file = Files.writeString(folder.resolve("tokenizer"), "");

        assertThatThrownBy(() -> train(1000, "ab").write(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void builder_sizeTooSmall_isRefused() {
        ClipTokenizerTrainer.Builder builder = ClipTokenizerTrainer.newBuilder();

        assertThatThrownBy(() -> builder.vocabularySize(513))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected vocabularySize of 514 to 262144, but was 513");
        assertThatThrownBy(() -> builder.maxLength(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected maxLength of 2 to 4096, but was 1");
    }

    @Test
    void builder_sizeSetTwice_isRefused() {
        ClipTokenizerTrainer.Builder builder =
                ClipTokenizerTrainer.newBuilder().vocabularySize(600).maxLength(16);

        assertThatThrownBy(() -> builder.vocabularySize(700))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected vocabularySize to be set once, but was set again");
        assertThatThrownBy(() -> builder.maxLength(16)).isInstanceOf(IllegalStateException.class);
    }
}
