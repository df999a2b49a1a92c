package org.lamp4j.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.fixtures.ReferenceFixture;
import org.lamp4j.testing.Fixture;

class ClipTokenizerTest {

    @TempDir
    Path folder;

    private static ClipTokenizer mini() throws IOException {
        return ClipTokenizer.read(Fixture.open("sd14-mini").model("tokenizer"));
    }

    /** Copies the small tokenizer, so that a test may change a file of it. */
    private Path copy() throws IOException {
        for (String name :
                new String[] {"vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json"}) {
            Files.copy(
                    Fixture.open("sd14-mini").model("tokenizer").resolve(name),
                    folder.resolve(name),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        return folder;
    }

    @ParameterizedTest
    @ValueSource(strings = {"sd14-mini", "odd-shapes"})
    void encode_fixturePrompts_givesTheReferencesIds(String name) throws IOException {
        Fixture fixture = Fixture.open(name);
        ClipTokenizer tokenizer = ClipTokenizer.read(fixture.model("tokenizer"));
        JsonNode prompts = fixture.scalars().get("prompts");
        int[] expected = fixture.ints("text.input_ids");

        for (int row = 0; row < prompts.size(); row++) {
            assertThat(tokenizer.encode(prompts.get(row).asText()))
                    .as(prompts.get(row).asText())
                    .containsExactly(Arrays.copyOfRange(
                            expected, row * tokenizer.maxLength(), (row + 1) * tokenizer.maxLength()));
        }
    }

    /** The tokenizer is CLIP's, without the merges that none of the prompts comes across. */
    @Test
    void encode_goldenPromptsOfClip_givesTheReferencesIds() throws IOException {
        Path clip = ReferenceFixture.folder("clip-tokenizer");
        ClipTokenizer tokenizer = ClipTokenizer.read(clip);
        JsonNode golden = new ObjectMapper().readTree(Files.readString(clip.resolve("golden.json")));

        assertThat(tokenizer.maxLength()).isEqualTo(77);
        for (JsonNode entry : golden) {
            String prompt = entry.get("prompt").asText();
            int[] ids = new ObjectMapper().convertValue(entry.get("input_ids"), int[].class);
            assertThat(tokenizer.encode(prompt)).as(prompt).containsExactly(ids);
        }
    }

    @Test
    void clip_goldenPromptsOfClip_givesTheReferencesIds() throws IOException {
        ClipTokenizer tokenizer = ClipTokenizer.clip();
        JsonNode golden = new ObjectMapper()
                .readTree(Files.readString(
                        ReferenceFixture.folder("clip-tokenizer").resolve("golden.json")));

        assertThat(tokenizer.vocabularySize()).isEqualTo(ClipTokenizer.CLIP_VOCABULARY_SIZE);
        for (JsonNode entry : golden) {
            String prompt = entry.get("prompt").asText();
            int[] ids = new ObjectMapper().convertValue(entry.get("input_ids"), int[].class);
            assertThat(tokenizer.encode(prompt)).as(prompt).containsExactly(ids);
        }
    }

    @Test
    void openClip_shortPrompt_isClipsPaddedWithTokenZero(@TempDir Path folder) throws IOException {
        ClipTokenizer tokenizer = ClipTokenizer.openClip();
        int[] clip = ClipTokenizer.clip().encode("a cat");
        int[] expected = Arrays.copyOf(Arrays.copyOf(clip, 4), 77);

        assertThat(tokenizer.encode("a cat")).containsExactly(expected);
        tokenizer.write(folder);
        assertThat(ClipTokenizer.read(folder).encode("a cat")).containsExactly(expected);
    }

    @Test
    void encode_differentSpacingAndCase_givesTheSameIds() throws IOException {
        ClipTokenizer tokenizer = mini();

        assertThat(tokenizer.encode("  A\u00a0Red\u2003CAR\u001d \t")).containsExactly(tokenizer.encode("a red car"));
    }

    @Test
    void encode_decomposedAccent_givesTheIdsOfTheComposed() throws IOException {
        ClipTokenizer tokenizer = mini();

        assertThat(tokenizer.encode("cafe\u0301")).containsExactly(tokenizer.encode("caf\u00e9"));
        assertThat(tokenizer.encode("caf\u00e9")).isNotEqualTo(tokenizer.encode("cafe"));
    }

    @Test
    void encode_longPrompt_isCutBeforeTheEndToken() throws IOException {
        ClipTokenizer tokenizer = mini();
        String prompt = "x ".repeat(50);
        int[] empty = tokenizer.encode("");

        int[] ids = tokenizer.encode(prompt);

        assertThat(ids).hasSize(16);
        assertThat(ids[0]).isEqualTo(empty[0]);
        assertThat(ids[15]).isEqualTo(empty[1]);
        assertThat(tokenizer.idCount(prompt)).isEqualTo(52).isGreaterThan(tokenizer.maxLength());
    }

    @Test
    void idCount_shortPrompt_countsBeginAndEnd() throws IOException {
        assertThat(mini().idCount("")).isEqualTo(2);
        assertThat(mini().idCount("3")).isEqualTo(3);
    }

    @Test
    void encode_otherPadToken_isTakenFromTheSpecialTokens() throws IOException {
        Path changed = copy();
        Files.writeString(changed.resolve("special_tokens_map.json"), "{\"pad_token\": {\"content\": \"!\"}}");

        int[] ids = ClipTokenizer.read(changed).encode("");

        assertThat(ids).startsWith(mini().encode("")[0], mini().encode("")[1]).endsWith(0, 0);
    }

    @Test
    void read_withoutOptionalFiles_hasClipsLengthAndEndTokenAsPadding() throws IOException {
        Path changed = copy();
        Files.delete(changed.resolve("special_tokens_map.json"));
        Files.delete(changed.resolve("tokenizer_config.json"));

        int[] ids = ClipTokenizer.read(changed).encode("");

        assertThat(ids).hasSize(77).endsWith(mini().encode("")[1]);
    }

    @Test
    void untrained_clipsSizes_writtenAndReadBackEncodesTheSame() throws IOException {
        ClipTokenizer untrained = ClipTokenizer.untrained(49_408, 77);
        untrained.write(folder.resolve("untrained"));

        ClipTokenizer read = ClipTokenizer.read(folder.resolve("untrained"));
        int[] ids = read.encode("a car on \u00fc");

        assertThat(read.vocabularySize()).isEqualTo(49_408);
        assertThat(ids).hasSize(77).startsWith(49_406).isEqualTo(untrained.encode("a car on \u00fc"));
        // "a", "c" + "ar", "on" and two bytes: begin, six pieces, end.
        assertThat(Arrays.stream(ids).takeWhile(id -> id != 49_407).count()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({"513, 77", "262145, 77", "2147483647, 77", "514, 1", "514, 4097", "514, 2147483647"})
    void untrained_sizesOutOfRange_areRefused(int vocabularySize, int maxLength) {
        assertThatThrownBy(() -> ClipTokenizer.untrained(vocabularySize, maxLength))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected 514 to 262144 tokens and 2 to 4096 ids, but was " + vocabularySize + " and "
                        + maxLength + " (ClipTokenizer.untrained)");
    }

    @Test
    void encode_weightedPromptOfTheSmallestLength_isBeginAndEndAlone() {
        ClipTokenizer tokenizer = ClipTokenizer.untrained(514, 2);

        assertThat(tokenizer.encode(WeightedPrompt.parse("a (red:1.5) car")))
                .containsExactly(new PromptChunk(tokenizer.encode("a red car"), new float[] {1, 1}));
    }

    @Test
    void untrained_largestSizes_areReadBack() throws IOException {
        ClipTokenizer.untrained(262_144, 4096).write(folder.resolve("large"));

        ClipTokenizer read = ClipTokenizer.read(folder.resolve("large"));
        assertThat(read.vocabularySize()).isEqualTo(262_144);
        assertThat(read.maxLength()).isEqualTo(4096);
    }

    @Test
    void encodePrompt_oneWordOfTheMostLetters_isCut() throws IOException {
        ClipTokenizer.EncodedPrompt encoded = mini().encodePrompt("a".repeat(ClipTokenizer.MAX_PROMPT_LENGTH));

        assertThat(encoded.ids()).hasSize(16);
        assertThat(encoded.isCut()).isTrue();
    }

    @Test
    void encodePrompt_longerThanAnyPrompt_isRefused() throws IOException {
        ClipTokenizer tokenizer = mini();

        assertThatThrownBy(() -> tokenizer.encodePrompt("x".repeat(65_537)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a prompt of at most 65536 characters, but was 65537 (ClipTokenizer)");
    }

    /** Composing sorts the marks on a letter, one by one. */
    @Test
    void encodePrompt_thousandsOfMarksOnOneLetter_endsSoon() throws IOException {
        String marks = "a" + "\u0301\u0316".repeat(ClipTokenizer.MAX_PROMPT_LENGTH / 2 - 1);

        assertThat(mini().encodePrompt(marks).isCut()).isTrue();
    }

    @Test
    void read_lengthThatMeansNone_hasClipsLength() throws IOException {
        Path changed = copy();
        Files.writeString(
                changed.resolve("tokenizer_config.json"), "{\"model_max_length\": 1000000000000000019884624838656}");

        assertThat(ClipTokenizer.read(changed).maxLength()).isEqualTo(77);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vocab.json", "merges.txt"})
    void read_missingFile_namesIt(String name) throws IOException {
        Path changed = copy();
        Files.delete(changed.resolve(name));

        assertThatThrownBy(() -> ClipTokenizer.read(changed))
                .isInstanceOf(IOException.class)
                .hasMessage("expected a tokenizer with " + name + ", but there is no " + changed.resolve(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"vocab.json", "merges.txt"})
    void read_vocabularyOfManyMegabytes_isRefusedBeforeItIsRead(String name) throws IOException {
        Path changed = copy().resolve(name);
        try (RandomAccessFile sparse = new RandomAccessFile(changed.toFile(), "rw")) {
            sparse.setLength((1 << 23) + 1);
        }

        assertThatThrownBy(() -> ClipTokenizer.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessage("expected a file of at most 8388608 bytes, but was 8388609 (" + changed + ")");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vocab.json|[1, 2]|expected a JSON object, but was ARRAY (FILE)",
                "vocab.json|{\"a\": \"b\"}|expected a whole number for token 'a', but was \"b\" (FILE)",
                "vocab.json|{\"a\": 0}|expected the bos_token '<|startoftext|>' in the vocabulary, but it is not"
                        + " there (FILE)",
                "merges.txt|a b c|expected two pieces and a space between them, but was 'a b c' (FILE, line 1)",
                "tokenizer_config.json|{\"model_max_length\": 1}|expected model_max_length of 2 to 4096, but was 1 (FILE)",
                "tokenizer_config.json|{\"model_max_length\": 2147483647}|expected model_max_length of 2 to 4096, but was"
                        + " 2147483647 (FILE)"
            })
    void read_damagedFile_isRefusedByName(String rule) throws IOException {
        Path changed = copy();
        String[] parts = rule.split("\\|", 3);
        Files.writeString(changed.resolve(parts[0]), parts[1]);

        assertThatThrownBy(() -> ClipTokenizer.read(changed))
                .isInstanceOf(IOException.class)
                .hasMessage(parts[2].replace("FILE", changed.resolve(parts[0]).toString()));
    }

    @Test
    void read_vocabularyThatIsNoJson_isRefused() throws IOException {
        Path vocabulary = Files.writeString(copy().resolve("vocab.json"), "{\"a\": ");

        assertThatThrownBy(() -> ClipTokenizer.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("expected JSON, but was: ")
                .hasMessageEndingWith("(" + vocabulary + ")");
    }
}
